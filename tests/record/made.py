"""Made-up statements of made-up actors, for tests of the record alone."""

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import strategies as st

from willing.case import DOMAINS, LEVEL, STANCES, Statement
from willing.record import OFFSET_DOMAINS, NoiseModel
from willing.record.local_level import offsets

FIRST = dt.date(2020, 1, 1)
AS_OF = dt.date(2020, 6, 1)
ACTORS = ("AAA", "BBB", "CCC")
MODEL = NoiseModel()


def said(
    id: str,
    day: int,
    actor: str = "AAA",
    stance: str = "consider",
    domain: str = "any",
    **more: Any,
) -> Statement:
    """A statement on the `day`th day after FIRST, by a head of government through a good source."""
    fields: dict[str, Any] = {
        "id": id,
        "date": FIRST + dt.timedelta(days=day),
        "actor": actor,
        "rank": "head",
        "verb": "said",
        "issue": "participation",
        "stance": stance,
        "domain": domain,
        "kind": "actor",
        "reliability": "B",
        "credibility": 2,
        "summary": "made up",
        "publisher": "made up",
    }
    return Statement(**(fields | more))


@st.composite
def statements(draw: Any, least: int = 0, most: int = 12) -> list[Statement]:
    """Statements of three actors over five months, some published late, some sharing an event."""
    rows = []
    for k in range(draw(st.integers(least, most))):
        day = draw(st.integers(0, 150))
        late = draw(st.none() | st.integers(0, 20))
        rows.append(
            said(
                f"S{k}",
                day,
                draw(st.sampled_from(ACTORS)),
                draw(st.sampled_from(STANCES)),
                draw(st.sampled_from(DOMAINS)),
                rank=draw(st.sampled_from(["head", "minister", "opposition", "reported"])),
                kind=draw(st.sampled_from(["actor", "ascribed"])),
                issue=draw(st.sampled_from(["participation", "participation", "mission"])),
                event=draw(st.sampled_from(["", "", "one", "two"])),
                published=None if late is None else FIRST + dt.timedelta(days=day + late),
            )
        )
    return rows


def simulated(
    rng: np.random.Generator, model: NoiseModel, actors: int, each: int
) -> list[Statement]:
    """Statements drawn from the model itself, their levels rounded to the nearest rung."""
    offset_mean, offset_sd = offsets(model)
    levels = np.array([LEVEL[s] for s in STANCES])
    rows = []
    for a in range(actors):
        name = f"A{chr(65 + a // 26)}{chr(65 + a % 26)}"
        offset = offset_mean + offset_sd * rng.standard_normal(len(offset_mean))
        x = model.prior_mean + model.prior_sd * rng.standard_normal()
        last = 0
        for k, day in enumerate(np.sort(rng.integers(0, 150, each))):
            decay = model.phi ** ((day - last) / 7)
            spread = model.prior_sd * np.sqrt(1 - decay**2)
            x = model.prior_mean + decay * (x - model.prior_mean) + spread * rng.standard_normal()
            last = day
            place = int(rng.integers(-1, len(OFFSET_DOMAINS)))
            y = x + (offset[place] if place >= 0 else 0.0) + model.noise * rng.standard_normal()
            stance = STANCES[int(np.abs(levels - y).argmin())]
            domain = OFFSET_DOMAINS[place] if place >= 0 else "any"
            rows.append(said(f"{name}-{k}", int(day), name, stance, domain))
    return rows
