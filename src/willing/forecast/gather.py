"""Ask the engines: what a case needs from record, forums, history and force to be simulated."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.case import Case, Pledge, Share
from willing.data.force import DeliveryRow, delivery_rows
from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.force import delivery_mixture
from willing.forecast.adequacy import adequacy
from willing.forecast.build import ForumRule, Ingredients
from willing.forecast.compile import opposing_states
from willing.forecast.model import DOMAINS, Start
from willing.forecast.spread import Spread, share
from willing.forums import Forum, load_forum
from willing.forums.spatial_vote import vote_cuts
from willing.history import (
    Analogue,
    TwoStageModel,
    analogues,
    feature_weights,
    fit_two_stage,
    ramp,
    ramp_prior,
)
from willing.participation.stance_prior import stance_prior
from willing.record import Record, positions

__all__ = ["Gathered", "gather"]

Floats = NDArray[np.float64]

#: an actor silent on the mission: its level is taken from its willingness to take part,
#: 40 + half of it, give or take 15 (assumption: who would send troops supports the mission, but
#: a refusal to send them says little; range of the slope 0.3-0.7)
SILENT_BASE, SILENT_SLOPE, SILENT_SD = 40.0, 0.5, 15.0
#: share of its own line that an actor keeps in the long run (assumption: governments change and
#: tempers cool, but a lead stays a lead and an opponent an opponent; the record is too short to
#: estimate a set point for each)
ANCHOR = Share(
    low=0.5,
    likely=0.8,
    high=0.95,
    reason="An actor's own line outlasts a year; seven weeks of record cannot say how far.",
)
#: a forum member of which nothing at all is known
UNKNOWN = (50.0, 20.0)
RAMP_DRAWS = 997
#: weekly innovation, in levels, of such members
UNKNOWN_STEP = 2.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the engines said, kept for the reasons a reader will ask for."""

    ingredients: Ingredients
    record: Record
    forums: dict[str, Forum]
    two_stage: TwoStageModel
    features: dict[str, float]
    analogues: list[Analogue]


def gather(
    case: Case,
    missions: tuple[ProposedMission, ...],
    *,
    sets: int,
    seed: int,
    record: Record | None = None,
    beside: Executor | None = None,
) -> Gathered:
    """Return everything a simulation of the case needs, as known at its as-of date.

    Parameters
    ----------
    case
        As known at its as-of date.
    missions
        The table of past missions; those of the case's own countries are left out here.
    sets
        Number of parameter sets.
    record
        Where the actors stand, when it has been estimated already.
    beside
        Asks history while this asks the record.
    """
    later = beside.submit(_past, case, missions, sets, seed) if beside else None
    rng = np.random.default_rng([seed, 2])
    record = record or positions(case, priors=stance_priors(case))
    forums = {f.id: _forum(case, f.id) for f in case.forums}
    named = [a.id for a in case.actors]
    silent = sorted({m for f in forums.values() for m in f.members} - set(named))
    actors = (*named, *silent)
    features = _features(case, record)
    offers, sizes = spreads_of(case)
    start = _start(case, record, actors, sets, rng)
    history, ramp_weeks = later.result() if later else _past(case, missions, sets, seed)
    arrival = history.arrival
    ingredients = Ingredients(
        actors=actors,
        start=start,
        issues=_issues(record, actors),
        rules={f.id: _rule(case, f.id, forums[f.id]) for f in case.forums},
        offers=offers,
        sizes=sizes,
        coverage=adequacy(case).rows,
        arrival_names=arrival.names,
        arrival_edges=tuple(arrival.edges_weeks[1:-1]),
        arrival_coefficients=arrival.coefficients,
        ramp_weeks=ramp_weeks,
    )
    near = analogues(
        features,
        missions,
        6,
        as_of=case.as_of,
        exclude_countries=case.theatre.countries,
        weights=feature_weights(history),
        setting={"war": case.theatre.war or "", "task": case.theatre.task or ""},
    )
    return Gathered(ingredients, record, forums, history, features, near)


def _past(
    case: Case, missions: tuple[ProposedMission, ...], sets: int, seed: int
) -> tuple[TwoStageModel, Floats]:
    """What past missions say: both stages up to the first arrival, and the weeks from there on."""
    rng = np.random.default_rng([seed, 1])
    history = fit_two_stage(
        missions,
        as_of=case.as_of,
        exclude_countries=case.theatre.countries,
        n_draws=sets,
        rng=rng,
    )
    return history, _ramp(case, missions, rng)


