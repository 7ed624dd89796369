"""`willing routes`: by which route a mandate can be had, who can open it and who can block it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Json, console, emit, progress, write

_MARK = {"open": "open", "uncertain": "in doubt", "shut": "shut", "fact": "must hold"}


def routes(
    case: Annotated[
        str | None, typer.Argument(help="A shipped case's id, or a case folder.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(help="Use nothing dated or published later.", formats=["%Y-%m-%d"]),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Simulated futures behind p_open.", min=20, max=1_000_000)
    ] = 2_000,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 20250405,
    picture: Annotated[
        Path | None, typer.Option(help="Write the picture of the routes (.svg, .html or .json).")
    ] = None,
    templates: Annotated[
        bool,
        typer.Option("--templates", help="List known ways to a mandate, to write into a case."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show every route: is it open, by when, who opens it, who blocks it, on whom it hangs."""
    if templates:
        _templates(as_json)
        return
    if case is None:
        from willing.errors import UsageError

        raise UsageError("name a case (or ask for --templates)")
    from willing.case import load
    from willing.data.missions import load_missions
    from willing.forecast import assess, document
    from willing.forums import path_of

    with progress("Routes", quiet=as_json) as note:
        missions = tuple(load_missions())
        found = assess(
            load(case),
            missions,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            reasons=False,
            progress=note,
        )
        said = document(found)
        rows: list[dict[str, Any]] = said["routes"]
        for row in rows:
            row["path"] = path_of(found.case, row["id"], missions)
    result = {
        "case": found.case.id,
        "as_of": found.case.as_of.isoformat(),
        "draws": draws,
        "seed": seed,
        "input_hash": found.input_hash,
        "routes": rows,
    }
    if picture is not None:
        names = {a.id: a.name for a in found.case.actors}
        _draw({**result, "conditions": said["conditions"]}, names, picture)
    if as_json:
        emit(result)
        return
    labels = {c["id"]: c["label"] for c in said["conditions"]}
    for row in rows:
        _print(row, labels)


def _templates(as_json: bool) -> None:
    """Print the known ways to a mandate."""
    from dataclasses import asdict

    from willing.forums import route_templates

    known = route_templates()
    if as_json:
        emit({"templates": [{**asdict(t), "forums": dict(t.forums)} for t in known]})
        return
    out = console()
    for t in known:
        out.print(f"\n{t.id}: {t.label}", style="bold", markup=False)
        out.print(f"  opens: {t.opens}", markup=False)
        if t.forums:
            said = ", ".join(f"{id} (rule {rule})" for id, rule in t.forums)
            out.print(f"  forums: {said}", markup=False)
        out.print(f"  {t.note}", markup=False)
        out.print(f"  Source: {t.source}", style="dim", markup=False)


def _draw(result: dict[str, Any], names: dict[str, str], file: Path) -> None:
    import json

    import vl_convert

    from willing.briefing._ids import settled
    from willing.briefing.charts._theme import specification
    from willing.briefing.charts.routes import routes as chart
    from willing.errors import UsageError

    spec = specification(chart(result, names))
    if file.suffix == ".json":
        text = json.dumps(spec, ensure_ascii=False, indent=1)
    elif file.suffix == ".html":
        text = vl_convert.vegalite_to_html(spec, bundle=True)
    elif file.suffix == ".svg":
        text = settled(vl_convert.vegalite_to_svg(spec))
    else:
        raise UsageError(f"{file}: expected a file ending in .svg, .html or .json")
    write(file, text)


def _percent(p: float) -> str:
    """Return a chance in per cent; the ends are never rounded to certainty."""
    return "<1%" if 0 < p < 0.005 else ">99%" if 0.995 <= p < 1 else f"{p:.0%}"


def _print(row: dict[str, Any], labels: dict[str, str]) -> None:
    out = console()
    last = row["p_open"][-1]
    out.print(f"\n{row['label']}", style="bold", markup=False)
    today = f"its actors would agree today: {_percent(row['p_actors'])}"
    # a share of draws: none of them is not never, all not always
    reached = "<1%" if last["p"] < 0.005 else ">99%" if last["p"] >= 0.995 else f"{last['p']:.0%}"
    out.print(f"  open by {last['date']}: {reached}; {today}", markup=False)
    for number, way in enumerate(row["ways"], 1):
        if len(row["ways"]) > 1:
            out.print(f"  way {number}")
        for gate in way["gates"]:
            p = "" if gate["p"] is None else f" {_percent(gate['p'])}"
            likely = [s for s in gate["stopped_by"] if s["p_refuses"] >= 0.05][:4]
            who = ", ".join(f"{s['actor']} {_percent(s['p_refuses'])}" for s in likely)
            stopped = f"; may refuse: {who}" if who else ""
            if gate["or_fact"]:
                stopped += f"; unless: {' or '.join(_fact(f, labels) for f in gate['or_fact'])}"
            out.print(f"  - {gate['label']}: {_MARK[gate['state']]}{p}{stopped}", markup=False)
    single = [s[0] for s in row["blocked_by"] if len(s) == 1]
    if single:
        shown = ", ".join(single[:12]) + (f" and {len(single) - 12} more" if single[12:] else "")
        out.print(f"  each can block alone: {shown}", markup=False)
    if more := _more(row):
        out.print(f"  {'besides, ' if single else ''}blocked by {more}", markup=False)
    if row["stands"] == "never":
        out.print("  nobody can open it: everyone waits for someone else", markup=False)
    elif row["opened_by"] and row["opened_by"][0]:
        first = row["opened_by"][0]
        such = ", ".join(first[:12]) + (f" and {len(first) - 12} more" if first[12:] else "")
        total = row["opened_by_total"]
        many = "the one minimal set" if total == 1 else f"{total:,} minimal sets, such as"
        out.print(f"  opened by {many} {such}", markup=False)
    if row["pivotal"]:
        out.print(f"  hangs on: {', '.join(row['pivotal'][:5])}", markup=False)
    if row["fact_sets"]:
        sets = row["fact_sets"]
        common = [f for f in sets[0] if all(f in one for one in sets)]
        rest = [[_fact(f, labels) for f in one if f not in common] for one in sets]
        needs = [_fact(f, labels) for f in common if not f.startswith("not ")]
        if all(rest):
            needs.append(" or ".join(" and ".join(one) for one in rest))
        if needs:
            out.print(f"  needs besides: {'; and '.join(needs)}", markup=False)
        stops = [_fact(f[4:], labels) for f in common if f.startswith("not ")]
        if stops:
            out.print(f"  shut again if: {'; or '.join(stops)}", markup=False)
    path = row["path"]
    if path["steps"]:
        steps = path["steps"]
        basis = "; ".join(f"{s['label']}: {s['basis']}" for s in steps)
        out.print(
            f"  about {path['days']:.0f} days ({path['low']:.0f}-{path['high']:.0f}): {basis}",
            markup=False,
        )


def _fact(id: str, labels: dict[str, str]) -> str:
    if id.startswith("not "):
        return f"not: {_fact(id[4:], labels)}"
    return labels.get(id, id.replace("_", " "))


def _more(row: dict[str, Any]) -> str:
    """Return how many minimal blocking sets of two or more there are, by size."""
    sizes: dict[int, int] = {int(size): n for size, n in row["blocked_by_more"].items()}
    for one in row["blocked_by"]:
        if len(one) > 1:
            sizes[len(one)] = sizes.get(len(one), 0) + 1
    shown = sorted(sizes.items())
    said = ", ".join(f"{n:,} sets of {size}" for size, n in shown[:3])
    return said + (" and larger ones" if shown[3:] else "")
