"""`willing forum`: a body's members, rule and power on a date; or a replay of recorded votes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import Json, console, emit, progress

if TYPE_CHECKING:
    import datetime as dt

    from willing.forums import Forum


def forum(
    id: Annotated[
        str | None,
        typer.Argument(help="unsc, unga, nato, eu, eu_qmv, osce, au, coalition ...; blank lists."),
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(help="The day (default: today, or the last known).", formats=["%Y-%m-%d"]),
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Another rule of the same body.")] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="A member, where the case names them; repeat.")
    ] = None,
    lead: Annotated[list[str] | None, typer.Option(help="A lead nation of a coalition.")] = None,
    threshold: Annotated[
        int | None, typer.Option(help="How many must take part in a coalition.", min=1)
    ] = None,
    concerned: Annotated[
        list[str] | None, typer.Option(help="The State left out under consensus minus one.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(help="CSV (or .csv.gz) of recorded votes to replay.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who decides and with what power, or replay recorded votes under the rules of their day.

    Power: Shapley-Shubik, normalised and absolute Banzhaf, by exact counting.
    """
    from willing.forums import forum_ids, load_forum

    if id is None:
        ids = [i for i in forum_ids() if ":" not in i]
        if as_json:
            emit({"forums": ids})
        else:
            console().print("\n".join(ids))
        return
    if replay is not None:
        _replay(id, rule, replay, as_json)
        return

    def on(day: dt.date) -> Forum:
        return load_forum(
            id,
            day,
            rule=rule,
            members=member or (),
            leads=lead or (),
            threshold=threshold,
            concerned=concerned or (),
        )

    found = on(date.date()) if date else _latest(on)
    _show(found, as_json)


def _latest(on: Any) -> Forum:
    """Return the forum today, or on the last day for which its members are known."""
    from datetime import date, timedelta

    from willing.errors import UsageError

    day, error = date.today(), None  # noqa: DTZ011
    for _ in range(12):
        try:
            forum: Forum = on(day)
            return forum
        except UsageError as problem:
            if "not all known" not in str(problem):
                raise
            error = error or problem
            day = date(day.year, 1, 1) - timedelta(days=1)
    raise error if error else AssertionError


def _show(found: Forum, as_json: bool) -> None:
    from willing.forums import power_indices

    power = power_indices(found.rule)
    if as_json:
        emit(
            {
                "id": found.id,
                "label": found.label,
                "date": found.on.isoformat(),
                "members": list(found.members),
                "seats": dict(found.seats),
                "rule": found.rule.describe(),
                "power": power,
                "sources": [dict(s) for s in found.sources],
            }
        )
        return
    from rich.table import Table

    out = console()
    out.print(f"{found.label} on {found.on}: {len(found.members)} members", style="bold")
    out.print(f"Rule: {found.rule.label}", markup=False)
    stops = found.rule.vetoes()
    if stops:
        who = "any member" if len(stops) == len(found.members) else ", ".join(stops)
        out.print(f"Can stop it alone by voting no: {who}", markup=False)
    if found.rule.note:
        out.print(found.rule.note, markup=False)
    table = Table("member", "seat", "Shapley-Shubik", "Banzhaf", "Banzhaf absolute")
    for m in found.members:
        values = [f"{power[k][m]:.6f}" for k in ("shapley_shubik", "banzhaf", "banzhaf_absolute")]
        table.add_row(m, found.seats.get(m, ""), *values)
    out.print(table)
    for source in (*found.rule.sources, *found.sources):
        out.print(f"Source: {source['title']} ({source['publisher']})", markup=False)


def _replay(id: str, rule: str | None, file: Path, as_json: bool) -> None:
    import csv
    import io
    from functools import cache

    from willing.data.forums import read
    from willing.forums import load_forum, replay

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(read(name))))

    names = {row["name"]: row["actor"] for row in table("names.csv")}
    errata = [row for row in table("errata.csv") if row["forum"] == id]
    with progress("Replaying", quiet=as_json) as note:
        rows = _rows(file)
        note(0.1, f"{len(rows)} rows")
        forum_on = cache(lambda day: load_forum(id, day, rule=rule))
        result = replay(rows, forum_on, names, errata, str(file)).as_dict()
    if as_json:
        emit({"forum": id, "file": file.name, **result})
        return
    out = console()
    out.print(f"{result['agree']} of {result['votes']} votes agree with the rule", style="bold")
    for d in result["disagreements"]:
        mark = "explained" if d["explained"] else "open"
        out.print(f"  {d['id']} (line {d['line']}, {mark}): {d['why']}", markup=False)
    if result["not_replayed"]:
        out.print(f"{len(result['not_replayed'])} rows not replayed (no vote or no tally)")
    out.print(f"Decided by: {result['decided_by']}", markup=False)
    out.print(result["tests"], markup=False)


def _rows(file: Path) -> list[dict[str, str]]:
    import csv
    import gzip
    import io

    from willing.errors import Fault, FaultsError, UnreadableError

    try:
        raw = file.read_bytes()
        text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{file}: cannot be read as a UTF-8 table ({error})") from error
    found, faults = [], []
    for line, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        extra = row.pop(None, None)
        if extra is not None:
            width = len(row)
            faults.append(Fault(str(file), line, width + 1, f"{extra}", f"{width} cells"))
        found.append({key: value or "" for key, value in row.items()})
    if faults:
        raise FaultsError(faults)
    if not found:
        raise UnreadableError(f"{file}: no rows")
    return found
