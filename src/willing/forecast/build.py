"""Put together what a simulation runs on: compiled logic, stances, rules, offers, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.bargaining import pressed
from willing.case import CalendarEntry, Case, Event, Milestone, Positive, Range, Share, Track
from willing.forecast.compile import Compiled, compile_case, week_of
from willing.forecast.model import (
    DOMAINS,
    ApprovalRow,
    Arrival,
    Coverage,
    CoverRow,
    EventRow,
    Feature,
    Meeting,
    MilestoneRow,
    Model,
    Never,
    OfferRow,
    RouteRow,
    Start,
    VoteRow,
)
from willing.forecast.spread import Spread, positive, share
from willing.forums.spatial_vote import SHARED

__all__ = ["ARRIVAL_FEATURES", "ForumRule", "Ingredients", "build", "voting_members"]

Floats = NDArray[np.float64]

#: what each feature of history's second stage is made of: base and (variable, weight) pairs
ARRIVAL_FEATURES: dict[str, tuple[float, tuple[tuple[str, float], ...]]] = {
    "host_consent": (0.0, (("fact:host", 1.0),)),
    "parties_consent": (0.0, (("fact:host", 0.5), ("fact:parties", 0.5))),
    "ceasefire": (0.0, (("fact:ceasefire", 1.0),)),
    "ceasefire_and_consent": (0.0, (("fact:ceasefire_and_consent", 1.0),)),
    "p5_opposed": (1.0, (("fact:p5_not_opposed", -1.0),)),
    "neighbour_opposed": (1.0, (("fact:neighbour_not_opposed", -1.0),)),
    "us_support": (
        -1.0,
        (("fact:us_undecided", 1.0), ("fact:us_consider", 1.0)),
    ),
}


@dataclass(frozen=True, slots=True)
class ForumRule:
    """A forum's rule as of the case's date, in linear form (see `VoteRow`).

    `band` is the width in levels around the midpoint within which a member abstains.
    """

    members: tuple[str, ...]
    alternatives: tuple[tuple[Floats, Floats, Floats], ...]
    blocks: NDArray[np.bool_]
    yes_from: float
    no_below: float


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What the engines contribute to a simulation.

    Attributes
    ----------
    actors
        Every actor with a latent, the case's first.
    start
        Positions at the as-of date (see `Start`).
    issues
        (mean, sd, home, weekly innovation sd) by (actor, issue), for issues beside participation.
    rules
        Forum rules by forum id.
    offers
        (ready weeks, late weeks, chance of nothing, chance of late) by pledge id.
    sizes
        Size of each offer relative to its number, by pledge id.
    coverage
        Cuts on coverage over the case's pledges in order.
    arrival_names, arrival_edges, arrival_coefficients
        History's second stage: feature names, bin edges in weeks, (sets, bins + features).
    ramp_weeks
        Predictive draws of weeks from first arrival to full strength.
    """

    actors: tuple[str, ...]
    start: Start
    issues: Mapping[tuple[str, str], tuple[float, float, float, float]]
    rules: Mapping[str, ForumRule]
    offers: Mapping[str, tuple[int, int, float, float]]
    sizes: Mapping[str, Spread]
    coverage: tuple[CoverRow, ...]
    arrival_names: tuple[str, ...]
    arrival_edges: tuple[int, ...]
    arrival_coefficients: Floats
    ramp_weeks: Floats


