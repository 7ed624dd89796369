"""The charts of the page by name: the chart code of the briefing, with what the page asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from willing.bargaining import Course, Negotiation, Reading, bargain
from willing.briefing.charts._theme import quickly, specification
from willing.briefing.charts.map import map_chart
from willing.briefing.charts.participation import coverage, participation, stance_bars
from willing.briefing.charts.prospects import prospects
from willing.briefing.charts.reasons import holding_up, levers
from willing.briefing.charts.routes import routes
from willing.briefing.charts.stances import positions_by_domain, timeline, track
from willing.errors import UsageError
from willing.store import MissingError
from willing.workbench.desk import CANDIDATES, Look
from willing.workbench.packages import named
from willing.workbench.words import texts

__all__ = ["NEEDS_FORECAST", "PICTURES", "picture"]

Asked = Mapping[str, str]
#: rounds drawn; the engines have settled by then
TURNS = 12
ENGINES = {"smp": "Spatial Model of Politics (KTAB)", "scholz": "Expected utility (Scholz)"}
ROUNDS = (0, 1, 2, 3, 5, 10)
DOMAINS = ("any", "land", "air", "sea", "air_defence", "training")
#: charts of a forecast; until one has been made there is nothing to draw
NEEDS_FORECAST = frozenset(
    {"prospects", "participation", "stances", "coverage", "holding", "levers", "routes"}
)


def _width(asked: Asked, most: int = 900) -> int:
    text = asked.get("w", "760")
    wide = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 760
    return max(280, min(wide, most))


def _document(look: Look) -> dict[str, Any]:
    if look.document is None:
        raise MissingError("no forecast has been made of this state of the case yet")
    return look.document


def _prospects(look: Look, asked: Asked) -> Any:
    wide = _width(asked, 1280)
    columns = max(1, min(3, wide // 270))
    return prospects(_document(look), columns=columns, width=max(180, wide // columns - 62))


def _map(look: Look, asked: Asked) -> Any:
    domain = _one_of(asked.get("domain", "any"), DOMAINS, "domain")
    view = asked.get("view")
    return map_chart(
        {"participation": []},
        date=look.as_of.isoformat(),
        names=look.names,
        domain=domain,
        silent=look.silent,
        others=look.stances(domain),
        theatre=look.case.theatre.countries,
        view=_one_of(view, ("europe", "world"), "view") if view else None,
        url=None if asked.get("inline") else "/map.json",
        width=_width(asked, 840),
    )


def _participation(look: Look, asked: Asked) -> Any:
    document = _document(look)
    return participation(document, date=_asked_day(document), names=look.names)


def _asked_day(document: Mapping[str, Any]) -> str:
    """The report nearest before or on the date asked for."""
    days = sorted({r["date"] for r in document["participation"]})
    return str(max((d for d in days if d <= document["by"]), default=days[0]))


def _stances(look: Look, asked: Asked) -> Any:
    return stance_bars(_document(look), date=look.as_of.isoformat(), names=look.names)


def _track(look: Look, asked: Asked) -> Any:
    actor = _one_of(asked.get("actor", ""), look.record.actors, "actor")
    domain = _one_of(asked.get("domain", "any"), DOMAINS, "domain")
    return track(look.record, actor, domain=domain, width=max(200, _width(asked) - 130))


def _timeline(look: Look, asked: Asked) -> Any:
    return timeline(
        look.case.statements, names=look.names, width=max(180, _width(asked, 1000) - 260)
    )


def _domains(look: Look, asked: Asked) -> Any:
    asking = {a.id for a in look.case.actors if a.role in CANDIDATES}
    shown = [r["id"] for r in look.standings if r["id"] in asking]
    return positions_by_domain(look.record, names=look.names, actors=shown)


def _bargaining(look: Look, asked: Asked) -> Any:
    from willing.briefing.charts import bargaining
    from willing.workbench.table import course_of

    what = asked.get("what", "outlook")
    issue, model = asked.get("issue", "participation"), asked.get("model", "default")
    course = course_of(look, issue, model, TURNS if what == "rounds" else None)
    low, high = (float(v) for v in course.negotiation.scale[0])
    if what == "rounds":
        if not course.turns:
            raise MissingError(f"the model {course.model} has no rounds")
        # bands of so many actors would hide the lines
        lines = bargaining.positions(_named(course, look, issue), most=10)
        lines.layer = lines.layer[-1:]
        return lines
    if what == "pressure":
        from willing.bargaining import explain

        names = look.names
        found = [
            replace(p, pressing=names[p.pressing], pressed=names[p.pressed])
            for each in explain(course).values()
            for p in each
        ]
        if found:
            actors = [names[a] for a in course.negotiation.actors]
            return bargaining.pressure(found, actors, most=22 if _width(asked) > 560 else 9)
        raise MissingError(f"in the model {course.model} nobody presses anybody")
    if what == "sensitivity":
        return bargaining.sensitivity(_by_rounds(course.negotiation), "rounds")
    return bargaining.outlook(course.outlooks[0], low, high)


def _named(course: Course, look: Look, issue: str) -> Course:
    """The course with names for ids, as the picture shows them."""
    n = course.negotiation
    label = next(i.label for i in look.case.issues if i.id == issue)
    actors = tuple(look.names[a] for a in n.actors)
    return replace(course, negotiation=replace(n, actors=actors, dimensions=(label,)))


def _by_rounds(n: Negotiation) -> list[Reading]:
    """What the two engines say after each number of rounds, with the inputs as they are."""
    found = []
    for model in ("smp", "scholz"):
        for rounds in ROUNDS:
            of = bargain(n.one(0), model, rounds, np.random.default_rng(0)).outlooks[0]
            low, high = of.quantile(0.05), of.quantile(0.95)
            found.append(
                Reading(
                    texts()["models"][model], "rounds", str(rounds), float(rounds), n.dimensions[0],
                    of.mean, of.median, low, high,
                )
            )  # fmt: skip
    return found


PICTURES: dict[str, Callable[[Look, Asked], Any]] = {
    "prospects": _prospects,
    "map": _map,
    "participation": _participation,
    "stances": _stances,
    "track": _track,
    "timeline": _timeline,
    "domains": _domains,
    "routes": lambda look, asked: routes(_document(look), look.names),
    "coverage": lambda look, asked: coverage(
        _document(look), width=max(180, min(520, _width(asked, 1280) // 2 - 110))
    ),
    "holding": lambda look, asked: holding_up(_document(look), width=420),
    "levers": lambda look, asked: levers(_document(look), width=420),
    "bargaining": _bargaining,
}


def _one_of(word: str, valid: Any, what: str) -> str:
    if word not in valid:
        raise UsageError(f"{what}: found {word[:40]!r}; expected one of {', '.join(valid)}")
    return word


def picture(look: Look, name: str, asked: Asked) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart.

    Raises
    ------
    MissingError
        No such chart, or the forecast it needs has not been made.
    """
    if name not in PICTURES:
        raise MissingError(f"found no chart {name[:40]!r}; expected one of {', '.join(PICTURES)}")
    with quickly():
        spec = specification(PICTURES[name](look, asked))
    if name == "bargaining":
        spec = named(spec, look.names | ENGINES)
        spec.pop("title", None)  # the page has it as a heading
    wide = _width(asked, 1280)
    if name in BELOW:
        columns = 9 if wide > 760 else 3
        legend = {**spec["config"]["legend"], "orient": "bottom", "columns": columns}
        spec["config"] = {**spec["config"], "legend": legend}
    return _fitted(spec, wide) if name in FITTED else spec


#: charts that may be lower than their legend, which therefore goes below
BELOW = frozenset({"domains", "timeline"})


#: charts of one frame, which take the width they are given, axes and legend included
FITTED = frozenset({"bargaining", "levers", "holding", "domains", "timeline", "track"})
#: no chart of one frame is easier to read beyond this
WIDEST = 1000


def _fitted(spec: dict[str, Any], wide: int) -> dict[str, Any]:
    """Return a specification that fills a width; panels of a facet share it."""
    if "facet" in spec and "spec" in spec:
        columns = 2 if wide > 620 else 1
        inner = min(460, wide // columns - 90)
        return {
            **spec,
            "columns": columns,
            "spec": {**spec["spec"], "width": inner},
        }
    if "layer" in spec or "mark" in spec:
        fit = {"type": "fit-x", "contains": "padding"}
        return {**spec, "width": min(wide, WIDEST), "autosize": fit}
    return spec
