"""The compiled kernel is held to the plain one, number by number."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.forecast.small import ingredients, small_case
from willing.case import load
from willing.case.ladder import CUTS
from willing.data.missions import load_missions
from willing.forecast import kernel, reference
from willing.forecast.build import build
from willing.forecast.gather import gather
from willing.forecast.levers import apply, build_with
from willing.forecast.pack import pack, repack
from willing.forecast.simulate import simulate, with_forced
from willing.forecast.world import draw_world, drawn_from
from willing.forecast.worlds import PLAIN, READ, WRITE, Tapes, Worlds


@pytest.mark.parametrize("draws", [64, 100, 130])
def test_kernel_is_the_reference(draws):
    case = small_case()
    model = build(case, ingredients(case), reports=(0, 26, 52))
    plain = simulate(model, draws, 7, kernel=reference.simulate_chunk)
    fast = simulate(model, draws, 7, kernel=kernel.simulate_chunk, chunk=70)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_kernel_is_the_reference_with_covered_conditions_votes_and_last():
    case = small_case(
        routes=[
            {
                "id": "coalition",
                "label": "Coalition",
                "opens": "host_consent and (covered(land) >= 0.8 or vote(council)) "
                "and not last(ceasefire)",
                "days": {"low": 1, "likely": 20, "high": 60, "reason": "test"},
            }
        ]
    )
    model = build(case, ingredients(case), reports=(0, 52))
    model = replace(with_forced(model, "ceasefire", week=30), count_from=20)
    plain = simulate(model, 128, 3, kernel=reference.simulate_chunk)
    fast = simulate(model, 128, 3, kernel=kernel.simulate_chunk)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_a_run_that_reads_the_tapes_of_another_is_as_if_it_were_alone(monkeypatch):
    """Facts that are forced leave positions alone; a shifted start or another cut does not."""
    case = small_case()
    parts = ingredients(case)
    model = build(case, parts)
    shifted = replace(
        model,
        start=replace(model.start, mean=model.start.mean + np.eye(1, model.start.mean.shape[1])),
    )
    higher = replace(model, atoms=tuple(replace(a, cut=a.cut + 5) for a in model.atoms))
    shorter = replace(model, weeks=30)
    lower = replace(
        model,
        milestones=tuple(
            replace(m, share=m.share / 2) if m.model == "force" else m for m in model.milestones
        ),
    )
    modes = []
    run = kernel._run

    def watched(*args):
        tapes = next(a for a in args if isinstance(a, Tapes))
        modes.append((tapes.words_mode, tapes.paper_mode, tapes.numbers_mode))
        run(*args)

    monkeypatch.setattr(kernel, "_run", watched)
    worlds = Worlds()
    sure = with_forced(model, "pledges_suffice")
    for one, expected in (
        (sure, (WRITE, WRITE, WRITE)),
        (model, (READ, READ, READ)),
        (with_forced(model, "ceasefire"), (READ, READ, READ)),
        (build(case, parts), (READ, READ, READ)),
        (shifted, (WRITE, WRITE, READ)),
        (with_forced(shifted, "ceasefire", week=9), (READ, READ, READ)),
        (higher, (WRITE, WRITE, READ)),
        (shorter, (WRITE, WRITE, WRITE)),
        (with_forced(model, "ceasefire", holds=False), (READ, READ, READ)),
        (lower, (READ, WRITE, READ)),
        (replace(model, report_weeks=(0, 26)), (PLAIN, PLAIN, PLAIN)),
    ):
        plain = reference.simulate_chunk(one, 0, 130, 2, 7)
        modes.clear()
        fast = kernel.simulate_chunk(one, 0, 130, 2, 7, worlds)
        assert modes == [expected]
        for f in fields(plain):
            np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_models_drawn_from_the_same_have_the_same_world():
    """Every lever of the case on its own, weak and strong: what differs is seen, and only that."""
    case = load("ukraine-2025")
    case = case.as_known(case.as_of)
    parts = gather(case, tuple(load_missions()), sets=20, seed=3).ingredients
    seen, shared = {}, 0
    models = [build(case, parts)]
    for lever in case.levers:
        for strength in ("by", "low", "high"):
            pulled, changes = apply(case, [lever], strength)
            if len(pulled.pledges) == len(case.pledges):
                models.append(build_with(pulled, parts, changes, ()))
    for model in models:
        world = draw_world(model, 5, 70, 2, 9)
        same = seen.setdefault(drawn_from(model), world)
        shared += same is not world
        for f in fields(world):
            np.testing.assert_array_equal(getattr(same, f.name), getattr(world, f.name), f.name)
    assert shared
    assert len(seen) > 3


def test_arrays_are_taken_over_only_where_the_model_is_the_same():
    case = small_case()
    parts = ingredients(case)
    model = build(case, parts)
    packed = pack(model, CUTS)
    later = replace(with_forced(model, "ceasefire"), weeks=9, count_from=4, report_weeks=(2,))
    found = repack(packed, model, later)
    assert found is not None
    for mine, its in zip(found, pack(later, CUTS), strict=True):
        if not isinstance(mine, tuple):
            np.testing.assert_array_equal(mine, its)
    assert repack(packed, model, build(case, parts)) is None