def build(case: Case, parts: Ingredients, reports: Sequence[int] = ()) -> Model:
    """Return the model of a case as known at its as-of date.

    Raises
    ------
    KeyError
        When a pledge, forum or actor that the case names is missing from `parts`.
    """
    logic = compile_case(case, parts.actors, {f: r.members for f, r in parts.rules.items()})
    program = logic.program
    owner = np.array([logic.place[a] for a, _ in logic.others], dtype=np.int64)
    issue_values = [parts.issues[key] for key in logic.others]
    size = len(program.names)
    candidates = np.array([a in logic.takers for a in logic.actors])
    return Model(
        weeks=case.clock.horizon_weeks,
        actors=logic.actors,
        candidates=candidates,
        start=parts.start,
        other_owner=owner,
        other_issue=tuple(issue for _, issue in logic.others),
        other_mean=np.array([v[0] for v in issue_values]),
        other_sd=np.array([v[1] for v in issue_values]),
        other_home=np.array([v[2] for v in issue_values]),
        other_step=np.array([v[3] for v in issue_values]),
        other_common=_common(case, logic),
        shared=share(SHARED),
        program=program,
        atoms=logic.atoms,
        votes=tuple(_vote(logic, forum, rule) for forum, rule in parts.rules.items()),
        events=tuple(_event(case, logic, c) for c in case.conditions if isinstance(c, Event)),
        approvals=tuple(
            ApprovalRow(
                variable=program.index[f"approval:{a.actor}"],
                ready=program.index[f"ready:{a.actor}"],
                given=share(a.given),
                days=positive(a.days),
            )
            for a in case.approvals
            if a.when == "before" and f"ready:{a.actor}" in program.index
        ),
        routes=tuple(
            RouteRow(logic.var(r.id), r.id, program.index[f"opens:{r.id}"], positive(r.days))
            for r in case.routes
        ),
        milestones=tuple(_milestone(case, logic, m) for m in case.milestones),
        meetings=_meetings(case, logic),
        meeting_rate=share(case.clock.bargaining_rate),
        offers=tuple(
            OfferRow(
                actor=logic.place[p.actor],
                domain=DOMAINS.index(p.domain),
                size=parts.sizes[p.id],
                ready_weeks=parts.offers[p.id][0],
                late_weeks=parts.offers[p.id][1],
                p_zero=parts.offers[p.id][2],
                p_late=parts.offers[p.id][3],
                requires=-1,
            )
            for p in case.pledges
        ),
        pledged=tuple(program.index[n] for n in logic.pledged_names),
        fielded=tuple(program.index[n] for n in logic.fielded_names),
        coverage=Coverage(
            rows=parts.coverage,
            thresholds=tuple(
                (program.index[name], place, level)
                for name, (place, level) in logic.thresholds.items()
            ),
        ),
        arrival=Arrival(
            edges=parts.arrival_edges,
            features=tuple(_feature(case, logic, name) for name in parts.arrival_names),
            coefficients=parts.arrival_coefficients,
            ramp_weeks=parts.ramp_weeks,
        ),
        cut_spread=positive(case.taking_part.spread),
        conditions=tuple(c.id for c in case.conditions),
        dates=tuple(
            (program.index[name], week_of(day, case.as_of)) for name, day in logic.dates.items()
        ),
        last=tuple(
            (program.index[f"last:{name}"], program.index[name]) for name in sorted(logic.lasts)
        ),
        forced_from=np.full(size, Never, dtype=np.int64),
        barred_from=np.full(size, Never, dtype=np.int64),
        report_weeks=tuple(sorted({w for w in reports if 0 <= w <= case.clock.horizon_weeks})),
    )


def _vote(logic: Compiled, forum: str, rule: ForumRule) -> VoteRow:
    latents = [logic.latent(m, "mission") for m in rule.members]
    return VoteRow(
        variable=logic.var(f"vote:{forum}"),
        latents=np.array(latents, dtype=np.int64),
        yes_from=rule.yes_from,
        no_below=rule.no_below,
        alternatives=rule.alternatives,
        blocks=rule.blocks,
    )


