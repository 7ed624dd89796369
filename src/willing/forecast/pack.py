"""A model as flat arrays, for the compiled kernel. No meaning of its own: see `model`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from willing.forecast.gates import Gates, gates_of
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.streams import TABLE
from willing.forecast.world import World

__all__ = ["FORCE", "MODELS", "Dice", "Packed", "pack", "pack_world", "repack"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: milestone models by number
MODELS = ("route", "announced", "hazard", "force", "arrival", "ramp")
FORCE = MODELS.index("force")


class Packed(NamedTuple):
    """Arrays of a model; `*_start` arrays delimit ragged rows."""

    weeks: int
    count_from: int
    actors: int
    home: Floats
    own: Floats
    step: Floats
    other_owner: Ints
    other_alone: Ints  # those that anything reads: alone, and with all who vote
    other_common: Ints
    other_home: Floats
    other_own: Floats
    other_sd: Floats
    other_step: Floats
    variables: int
    targets: Ints
    gates: Gates
    atom: Ints  # variable, latent, domain, joining
    atom_cut: Floats
    vote_var: Ints
    vote_start: Ints
    vote_latent: Ints
    vote_cut: Floats
    vote_blocks: NDArray[np.bool_]
    alt_start: Ints
    criterion_start: Ints
    quota: Floats
    weight_start: Ints
    weight_yes: Floats
    weight_abstain: Floats
    event: Ints  # variable, initially, settle weeks, possible
    push_start: Ints
    push: Ints  # variable, is brake
    approval: Ints  # variable, ready
    route: Ints  # variable, opens
    milestone: Ints  # variable, model, needs, reached week, has rate
    milestone_share: Floats
    mandate: int
    deployed: int
    meeting_week: Ints
    meeting_start: Ints
    meeting_latent: Ints
    meeting_weight: Floats
    meeting_yield: Floats
    pledged: Ints
    fielded: Ints
    cover_domain: Ints
    cover_minimum: Floats
    cut_start: Ints
    cut_constant: Floats
    cut_pace: Floats
    offer_start: Ints  # offers that count in each cut
    offer: Ints
    offer_coefficient: Floats
    threshold: Ints  # variable, domain
    threshold_share: Floats
    arrival_edges: Ints
    feature_start: Ints
    feature_base: Floats
    feature_var: Ints
    feature_weight: Floats
    condition: Ints
    dates: Ints
    last: Ints
    forced: Ints  # variables ever forced
    barred: Ints
    forced_from: Ints
    barred_from: Ints
    candidate: Ints
    joins: Ints  # per candidate: joins by domain, then any
    wants: Ints  # per candidate: wants by domain
    report_weeks: Ints
    stance_cuts: Floats
    normal_table: Floats


class Dice(NamedTuple):
    """Arrays of a `World`, without names the kernel does not need."""

    draw: Ints
    level: Floats
    offset: Floats
    other: Floats
    common: Floats
    alone: Floats
    drift: Floats
    keep: Floats
    anchor: Floats
    cut_shift: Floats
    meeting_rate: Floats
    begin: Floats
    begins: Floats
    stays: Floats
    push: Floats
    given: NDArray[np.bool_]
    approval_weeks: Floats
    route_weeks: Floats
    clock: Floats
    due: Floats
    rate: Floats
    size: Floats
    ready_week: Floats
    ramp: Floats
    arrival: Floats


def _ragged(rows: Sequence[Any]) -> tuple[Ints, list[Any]]:
    starts = np.cumsum([0, *(len(r) for r in rows)]).astype(np.int64)
    return starts, [x for r in rows for x in r]


def _read(model: Model) -> Ints:
    """Positions on other issues that a comparison, a vote or a meeting reads."""
    latents = {a.latent for a in model.atoms}
    latents.update(*(v.latents for v in model.votes), *(m.latents for m in model.meetings))
    first = len(model.actors)
    return _ints(sorted(int(x) - first for x in latents if x >= first))


def _ints(rows: Any, width: int = 0) -> Ints:
    array = np.array(rows, dtype=np.int64)
    return array.reshape(-1, width) if width else array.reshape(-1)


def _floats(rows: Any) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(-1)


def pack_world(world: World) -> Dice:
    """Return a world's arrays, contiguous."""
    return Dice(*(np.ascontiguousarray(getattr(world, name)) for name in Dice._fields))


#: parts of a model that say how a run goes, not what is simulated
_HOW = {"weeks", "count_from", "report_weeks", "forced_from", "barred_from"}
_WHAT = tuple(f.name for f in fields(Model) if f.name not in _HOW)


def repack(packed: Packed, of: Model, model: Model) -> Packed | None:
    """Return a model's arrays from those of another that differs at most in how the run goes.

    None where it differs in more: whether it does is seen by its parts being the very same objects.
    """
    if any(getattr(of, name) is not getattr(model, name) for name in _WHAT):
        return None
    return packed._replace(**_how(model))


def _how(model: Model) -> dict[str, Any]:
    return {
        "weeks": model.weeks,
        "count_from": model.count_from,
        "report_weeks": _ints(model.report_weeks),
        "forced": np.flatnonzero(model.forced_from < Never),
        "barred": np.flatnonzero(model.barred_from < Never),
        "forced_from": np.minimum(model.forced_from, Never),
        "barred_from": np.minimum(model.barred_from, Never),
    }


