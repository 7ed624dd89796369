"""`willing bargain`: how positions move, where a decision lies, and what each model is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._negotiation import read_negotiation, read_text
from willing.cli._shell import Json, console, emit, progress, write

if TYPE_CHECKING:
    import numpy as np

    from willing.bargaining import Course, Negotiation, SmpOptions


def bargain(
    file: Annotated[
        str,
        typer.Argument(
            help="A KTAB scenario (CSV, XML), a Scholz CSV, CASE#issue (or CASE#one,two); "
            "or, to score, decisions."
        ),
    ],
    model: Annotated[
        str, typer.Option("--model", metavar="M", help="One of the models below.")
    ] = "default",
    turns: Annotated[
        int | None,
        typer.Option("--turns", metavar="N", help="Turns to play; else the model's own stop."),
    ] = None,
    score: Annotated[
        bool, typer.Option("--score", help="Score every model on decisions (DEU III layout).")
    ] = False,
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit `default` to decisions and print what is shipped.")
    ] = False,
    draws: Annotated[
        int | None, typer.Option("--draws", metavar="N", help="Draws of uncertain inputs.")
    ] = None,
    error: Annotated[
        float,
        typer.Option("--error", metavar="SD", help="Error of positions, in points of 100."),
    ] = 0.0,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="Random seed.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="An option of smp, as KTAB names it."),
    ] = None,
    intended: Annotated[
        bool,
        typer.Option("--intended", help="scholz as its authors write, without the code's slips."),
    ] = False,
    rule: Annotated[
        str, typer.Option("--rule", metavar="R", help="unanimity, consensus, majority ...")
    ] = "",
    reference: Annotated[
        float | None,
        typer.Option("--reference", metavar="X", help="Where things stay without agreement."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="For CASE#issue.")
    ] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Add rounds, options and input errors.")
    ] = False,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="OUT", help="Write charts as .html, .svg or .json."),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="OUT", help="Write the scenario as KTAB .csv or .xml."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run a bargaining model on a scenario, or score all models on known decisions.

    Models: default (a distribution fitted to real decisions), mean, median, compromise, nash,
    nash_reference, smp (KTAB's Spatial Model of Politics), scholz, exchange.
    """
    if score or fit:
        _decisions(Path(file), fit, 0 if seed is None else seed, as_json)
        return
    import numpy as np

    from willing.bargaining import MODELS, as_document, explain
    from willing.bargaining import bargain as run

    n = _options(read_negotiation(file, as_of, draws, seed), option or [])
    n = _setting(n, rule, reference)
    if "#" not in file:
        n = _drawn(n, draws, error, seed)
    rng = np.random.default_rng(_seed(n, seed))
    with progress(model, quiet=as_json) as advance:
        advance(0.0, f"{len(n.actors)} actors, {n.draws} draws")
        course = run(n, model, turns, rng, intended=intended)
    pressed = explain(course, most=5)
    readings = _sensitivity(n, rng, as_json) if sensitivity or chart else []
    if write:
        _write(write, n)
    if chart:
        _chart(chart, course, readings)
    if as_json:
        emit(
            {
                **course.document(),
                "model_because": MODELS[model],
                "pressed": as_document(pressed),
                **({"sensitivity": _rows(readings)} if sensitivity else {}),
            }
        )
        return
    _print(course, MODELS[model])


def _rows(readings: list[Any]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(r) for r in readings]


def _options(n: Negotiation, given: list[str]) -> Negotiation:
    from dataclasses import replace

    from willing.bargaining import OPTIONS
    from willing.errors import UsageError, nearest

    options: SmpOptions = n.options
    for text in given:
        name, _, value = text.partition("=")
        if name == "ReceiverProbability":
            options = replace(options, receiver_probability=value.lower() in ("1", "true", "yes"))
            continue
        if name not in OPTIONS:
            near = nearest(name, list(OPTIONS))
            hint = f" Did you mean {near!r}?" if near else ""
            raise UsageError(
                f"--option: found {name!r}; expected one of {', '.join(OPTIONS)}.{hint}"
            )
        options = replace(options, **{OPTIONS[name][0]: value})  # type: ignore[arg-type]
    return replace(n, options=options)


def _setting(n: Negotiation, rule: str, reference: float | None) -> Negotiation:
    from dataclasses import replace

    import numpy as np

    if rule:
        n = replace(n, rule=rule)
    if reference is not None:
        n = replace(n, reference=np.full(len(n.dimensions), reference))
    return n


def _drawn(n: Negotiation, draws: int | None, error: float, seed: int | None) -> Negotiation:
    import numpy as np

    from willing.bargaining import uncertain
    from willing.errors import UsageError

    if error < 0:
        raise UsageError(f"--error: found {error:g}; expected 0 or more")
    if error == 0 and (draws is None or draws == 1):
        return n
    rng = np.random.default_rng(_seed(n, seed))
    return uncertain(n, 500 if draws is None else draws, rng, position_sd=error)


def _seed(n: Negotiation, seed: int | None) -> int:
    return seed if seed is not None else (n.seed or 0)


def _sensitivity(n: Negotiation, rng: np.random.Generator, quiet: bool) -> list[Any]:
    from willing.bargaining import sensitivity

    with progress("sensitivity", quiet=quiet) as advance:
        advance(0.0, "rounds, options, input errors")
        return list(sensitivity(n, rng))


