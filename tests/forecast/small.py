"""A small invented case and its ingredients, for tests of the simulation alone."""

import datetime as dt
from typing import Any

import numpy as np

from willing.case import Actor, CalendarEntry, Case, Pledge, Statement
from willing.forecast.adequacy import adequacy
from willing.forecast.build import ForumRule, Ingredients
from willing.forecast.model import DOMAINS, Start
from willing.forecast.spread import Spread

AS_OF = dt.date(2020, 1, 1)
WHY = {"basis": "assumption", "reason": "invented for a test"}


def rate(low: float, likely: float, high: float, per: str = "month") -> dict[str, Any]:
    return {"low": low, "likely": likely, "high": high, "per": per, **WHY}


def span(low: float, likely: float, high: float) -> dict[str, Any]:
    return {"low": low, "likely": likely, "high": high, **WHY}


def milestone(id: str, model: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "label": id.replace("_", " "), "model": model, **more}


def small_case(**changes: Any) -> Case:
    """Three candidates, a host, an opponent; a ceasefire and a backstop."""
    names = {
        "AAA": "lead",
        "BBB": "candidate",
        "CCC": "candidate",
        "HST": "host",
        "OPP": "opposing",
    }
    fields: dict[str, Any] = {
        "id": "small",
        "title": "A small case",
        "as_of": AS_OF,
        "question": "Will it go?",
        "theatre": {"countries": ["HST"], "conflict": "Test", "casualty_risk": "high"},
        "parties": {"host": "HST", "opposing": ["OPP"], "leading": ["AAA"]},
        "issues": [
            {"id": "participation", "label": "Taking part", "low": "fights it", "high": "leads"},
            {"id": "mission", "label": "The mission", "low": "fights it", "high": "wants it"},
        ],
        "conditions": [
            {
                "kind": "event",
                "id": "ceasefire",
                "label": "Ceasefire",
                "begin": rate(0.05, 0.1, 0.2),
                "end": rate(0.01, 0.02, 0.05),
                "settle_weeks": 2,
                "hastened_by": [{"if": "us_backstop", "times": span(1, 1.5, 2)}],
            },
            {
                "kind": "event",
                "id": "us_backstop",
                "label": "Backstop",
                "begin": rate(0.02, 0.04, 0.08),
            },
            {"kind": "consent", "id": "host_consent", "label": "Host consents", "actor": "HST"},
            {
                "kind": "derived",
                "id": "parties_consent",
                "label": "Both consent",
                "is": "consent(HST) and consent(OPP)",
            },
        ],
        "forums": [{"id": "council", "rule": "unanimity"}],
        "approvals": [
            {
                "actor": "BBB",
                "body": "parliament",
                "when": "before",
                "days": span(7, 21, 60),
                "given": span(0.5, 0.8, 0.95),
            }
        ],
        "routes": [
            {
                "id": "council_route",
                "label": "Council",
                "opens": "vote(council)",
                "days": span(7, 30, 90),
            },
            {
                "id": "coalition",
                "label": "Coalition",
                "opens": "host_consent and members() >= 2",
                "days": span(7, 30, 90),
            },
        ],
        "formats": [
            {"id": "light", "label": "Light", "requires": {"land": span(4000, 5000, 6000)}}
        ],
        "format": "light",
        "taking_part": {"requires": "ceasefire", "spread": span(1, 3, 6)},
        "milestones": [
            milestone(
                "format_agreed",
                "announced",
                announced=AS_OF,
                due=AS_OF + dt.timedelta(days=35),
                slip=span(1, 1.8, 4),
                never=span(0.05, 0.2, 0.4),
                rate=rate(0.02, 0.05, 0.1),
            ),
            milestone("headquarters_named", "hazard", rate=rate(0.05, 0.1, 0.2)),
            milestone("mandate", "route"),
            milestone("pledges_suffice", "force", needs="format_agreed"),
            milestone("deployed", "arrival", needs="members(land) >= 1"),
            milestone("full_strength", "ramp", share=0.9),
        ],
        "clock": {"horizon_weeks": 52, "bargaining_rate": span(0.05, 0.15, 0.3)},
        "actors": [
            Actor(id=i, name=i, role=r, influence=50, salience=50)  # type: ignore[arg-type]
            for i, r in names.items()
        ],
        "statements": [
            Statement(
                id="S1",
                date=AS_OF,
                actor="CCC",
                rank="head",
                issue="participation",
                stance="conditional",
                domain="any",
                requires="ceasefire and us_backstop",
                kind="actor",
                reliability="A",
                credibility=1,
                summary="Goes with a backstop.",
                publisher="test",
            )
        ],
        "pledges": [
            Pledge(
                id=f"P-{a}",
                actor=a,
                date=AS_OF,
                kind="estimate",
                domain="land",
                unit="persons",
                number=2500,
                note="invented",
            )
            for a in ("AAA", "BBB", "CCC")
        ],
        "calendar": [
            CalendarEntry(
                id="M1",
                date=AS_OF + dt.timedelta(days=14),
                kind="meeting",
                event="They meet",
                participants="AAA;BBB;CCC",
                known_by=AS_OF,
            )
        ],
    }
    fields.update(changes)
    return Case(**fields)


def ingredients(
    case: Case, *, sets: int = 50, levels: dict[str, float] | None = None
) -> Ingredients:
    """Hand-made ingredients: what the engines would give."""
    level = {"AAA": 95.0, "BBB": 75.0, "CCC": 72.0, "HST": 90.0, "OPP": 10.0, **(levels or {})}
    actors = tuple(a.id for a in case.actors)
    a, k = len(actors), 1 + len(DOMAINS)
    mean = np.zeros((a, k))
    mean[:, 0] = [level[x] for x in actors]
    rng = np.random.default_rng(0)
    members = ("AAA", "BBB", "OPP")
    weights = np.ones((1, 3))
    names = ("host_consent", "parties_consent", "ceasefire", "us_support")
    beta = np.column_stack(
        [rng.normal(-3, 0.3, sets)]
        + [np.abs(rng.normal(m, 0.3, sets)) for m in (0.6, 0.8, 0.5, 0.5)]
    )
    return Ingredients(
        actors=actors,
        start=Start(
            mean=mean,
            chol=np.tile(np.diag([8.0, *[5.0] * len(DOMAINS)]), (a, 1, 1)),
            home=np.full(a, 50.0),
            anchor=Spread(0.5, 0.8, 0.95, logit=True),
            step=np.full(a, 1.5),
            drift=rng.uniform(0.7, 1.3, sets),
            reversion=rng.uniform(0.98, 0.995, sets),
        ),
        issues={(x, "mission"): (level[x], 10.0, level[x], 1.5) for x in actors},
        rules={
            "council": ForumRule(
                members=members,
                alternatives=((weights, 0 * weights, np.array([2.0])),),
                blocks=np.array([False, False, True]),
                yes_from=60.0,
                no_below=45.0,
            )
        },
        offers={p.id: (8, 16, 0.2, 0.2) for p in case.pledges},
        sizes={p.id: Spread(0.6, 1.0, 1.3, logit=False) for p in case.pledges},
        coverage=adequacy(case).rows,
        arrival_names=names,
        arrival_edges=(),
        arrival_coefficients=beta,
        ramp_weeks=rng.lognormal(np.log(20), 0.4, 200),
    )