def pack(model: Model, cuts: Sequence[float]) -> Packed:
    """Return a model's arrays.

    Parameters
    ----------
    cuts
        Cut points of the stance ladder, 8 levels.
    """
    program, read = model.program, _read(model)
    vote_start, vote_latent = _ragged([v.latents for v in model.votes])
    alternatives = [a for v in model.votes for a in v.alternatives]
    quotas = [q for _, _, quota in alternatives for q in quota]
    yes = [row for weight, _, _ in alternatives for row in weight]
    half = [row for _, weight, _ in alternatives for row in weight]
    weight_start, weight_yes = _ragged(yes)
    push_start, push = _ragged(
        [[(v, 0) for v, _ in e.pushes] + [(v, 1) for v, _ in e.brakes] for e in model.events]
    )
    meeting_start, meeting_latent = _ragged([m.latents for m in model.meetings])
    feature_start, feature_var = _ragged([f.variables for f in model.arrival.features])
    cover = model.coverage
    cut_start, cut_constant = _ragged([row.constant.tolist() for row in cover.rows])
    cuts_of = [cut for row in cover.rows for cut in row.coefficient]
    offer_start, offer = _ragged([np.flatnonzero(row) for row in cuts_of])
    ids = [m.id for m in model.milestones]
    index = program.index
    candidates = [model.actors[a] for a in np.flatnonzero(model.candidates)]
    return Packed(
        **_how(model),
        actors=len(model.actors),
        home=model.start.home,
        own=np.ascontiguousarray(model.start.mean[:, 0]),
        step=model.start.step,
        other_owner=_ints(model.other_owner),
        other_alone=np.setdiff1d(read, model.other_common),
        other_common=np.intersect1d(read, model.other_common),
        other_home=_floats(model.other_home),
        other_own=_floats(model.other_mean),
        other_sd=_floats(model.other_sd),
        other_step=_floats(model.other_step),
        variables=len(program.names),
        targets=_ints(program.targets),
        gates=gates_of(program),
        atom=_ints([(a.variable, a.latent, a.domain, a.joining) for a in model.atoms], 4),
        atom_cut=_floats([a.cut for a in model.atoms]),
        vote_var=_ints([v.variable for v in model.votes]),
        vote_start=vote_start,
        vote_latent=_ints(vote_latent),
        vote_cut=np.array([(v.yes_from, v.no_below) for v in model.votes]).reshape(-1, 2),
        vote_blocks=np.array([b for v in model.votes for b in v.blocks], dtype=bool),
        alt_start=_ragged([v.alternatives for v in model.votes])[0],
        criterion_start=_ragged([q for _, _, q in alternatives])[0],
        quota=_floats(quotas),
        weight_start=weight_start,
        weight_yes=_floats(weight_yes),
        weight_abstain=_floats([w for row in half for w in row]),
        event=_ints(
            [(e.variable, e.initially, e.settle_weeks, e.possible) for e in model.events], 4
        ),
        push_start=push_start,
        push=_ints(push, 2),
        approval=_ints([(a.variable, a.ready) for a in model.approvals], 2),
        route=_ints([(r.variable, r.opens) for r in model.routes], 2),
        milestone=_ints(
            [
                (m.variable, MODELS.index(m.model), m.needs, m.reached_week, m.rate is not None)
                for m in model.milestones
            ],
            5,
        ),
        milestone_share=_floats([m.share for m in model.milestones]),
        mandate=ids.index("mandate") if "mandate" in ids else -1,
        deployed=ids.index("deployed") if "deployed" in ids else -1,
        meeting_week=_ints([m.week for m in model.meetings]),
        meeting_start=meeting_start,
        meeting_latent=_ints(meeting_latent),
        meeting_weight=_floats([x for m in model.meetings for x in m.weights]),
        meeting_yield=_floats([x for m in model.meetings for x in m.yielding]),
        pledged=_ints(model.pledged),
        fielded=_ints(model.fielded),
        cover_domain=_ints([row.domain for row in cover.rows]),
        cover_minimum=_floats([row.minimum for row in cover.rows]),
        cut_start=cut_start,
        cut_constant=_floats(cut_constant),
        cut_pace=_floats([pace for row in cover.rows for pace in row.pace]),
        offer_start=offer_start,
        offer=_ints(offer),
        offer_coefficient=_floats([x for row in cuts_of for x in row[np.flatnonzero(row)]]),
        threshold=_ints([(v, d) for v, d, _ in cover.thresholds], 2),
        threshold_share=_floats([s for _, _, s in cover.thresholds]),
        arrival_edges=_ints(model.arrival.edges),
        feature_start=feature_start,
        feature_base=_floats([f.base for f in model.arrival.features]),
        feature_var=_ints(feature_var),
        feature_weight=_floats([w for f in model.arrival.features for w in f.weights]),
        condition=_ints([index[c] for c in model.conditions]),
        dates=_ints(model.dates, 2),
        last=_ints(model.last, 2),
        candidate=_ints(np.flatnonzero(model.candidates)),
        joins=_ints(
            [
                [*(index[f"joins:{a}:{d}"] for d in DOMAINS), index[f"joins:{a}"]]
                for a in candidates
            ],
            len(DOMAINS) + 1,
        ),
        wants=_ints([[index[f"wants:{a}:{d}"] for d in DOMAINS] for a in candidates], len(DOMAINS)),
        stance_cuts=_floats(cuts),
        normal_table=TABLE,
    )