def stance_priors(case: Case) -> dict[str, tuple[float, float]]:
    """Priors of willingness from who joined past missions, for the states of a case."""
    lead = set(case.parties.leading)
    rows: dict[str, dict[str, float]] = {}
    for a in case.actors:
        if a.kind != "state" or a.role not in {"lead", "candidate"}:
            continue
        row: dict[str, float] = {"lead": float(a.id in lead)}
        if a.nato is not None:
            row["nato"] = float(a.nato)
        if a.eu is not None:
            row["eu"] = float(a.eu)
        if a.neighbour_of_opposing is not None:
            row["neighbour_of_hostile_power"] = float(a.neighbour_of_opposing)
        if a.distance_km is not None:
            row["distance_km"] = a.distance_km
        if a.active_personnel:
            row["log_active_personnel"] = float(np.log(a.active_personnel))
        rows[a.id] = row
    return stance_prior(rows, as_of=case.as_of)


def _forum(case: Case, id: str) -> Forum:
    use = next(f for f in case.forums if f.id == id)
    rule, _, variant = use.rule.partition(":")
    forum: Forum = load_forum(
        use.rule if not variant else rule,
        case.as_of,
        rule=variant or None,
        members=use.members,
    )
    return forum


def _rule(case: Case, id: str, forum: Forum) -> ForumRule:
    use = next(f for f in case.forums if f.id == id)
    linear = forum.rule.linear()
    yes_from, no_below = vote_cuts(use.proposal, use.status_quo)
    return ForumRule(
        members=forum.members,
        alternatives=tuple(
            (
                np.array([c.yes for c in one.criteria], dtype=float).reshape(
                    -1, len(forum.members)
                ),
                np.array([c.abstain for c in one.criteria], dtype=float).reshape(
                    -1, len(forum.members)
                ),
                np.array([c.quota for c in one.criteria], dtype=float),
            )
            for one in linear
        ),
        blocks=np.all([one.blocks_if_no for one in linear], axis=0),
        yes_from=yes_from,
        no_below=no_below,
    )


def _start(
    case: Case, record: Record, actors: tuple[str, ...], sets: int, rng: np.random.Generator
) -> Start:
    keep = [0, *(1 + record.domains.index(d) for d in DOMAINS)]
    known, size = len(record.actors), len(keep)
    mean = np.tile([UNKNOWN[0], *[0.0] * (size - 1)], (len(actors), 1))
    cov = np.tile(np.diag([UNKNOWN[1] ** 2, *[1e-9] * (size - 1)]), (len(actors), 1, 1))
    home, step = np.full(len(actors), UNKNOWN[0]), np.full(len(actors), UNKNOWN_STEP)
    mean[:known] = record.mean[:, keep]
    cov[:known] = record.cov[:, keep][:, :, keep] + 1e-9 * np.eye(size)
    home[:known], step[:known] = record.prior_mean, record.drift()
    phi, drift = np.full(sets, record.model.phi), np.ones(sets)
    if record.fit is not None:
        models = record.fit.sample(rng, sets)
        phi = np.array([m.phi for m in models])
        # a step is the prior's sd times sqrt(1 - phi^2), so a set's factor is that of its phi
        drift = np.sqrt((1.0 - phi**2) / (1.0 - record.model.phi**2))
    return Start(
        mean=mean,
        chol=np.linalg.cholesky(cov),
        home=home,
        anchor=share(ANCHOR),
        step=step,
        drift=drift,
        reversion=phi,
    )


def _issues(
    record: Record, actors: tuple[str, ...]
) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    """Mean, sd, home and weekly step of every actor on every other issue.

    Priors are wide there because nothing is known of who stands where, not because positions move
    more: they move at the pace of the pool.
    """
    found: dict[tuple[str, str], tuple[float, float, float, float]] = {}
    step, pace = record.drift(), record.model.drift
    for issue, one in record.issues.items():
        if issue == "participation":
            continue
        other = np.minimum(record.drift(issue), pace)
        for a, actor in enumerate(record.actors):
            if one.prior_only[a] and issue == "mission" and not record.prior_only[a]:
                level = SILENT_BASE + SILENT_SLOPE * float(record.mean[a, 0])
                sd = float(np.hypot(SILENT_SLOPE * np.sqrt(record.cov[a, 0, 0]), SILENT_SD))
                found[actor, issue] = (level, sd, level, float(SILENT_SLOPE * step[a]))
            else:
                found[actor, issue] = (
                    float(one.level[a]),
                    float(np.sqrt(one.var[a])),
                    float(one.prior.mean[a]),
                    float(other[a]),
                )
    for actor in actors:
        for issue in {"mission", *(i for _, i in found)}:
            found.setdefault((actor, issue), (*UNKNOWN, UNKNOWN[0], UNKNOWN_STEP))
    return found


