"""Running the benchmark files, each in a process of its own, and the page that shows them."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from math import log
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
        **_said(printed),
    }


def _said(printed: str) -> dict[str, Any]:
    """Split what a file printed: lines for people, and the figures and curves among them."""
    lines = printed.rstrip().splitlines()
    found = [json.loads(x[2:]) for x in lines if x.startswith("@@")]
    return {
        "printed": "\n".join(x for x in lines if not x.startswith("@@")),
        "figures": [f for f in found if f["kind"] == "figure"],
        "curves": [f for f in found if f["kind"] == "curve"],
        "skipped": [f for f in found if f["kind"] == "skip"],
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


def markdown(document: dict[str, Any], pictures: Path | None = None) -> str:
    """Return the page of the docs: the machine, then each room's figures, curves and print.

    Curves are drawn into the folder `pictures`, which stands beside the page.
    """
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
        "",
        *_goals(document["benchmarks"]),
    ]
    for row in document["benchmarks"]:
        lines += [
            "",
            f"## {row['name'].capitalize()}",
            "",
            f"{row['cpu_seconds']:.0f} s of processor, {row['wall_seconds']:.0f} s wall, "
            f"load {row['load']:.1f}" + ("" if row["ok"] else "; **failed**") + ".",
        ]
        if row.get("figures"):
            lines += ["", "| what | measured | goal | met | |", "|---|---:|---:|---|---|"]
            lines += [_figure(f) for f in row["figures"]]
        if row.get("curves"):
            if pictures is not None:
                _draw(row["curves"], pictures / f"{row['name']}.svg")
                alt = f"Processor seconds, {row['name']}, on logarithmic axes"
                lines += ["", f"![{alt}]({pictures.name}/{row['name']}.svg)"]
            lines += ["", "| growth of | with | grew by a power of | |", "|---|---|---:|---|"]
            lines += [_growth(c) for c in row["curves"]]
        for one in row.get("skipped", ()):
            lines += ["", f"Not measured: {one['what']}, because {one['why']}."]
        if row["printed"] and (not row["ok"] or not row.get("figures")):
            lines += ["", "```text", row["printed"], "```"]
    return "\n".join(lines) + "\n"


def _goals(rows: list[dict[str, Any]]) -> list[str]:
    """Say how many goals were met, and which were not."""
    asked = [(row["name"], f) for row in rows for f in row.get("figures", ()) if f["goal"]]
    missed = [
        f"- {name}: {f['what']}, {_value(f)} (goal {f['goal']})"
        for name, f in asked
        if not f["met"]
    ]
    met = f"{len(asked) - len(missed)} of {len(asked)} goals were met in this run"
    return [f"{met}; not met:", "", *missed] if missed else [f"{met}."]


def _figure(f: dict[str, Any]) -> str:
    met = {True: "yes", False: "**no**", None: ""}[f["met"]]
    return f"| {f['what']} | {_value(f)} | {f['goal']} | {met} | {f['note']} |"


def _value(f: dict[str, Any]) -> str:
    number = f"{f['value']:,.0f}" if abs(f["value"]) >= 1_000 else f"{f['value']:.3g}"
    return f"{number} {f['unit']}".rstrip()


def _growth(c: dict[str, Any]) -> str:
    """The power of the size that the seconds grew by: over all sizes, by least squares of logs."""
    x, y = ([log(v) for v in c[k]] for k in ("sizes", "seconds"))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    power = above / sum((a - mean_x) ** 2 for a in x)
    ends = "; ".join(f"{c['sizes'][k]:,g}: {c['seconds'][k]:.3g} s" for k in (0, -1))
    return f"| {c['what']} | {c['over']} | {power:.2f} | {ends} |"


def _draw(curves: list[dict[str, Any]], file: Path) -> None:
    import altair as alt

    from willing.briefing.charts._theme import svg

    def panel(over: str) -> Any:
        values = [
            {"n": n, "seconds": s, "what": c["what"]}
            for c in curves
            if c["over"] == over
            for n, s in zip(c["sizes"], c["seconds"], strict=True)
        ]
        return (
            alt.Chart(alt.InlineData(values=values))
            .mark_line(point=True)
            .encode(
                x=alt.X("n:Q", title=over, scale=alt.Scale(type="log")),
                y=alt.Y("seconds:Q", title="processor seconds", scale=alt.Scale(type="log")),
                color=alt.Color("what:N", title=None, legend=alt.Legend(orient="top", columns=1)),
            )
            .properties(width=240, height=190)
        )

    file.parent.mkdir(parents=True, exist_ok=True)
    panels = [panel(over) for over in dict.fromkeys(c["over"] for c in curves)]
    drawn = svg(alt.concat(*panels, columns=3).resolve_scale(color="independent"))
    file.write_text(drawn, encoding="utf-8")
