"""`willing sweep`: many forecasts at once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Json, emit, progress


class Over(StrEnum):
    """What a sweep varies."""

    parameters = "parameters"
    samples = "samples"
    levers = "levers"
    days = "days"
    cases = "cases"


Day = typer.Option(formats=["%Y-%m-%d"], help="For days: the first and the last day.")


def sweep(
    cases: Annotated[list[str], typer.Argument(help="Shipped cases' ids, or case folders.")],
    over: Annotated[
        Over,
        typer.Option(
            help="parameters: each range from end to end; samples: all ranges at once; levers; "
            "days: as of each day; cases."
        ),
    ] = Over.parameters,
    scenarios: Annotated[int, typer.Option(help="For parameters and samples.", min=1)] = 1_000,
    first: Annotated[datetime | None, Day] = None,
    last: Annotated[datetime | None, Day] = None,
    step: Annotated[int, typer.Option(help="For days: how many apart.", min=1)] = 1,
    by: Annotated[
        datetime | None, typer.Option(help="The date asked for.", formats=["%Y-%m-%d"])
    ] = None,
    milestone: Annotated[str, typer.Option(help="Which milestone to print.")] = "deployed",
    draws: Annotated[
        int, typer.Option(help="Simulated futures a scenario.", min=20, max=1_000_000)
    ] = 1_000,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 20250405,
    workers: Annotated[int, typer.Option(help="Processes on this machine.", min=1)] = 2,
    cluster: Annotated[
        str | None, typer.Option(help="A Dask scheduler instead, such as tcp://host:8786.")
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Finished parts are kept here; a rerun does what is missing.")
    ] = Path("willing-sweep"),
    as_json: Json = False,
) -> None:
    """Forecast a case (or several) many times over: parameters, samples, levers, days, cases."""
    from willing.scale.parts import begin

    if workers > 1 and not cluster:
        begin("willing.scale.scenario")  # gets ready while this process does
    from willing.case import load
    from willing.errors import UsageError, nearest
    from willing.scale import (
        Scenario,
        by_case,
        by_day,
        by_lever,
        sampled,
        tornado,
    )
    from willing.scale import sweep as run

    plan: list[Scenario] = []
    loaded = {id: load(id) for id in dict.fromkeys(cases)}
    for id, case in loaded.items():
        known = [m.id for m in case.milestones]
        if milestone not in known:
            hint = nearest(milestone, known)
            raise UsageError(
                f"case {id} has no milestone {milestone!r}"
                + (f". Did you mean {hint!r}?" if hint else f"; expected one of {', '.join(known)}")
            )
        day = by.date().isoformat() if by else None
        base = Scenario(id, by=day, draws=draws, seed=seed)
        if over is Over.parameters:
            plan += tornado(base, case, scenarios)
        elif over is Over.samples:
            plan += sampled(base, case, scenarios)
        elif over is Over.levers:
            plan += by_lever(base, case)
        elif over is Over.cases:
            plan += by_case(base, [id])
        elif first is None or last is None:
            raise UsageError("a sweep over days needs --first and --last")
        else:
            plan += by_day(base, first.date(), last.date(), step)
    with progress(f"{len(plan)} forecasts", quiet=as_json) as note:
        rows = run(plan, folder, workers=workers, cluster=cluster, progress=note)
    if as_json:
        emit({"over": over.value, "scenarios": len(rows), "rows": rows})
        return
    _print(rows, milestone, over)


def _print(rows: list[dict[str, Any]], milestone: str, over: Over) -> None:
    from rich.table import Table

    from willing.cli._shell import console

    chance: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        chance.setdefault((row["case"], row["label"]), []).append(
            row["milestones"][milestone]["probability"]
        )
    lines = [(*key, found[0], found[-1], max(found) - min(found)) for key, found in chance.items()]
    if over is Over.parameters:
        lines.sort(key=lambda one: -one[-1])
    table = Table("case", "what", f"{milestone}: at the low end", "at the high end", "range")
    for case, label, low, high, width in lines[:60]:
        table.add_row(case, label, f"{low:.1%}", f"{high:.1%}", f"{width:.1%}")
    console().print(table)