def _write(path: Path, n: Negotiation) -> None:
    from willing.bargaining import write_csv, write_xml
    from willing.errors import UsageError

    writers = {".csv": write_csv, ".xml": write_xml}
    if path.suffix.lower() not in writers:
        raise UsageError(f"--write: found {path.suffix!r}; expected a name ending in .csv or .xml")
    write(path, writers[path.suffix.lower()](n))


def _chart(path: Path, course: Course, readings: list[Any]) -> None:
    import json

    from willing.briefing.charts._theme import page, specification, svg
    from willing.briefing.charts.bargaining import overview
    from willing.errors import UsageError

    kind = path.suffix.lower()
    if kind not in (".html", ".svg", ".json"):
        raise UsageError(f"--chart: found {path.suffix!r}; expected .html, .svg or .json")
    drawn = overview(course, readings)
    if kind == ".json":
        text = json.dumps(specification(drawn))
    else:
        text = page(drawn) if kind == ".html" else svg(drawn)
    write(path, text)


def _decisions(path: Path, fit: bool, seed: int, as_json: bool) -> None:
    """Score all models on decisions, or fit `default` to them."""
    import json
    from dataclasses import asdict

    import numpy as np

    from willing.bargaining import read_deu, report
    from willing.data.bargaining import read
    from willing.errors import Fault, FaultsError

    decisions, skipped = read_deu(read_text(path), path.name)
    if not decisions:
        raise FaultsError([Fault(path.name, 3, 1, "no decision with an outcome", "one or more")])
    rng = np.random.default_rng(seed)
    if fit:
        from datetime import UTC, datetime

        from willing.bargaining.scoring import describe

        with progress("fitting", quiet=as_json) as advance:
            document = describe(decisions, rng, datetime.now(UTC).date().isoformat(), advance)
        emit(document)
        return
    with progress("scoring", quiet=as_json) as advance:
        document = report(decisions, json.loads(read("default.json")), rng, advance)
    document["skipped"] = [asdict(s) for s in skipped]
    if as_json:
        emit(document)
        return
    _print_scores(document)


def _print(course: Course, because: str) -> None:
    from rich.table import Table

    from willing.bargaining import explain

    out = console()
    n = course.negotiation
    out.print(f"\n{n.title or 'Bargaining'}: {course.model}", style="bold", markup=False)
    out.print(because, style="dim", markup=False)
    first, last = course.positions[0].mean(axis=0), course.positions[-1].mean(axis=0)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("actor", no_wrap=True, max_width=24)
    for name in n.dimensions:
        table.add_column(f"{name}", justify="right", no_wrap=True, max_width=20)
    table.add_column("prevails", justify="right")
    table.add_column("pressed most by", no_wrap=True)
    pressed = explain(course, most=1)
    prevails = course.probability[-1].mean(axis=0)
    for k, actor in enumerate(n.actors):
        cells = [
            f"{a:.1f}" if abs(a - b) < 0.05 else f"{a:.1f} > {b:.1f}"
            for a, b in zip(first[k], last[k], strict=True)
        ]
        by = pressed[actor][0].pressing if pressed[actor] else "-"
        table.add_row(actor, *cells, f"{prevails[k]:.2f}", by)
    out.print(table)
    if course.turns:
        out.print(f"{course.turns} turns", style="dim")
    for name, o, near in zip(n.dimensions, course.outlooks, n.tenths(), strict=True):
        said = f"{name}: median {o.median:.1f}, mean {o.mean:.1f}"
        low, high = o.quantile(0.05), o.quantile(0.95)
        if high > low:
            at, p = o.likeliest(near)
            said += f", 90 % between {low:.1f} and {high:.1f}"
            said += f", likeliest {at:.1f} give or take {near:g} ({p:.0%})"
        out.print(said, markup=False)
    if course.note:
        out.print(course.note, style="dim", markup=False)


def _print_scores(document: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    out.print(f"{document['n']} decisions in {document['proposals']} proposals")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("model", "CRPS", "MAE", "median", "within 10"):
        table.add_column(name, justify="left" if name == "model" else "right")
    rows = sorted(document["models"], key=lambda m: float(m["crps"]))
    held = document.get("cross_validated")
    if held:
        rows.insert(0, {**held, "model": "default, cross-validated"})
    for m in rows:
        table.add_row(
            m["model"],
            f"{m['crps']:.2f}",
            f"{m['mae']:.2f}",
            f"{m['median_ae']:.2f}",
            f"{m['within_10']:.3f}",
        )
    out.print(table)
    out.print(
        "Of a distribution: MAE of its median, the rest of the centre of its likeliest 20 points.",
        style="dim",
    )
    d = document["default_against_mixture"]
    out.print(
        f"default against the mixture: {d['mean']:+.2f} ({d['low']:+.2f} to {d['high']:+.2f}, "
        "90 %, proposals resampled)"
    )
    if held:
        a = held["against_mixture"]
        out.print(
            f"the same cross-validated by proposal: {a['mean']:+.2f} "
            f"({a['low']:+.2f} to {a['high']:+.2f})"
        )
    out.print(document["note"], style="dim", markup=False)
    for s in document["skipped"]:
        what = "left out" if s["whole"] else "taken as missing"
        out.print(f"{what}: line {s['line']} {s['id']}: {s['why']}", style="dim", markup=False)