def voting_members(case: Case, forums: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Whom a draft moves together: parties to the conflict vote for reasons of their own."""
    members = {m for forum in forums.values() for m in forum}
    return members - {case.parties.host, *case.parties.opposing}


def _common(case: Case, logic: Compiled) -> NDArray[np.int64]:
    """Places, among the latents beside participation, of the voting members' attitudes."""
    members = voting_members(case, logic.forums)
    first = len(logic.actors)
    return np.array(sorted(logic.latent(m, "mission") - first for m in members), dtype=np.int64)


def _event(case: Case, logic: Compiled, event: Event) -> EventRow:
    return EventRow(
        variable=logic.program.index[event.id],
        id=event.id,
        begin=_weekly(event.begin.weekly()),
        end=_weekly(event.end.weekly()) if event.end else None,
        initially=event.initially,
        settle_weeks=event.settle_weeks,
        possible=logic.var(f"while:{event.id}"),
        pushes=tuple(
            (logic.var(f"push:{event.id}:{k}"), positive(p.times))
            for k, p in enumerate(event.hastened_by)
        ),
        brakes=tuple(
            (logic.var(f"mended:{t.id}"), _cost(t))
            for t in case.tracks
            if event.id in t.slows and t.exclusion_cost
        ),
    )


def _cost(track: Track) -> Spread:
    if track.exclusion_cost is None:
        raise ValueError(f"track {track.id} has no exclusion cost")
    return share(track.exclusion_cost)


def _weekly(rate: tuple[float, float, float]) -> Spread:
    return Spread(*rate, logit=False)


def _optional(value: Range | None) -> Spread | None:
    if value is None:
        return None
    return share(value) if isinstance(value, Share) else positive(value)


def _milestone(case: Case, logic: Compiled, m: Milestone) -> MilestoneRow:
    slip: Positive | None = m.slip
    announced = m.announced or case.as_of
    due = (m.due - case.as_of).days / 7 if m.due else float(Never)
    return MilestoneRow(
        variable=logic.program.index[m.id],
        id=m.id,
        model=m.model,
        needs=logic.program.index[f"needs:{m.id}"],
        rate=_weekly(m.rate.weekly()) if m.rate else None,
        due_week=due,
        announced_week=(announced - case.as_of).days / 7,
        slip=_optional(slip),
        never=_optional(m.never),
        share=m.share,
        reached_week=week_of(m.reached, case.as_of) if m.reached else Never,
    )


def _meetings(case: Case, logic: Compiled) -> tuple[Meeting, ...]:
    """Meetings still to come at which positions can move, with weights salience x influence."""
    by_id = {a.id: a for a in case.actors}
    found = []
    for entry in case.calendar:
        week = week_of(entry.date, case.as_of)
        present = [
            a for a in entry.actors if a in by_id and by_id[a].influence and by_id[a].salience
        ]
        issue = entry.issue or "participation"
        keys = [(a, issue) for a in present]
        if (
            entry.kind != "meeting"
            or issue == "other"
            or not 0 < week <= case.clock.horizon_weeks
            or len(keys) < 2
        ):
            continue
        weights = [(by_id[a].influence or 0.0) * (by_id[a].salience or 0.0) for a in present]
        found.append(
            Meeting(
                week=week,
                latents=np.array([logic.latent(*key) for key in keys], dtype=np.int64),
                weights=np.array(weights),
                yielding=np.array([1.0 - _resistance(case, a, entry, week) for a in present]),
            )
        )
    return tuple(found)


def _resistance(case: Case, actor: str, entry: CalendarEntry, week: int) -> float:
    """How far an actor holds out at a meeting, less as a deadline it fears comes near.

    A deadline counts for those it names and for the meetings of its track.
    """
    delay = next((d for d in case.clock.delays if d.actor == actor), None)
    if delay is None:
        return 0.0
    ahead = [
        week_of(d.date, case.as_of) - week
        for d in case.calendar
        if d.kind == "deadline" and (actor in d.actors or (d.track and d.track == entry.track))
    ]
    weeks = min((w for w in ahead if w >= 0), default=None)
    if weeks is None or delay.cost_of_no_agreement is None:
        return float(delay.resistance.likely)
    cost = delay.cost_of_no_agreement.likely
    return float(pressed(np.array(delay.resistance.likely), np.array(cost), float(weeks)))


def _feature(case: Case, logic: Compiled, name: str) -> Feature:
    if name == "high_risk":
        return Feature(float(case.theatre.casualty_risk == "high"), (), ())
    if name == "no_land":
        chosen = next(f for f in case.formats if f.id == case.format)
        return Feature(float("land" not in chosen.requires), (), ())
    base, parts = ARRIVAL_FEATURES[name]
    return Feature(
        base,
        tuple(logic.program.index[v] for v, _ in parts),
        tuple(w for _, w in parts),
    )