def _features(case: Case, record: Record) -> dict[str, float]:
    """The state history reads, as it stands at the as-of date; chances where it is uncertain."""

    def at_least(actor: str, rungs: int) -> float:
        if actor not in record.actors or "mission" not in record.issues:
            return 0.0
        return float(record.stance(actor, issue="mission")[rungs:].sum())

    holds = {c.id: bool(getattr(c, "initially", False)) for c in case.conditions}
    host = at_least(case.parties.host, 5)
    opposing = [at_least(a, 5) for a in case.parties.opposing]
    parties = host * float(np.prod(opposing)) if opposing else host
    chosen = next(f for f in case.formats if f.id == case.format)
    permanent = [a for a in ("CHN", "FRA", "GBR", "RUS", "USA") if a in record.actors]
    near = [a for a in opposing_states(case) if a in record.actors]
    return {
        "host_consent": host,
        "parties_consent": 0.5 * host + 0.5 * parties,
        "ceasefire": float(holds.get("ceasefire", False) or holds.get("peace_agreement", False)),
        "p5_opposed": 1.0 - float(np.prod([at_least(a, 4) for a in permanent])),
        "neighbour_opposed": 1.0 - float(np.prod([at_least(a, 4) for a in near])) if near else 0.0,
        "us_support": at_least("USA", 4) + at_least("USA", 5) - 1.0,
        "high_risk": float(case.theatre.casualty_risk == "high"),
        "no_land": float("land" not in chosen.requires),
    }


def spreads_of(
    case: Case,
) -> tuple[dict[str, tuple[int, int, float, float]], dict[str, Spread]]:
    """Return how each pledge may be delivered, and how large it may be, by pledge id."""
    # only what had become of earlier pledges by then
    month = f"{case.as_of:%Y-%m}"
    evidence = [r for r in delivery_rows() if r.as_of[:7] <= month]
    offers = {p.id: _delivery(p, evidence) for p in case.pledges}
    return offers, {p.id: _size(p) for p in case.pledges}


def _delivery(pledge: Pledge, evidence: list[DeliveryRow]) -> tuple[int, int, float, float]:
    """Weeks until ready, weeks later when late, chance of nothing, chance of late."""
    mixture = delivery_mixture(
        pledge.unit, pledge.actor, evidence=evidence, reliability=pledge.reliability
    )
    return (
        pledge.ready_days // 7,
        round(mixture.delay_months.likely * 52 / 12),
        mixture.p_zero.likely,
        mixture.p_late.likely,
    )


def _size(pledge: Pledge) -> Spread:
    number = max(pledge.number, 1e-9)
    low = number if pledge.low is None else pledge.low
    high = number if pledge.high is None else pledge.high
    return Spread(low / number, 1.0, high / number, logit=False)


def _ramp(case: Case, missions: Sequence[ProposedMission], rng: np.random.Generator) -> Floats:
    """Predictive draws of weeks from first arrival to full strength, from past missions."""
    try:
        prior = ramp_prior(
            missions,
            as_of=case.as_of,
            exclude_countries=case.theatre.countries,
            n_draws=RAMP_DRAWS,
            rng=rng,
            authorisation=False,
        )
    except UsageError:  # too few missions stood in full by then: the prior of the same model
        spread = ramp.SPREAD * np.exp(ramp.SPREAD_SD * rng.standard_normal(RAMP_DRAWS))
        level = np.log(ramp.MEDIAN_WEEKS) + ramp.LEVEL_SD * rng.standard_normal(RAMP_DRAWS)
        return np.asarray(np.exp(level + spread * rng.standard_normal(RAMP_DRAWS)))
    return prior.from_arrival.predictive(rng)
