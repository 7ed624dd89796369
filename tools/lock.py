"""Write the lock files anew: pinned versions and hashes, no address."""

import subprocess
import sys
from pathlib import Path

LOCKS = {
    "core": ["--group", "build"],
    "team": ["--group", "build", "--extra", "nlp", "--extra", "web"],
    "all": ["--group", "build", "--extra", "dev"],
}


def main() -> None:
    here = Path(__file__).resolve().parent.parent
    for name, extra in LOCKS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *extra]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
        command += ["--no-strip-extras"]
        command += ["--no-emit-index-url", "--no-header", "--no-annotate"]
        subprocess.run([*command, "-o", f"requirements/{name}.lock"], cwd=here, check=True)


if __name__ == "__main__":
    main()
