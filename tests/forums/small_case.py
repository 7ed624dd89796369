"""A small case with routes, made by hand."""

from datetime import date

from willing.case import Case

ON = date(2025, 4, 5)
DAYS = {"low": 10, "likely": 20, "high": 40, "basis": "assumption", "reason": "test"}
HOST = {"kind": "consent", "id": "host_consent", "label": "The host consents", "actor": "UKR"}
CEASEFIRE = {"kind": "event", "id": "ceasefire", "label": "A ceasefire", "begin": DAYS}
FORUMS = (
    {"id": "council", "rule": "unsc", "label": "Security Council"},
    {"id": "nac", "rule": "nato"},
    {"id": "union", "rule": "eu"},
)


def case(routes, *, conditions=(HOST, CEASEFIRE), forums=FORUMS, requires="true", **more):
    """Return a case whose candidates are FRA, GBR, POL, DEU, HUN and TUR."""
    roles = dict.fromkeys(["FRA", "GBR", "POL", "DEU", "HUN", "TUR"], "candidate")
    roles |= {"UKR": "host", "RUS": "opposing", "USA": "stakeholder"}
    return Case.model_validate(
        {
            "id": "small",
            "title": "Small",
            "as_of": ON,
            "question": "Will it?",
            "theatre": {"countries": ["UKR"], "conflict": "c", "casualty_risk": "high"},
            "parties": {"host": "UKR", "opposing": ["RUS"], "leading": ["FRA", "GBR"]},
            "issues": [
                {"id": i, "label": i, "low": "against", "high": "for"}
                for i in ("participation", "mission")
            ],
            "conditions": conditions,
            "forums": forums,
            "routes": [
                {"id": id, "label": f"Route {id}", "opens": opens, "days": DAYS}
                for id, opens in routes.items()
            ],
            "formats": [{"id": "f", "label": "f", "requires": {"land": DAYS}}],
            "format": "f",
            "taking_part": {"requires": requires, "spread": DAYS},
            "milestones": [],
            "clock": {"bargaining_rate": {**DAYS, "low": 0.1, "likely": 0.2, "high": 0.3}},
            "actors": [{"id": a, "name": a.title(), "role": r} for a, r in roles.items()],
            "statements": [],
            **more,
        }
    )


def spoken(**more):
    """A statement of France that it commits itself once there is a ceasefire."""
    return {
        "id": "S1",
        "date": "2025-04-01",
        "actor": "FRA",
        "rank": "head",
        "issue": "participation",
        "stance": "commit",
        "domain": "any",
        "requires": "ceasefire",
        "kind": "actor",
        "reliability": "A",
        "credibility": 1,
        "summary": "s",
        "publisher": "p",
    } | more
