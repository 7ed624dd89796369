"""Running the benchmark files, each in a process of its own, and the page that shows them."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["machine", "markdown", "run"]

#: a benchmark that takes longer than this has gone wrong (seconds)
PATIENCE = 1800


def run(name: str, file: Path, *, quick: bool) -> dict[str, Any]:
    """Run a file's table of ratios, or with `quick` every measurement once and unmeasured."""
    command = [sys.executable, str(file)]
    if quick:
        command = [sys.executable, "-m", "pytest", str(file), "-q", "-x", "-p", "no:xdist"]
        command.append("--benchmark-disable")
    root = file.resolve().parent.parent
    paths = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 (the repository's own files)
            command,
            stdin=subprocess.DEVNULL,
            cwd=root,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        ok, printed = (
            done.returncode == 0,
            done.stdout + ("" if not done.returncode else done.stderr),
        )
    except subprocess.TimeoutExpired:
        ok, printed = False, f"stopped after {PATIENCE} s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "name": name,
        "ok": ok,
        "wall_seconds": time.perf_counter() - start,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "load": os.getloadavg()[0],
        "printed": printed.rstrip(),
    }


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    from willing import __version__

    cores = os.cpu_count() or 1
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return {
        "processor": model,
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "willing": __version__,
        "measured": datetime.now(UTC).date().isoformat(),
    }


def markdown(document: dict[str, Any]) -> str:
    """Return the page of the docs: the machine, then what each file printed."""
    m = document["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `willing bench --page docs/benchmarks.md`; not edited by hand. Compare the",
        "ratios within a run, not seconds between machines. Where the load is above the number of",
        "cores other work shared the machine: processor time then says more than wall time.",
        "",
        f"{m['processor']}, {m['cores']} cores, {m['system']}, Python {m['python']}, "
        f"Willing {m['willing']}, {m['measured']}.",
    ]
    for row in document["benchmarks"]:
        lines += [
            "",
            f"## {row['name'].capitalize()}",
            "",
            f"{row['cpu_seconds']:.0f} s of processor, {row['wall_seconds']:.0f} s wall, "
            f"load {row['load']:.1f}" + ("" if row["ok"] else "; **failed**") + ".",
            "",
            "```text",
            row["printed"],
            "```",
        ]
    return "\n".join(lines) + "\n"
