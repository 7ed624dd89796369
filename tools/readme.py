"""Put a real excerpt of `willing assess ukraine-2025` into the README."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES = 48


def main() -> None:
    command = [sys.executable, "-m", "willing", "assess", "ukraine-2025"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    excerpt = "\n".join(line.rstrip() for line in shown.splitlines()[:LINES])
    path = ROOT / "README.md"
    text = re.sub(
        r"(<!-- assess:start -->\n).*?(<!-- assess:end -->)",
        lambda m: f"{m[1]}```text\n{excerpt}\n...\n```\n{m[2]}",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
