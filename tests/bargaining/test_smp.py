import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bargaining.helpers import drawn, negotiations, rows, table
from willing.bargaining import (
    OPTIONS,
    SmpOptions,
    contests,
    read_scenario,
    smp,
    victory_seen_by,
)
from willing.bargaining import _smp_reference as plain
from willing.bargaining._smp_votes import coalitions, coalitions_on_line
from willing.errors import UsageError

CASES = ("ec", "dummyData_3Dim", "SOE_Pol_Comp")
DETAILED = ("ec", "dummyData_3Dim")


def recorded(folder: Path, case: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions (turns, actors, dims) to 0.1 and probabilities (turns, actors) to 1e-4."""
    with (folder / f"ktab_smp_{case}_history.csv").open(newline="") as stream:
        lines = list(csv.reader(stream))[1:]
    x = np.array([[float(v) for v in r[3:]] for r in lines if r[0] == "pos"])
    p = np.array([[float(v) for v in r[3:]] for r in lines if r[0] == "prob"])
    return x.reshape(len(p), -1, x.shape[1]).transpose(2, 0, 1), p.T


def scenario(folder: Path, case: str):
    name = f"ktab_smp_{case}_input.csv"
    return read_scenario((folder / name).read_text(encoding="utf-8"), name)


@pytest.mark.parametrize("case", CASES)
def test_every_turn_as_ktab(shared_data, case):
    folder = shared_data / "bargaining"
    course = smp(scenario(folder, case))
    x, p = recorded(folder, case)
    assert course.turns == len(x) - 1
    np.testing.assert_allclose(course.positions[:, 0], x, atol=0.05 + 1e-9)
    np.testing.assert_allclose(course.probability[:, 0], p, atol=0.5e-4 + 1e-12)


@pytest.mark.parametrize("case", DETAILED)
def test_positions_as_ktab_in_full_precision(shared_data, case):
    folder = shared_data / "bargaining"
    course = smp(scenario(folder, case))
    for r in rows(folder / f"ktab_smp_{case}_vectorposition.csv"):
        found = course.positions[int(r["Turn_t"]), 0, int(r["Act_i"]), int(r["Dim_k"])]
        assert found == pytest.approx(float(r["Pos_Coord"]), abs=1e-9)


@pytest.mark.parametrize("case", DETAILED)
def test_victory_in_every_view_as_ktab(shared_data, case):
    folder = shared_data / "bargaining"
    n = scenario(folder, case)
    seen = [victory_seen_by(n, h) for h in range(len(n.actors))]
    for r in rows(folder / f"ktab_smp_{case}_probvict_turn0.csv"):
        found = seen[int(r["Est_h"])][int(r["Init_i"]), int(r["Rcvr_j"])]
        assert found == pytest.approx(float(r["Prob"]), abs=1e-9)


@pytest.mark.parametrize("case", DETAILED)
def test_challenges_and_bargains_as_ktab(shared_data, case):
    folder = shared_data / "bargaining"
    c = contests(scenario(folder, case))
    columns = {
        "Util_SQ": c.status_quo,
        "Util_Vict": c.if_won,
        "Util_Cntst": c.contest,
        "Util_Chlg": c.challenge,
    }
    for r in rows(folder / f"ktab_smp_{case}_utilchlg_turn0_own.csv"):
        for name, found in columns.items():
            assert found[int(r["Init_i"]), int(r["Rcvr_j"])] == pytest.approx(
                float(r[name]), abs=1e-9
            )
    offered = {(int(i), int(j)): b for b, (i, j) in enumerate(c.parties)}
    seen = 0
    for r in rows(folder / f"ktab_smp_{case}_bargn_turn0.csv"):
        i, j = int(r["Init_Act_i"]), int(r["Recd_Act_j"])
        if i == j:
            assert (c.adopted[i] == -1) == (r["Init_Seld"] == "1")
            continue
        b = offered[i, j]
        seen += 1
        assert c.gain[i, j] == pytest.approx(float(r["Value"]), abs=1e-9)
        assert c.chance[b, 0] == pytest.approx(float(r["Init_Prob"]), abs=1e-9)
        assert c.chance[b, 1] == pytest.approx(float(r["Recd_Prob"]), abs=1e-9)
        assert (c.adopted[i] == b) == (r["Init_Seld"] == "1")
        assert (c.adopted[j] == b) == (r["Recd_Seld"] == "1")
    assert seen == len(offered)


def options() -> st.SearchStrategy[SmpOptions]:
    parts = {name: st.sampled_from(valid) for name, valid in OPTIONS.values()}
    return st.builds(SmpOptions, **parts, receiver_probability=st.booleans())


@settings(max_examples=60)
@given(options(), st.integers(0, 10_000), st.sampled_from([1, 2, 3, 6]), st.integers(1, 2))
def test_kernel_as_plain_numpy(o, seed, n, dims):
    rng = np.random.default_rng(seed)
    one = drawn(rng, 1, n, dims, options=o)
    if seed % 3 == 0:
        one = replace(one, positions=np.round(one.positions / 50) * 50)
    if seed % 4 == 0:
        one.salience[0, 0] = 0
        one.influence[0, -1] = 0
    matrix = None
    if seed % 5 == 0:
        matrix = rng.random((n, n))
        matrix /= matrix.sum(axis=1, keepdims=True) * 1.3
        one = replace(one, accommodation=matrix)
    course = smp(one, 3, np.random.default_rng(seed))
    u = np.random.default_rng(seed).random((3, 1, n))[:, 0]
    x, p = plain.simulate(o, one.unit_positions[0], one.salience[0], one.influence[0], matrix, 3, u)
    np.testing.assert_allclose(course.positions[:, 0] / 100, x, atol=1e-9)
    np.testing.assert_allclose(course.probability[:, 0], p, atol=1e-9)


@given(st.integers(0, 10_000), st.integers(2, 60), st.booleans())
@settings(max_examples=40)
def test_the_short_sum_is_the_long_one(seed, n, neutral):
    rng = np.random.default_rng(seed)
    x, w = rng.random(n), rng.random(n) * 100
    x[: n // 3] = np.round(x[: n // 3], 1)
    risk = np.zeros(n) if neutral else rng.uniform(-1, 1, n)
    places = np.unique(x)
    d = np.abs(places[:, None] - x[None, :])
    u = (1 - d) * (1 + d * risk)
    np.testing.assert_allclose(
        coalitions_on_line(w, risk, x, places), coalitions(0, w, u), rtol=1e-9, atol=1e-9
    )


def test_many_actors_on_a_line_as_plain_numpy():
    one = drawn(np.random.default_rng(4), 1, 70)
    now = smp(one, 1, explain=False)
    _, p = plain.simulate(
        SmpOptions(),
        one.unit_positions[0],
        one.salience[0],
        one.influence[0],
        turns=0,
    )
    np.testing.assert_allclose(now.probability[0, 0], p[0], atol=1e-9)
    # The shared-out single draw and the batch of draws are two drivers of the same kernels.
    twice = replace(
        one,
        positions=np.repeat(one.positions, 2, axis=0),
        salience=np.repeat(one.salience, 2, axis=0),
        influence=np.repeat(one.influence, 2, axis=0),
    )
    batch = smp(twice, 1)
    np.testing.assert_array_equal(batch.positions[:, 1], now.positions[:, 0])
    np.testing.assert_array_equal(batch.probability[:, 0], now.probability[:, 0])


def test_draws_do_not_touch_each_other():
    many = drawn(np.random.default_rng(1), 5, 6, 2)
    course = smp(many)
    for k in range(5):
        alone = smp(many.one(k))
        stop = int(course.lasted[k])
        assert alone.turns == stop
        np.testing.assert_array_equal(alone.positions[:, 0], course.positions[: stop + 1, k])
        np.testing.assert_array_equal(
            course.positions[stop:, k],
            course.positions[stop, k][None].repeat(len(course.positions) - stop, axis=0),
        )


@given(negotiations())
@settings(max_examples=60)
def test_never_nan_and_never_off_the_scale(n):
    course = smp(n, 3)
    assert np.isfinite(course.positions).all()
    assert (course.positions >= 0).all()
    assert (course.positions <= 100).all()
    assert np.isfinite(course.probability).all()
    assert 0 <= course.outlooks[0].mean <= 100


@pytest.mark.parametrize(
    "n",
    [
        table([40]),
        table([40, 40, 40]),
        table([0, 50, 100], salience=0.0),
        table([0, 50, 100], influence=0.0),
        table([30] * 5 + [70] * 5),
    ],
    ids=["one actor", "one place", "no salience", "no influence", "identical actors"],
)
def test_degenerate_inputs_have_an_answer(n):
    course = smp(n)
    assert np.isfinite(course.positions).all()
    assert np.isfinite(course.probability).all()
    assert course.probability.max() <= 1 + 1e-12


def test_one_place_stays_and_wins_for_sure():
    course = smp(table([40, 40, 40]))
    assert (course.positions == 40).all()
    np.testing.assert_allclose(course.probability, 1)


@pytest.mark.parametrize("count", [250, 1000])
def test_many_actors(count):
    course = smp(drawn(np.random.default_rng(0), 1, count), 1, explain=False)
    assert np.isfinite(course.positions).all()
    assert course.probability[1].max() > 0
    assert np.isfinite(course.probability).all()


def test_order_of_actors_does_not_matter():
    one = drawn(np.random.default_rng(8), 1, 9)
    back = replace(
        one,
        positions=one.positions[:, ::-1],
        salience=one.salience[:, ::-1],
        influence=one.influence[:, ::-1],
    )
    np.testing.assert_allclose(smp(one, 4).positions, smp(back, 4).positions[:, :, ::-1], atol=1e-9)


def test_no_and_full_commitment_leave_third_parties_out():
    for which in ("NoCommit", "FullCommit"):
        one = table([0, 40, 100], options=SmpOptions(commitment=which))
        u = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.4], [0.0, 0.4, 1.0]])
        # Only the two principals' own votes count: equal weights, equal losses.
        p, _ = plain.contest(one.options, u, np.ones(3), np.ones(3), 0, 2, 0)
        assert p == pytest.approx(0.5)


def test_stochastic_transitions_need_a_seed_and_follow_it():
    one = drawn(np.random.default_rng(3), 1, 8, options=SmpOptions(transitions="Stochastic"))
    with pytest.raises(UsageError, match="seed"):
        smp(one)
    a = smp(one, 5, np.random.default_rng(1)).positions
    np.testing.assert_array_equal(a, smp(one, 5, np.random.default_rng(1)).positions)
    assert (a != smp(one, 5, np.random.default_rng(2)).positions).any()


def test_own_stop_rule():
    one = table([0, 0, 0, 100, 100], salience=0.9)
    course = smp(one)
    moved = np.linalg.norm(np.diff(course.positions[:, 0], axis=0) / 100, axis=2).sum(axis=1)
    assert 2 <= course.turns <= 100
    assert moved[-1] / (moved[0] + 1e-4) < 0.02
    if course.turns > 2:
        assert (moved[1:-1] / (moved[0] + 1e-4) >= 0.02).all()


def test_unknown_options_are_named():
    with pytest.raises(UsageError, match="Did you mean 'Cubic'"):
        SmpOptions(voting="cubik")
    with pytest.raises(UsageError, match="turns"):
        smp(table([1, 2]), -1)


def test_what_an_offer_explains():
    course = smp(table([0, 50, 100], salience=0.8, influence=[5, 1, 3]), 2)
    taken = [p for p in course.pressures if p.accepted]
    assert taken
    for p in taken:
        k = course.negotiation.actors.index(p.pressed)
        before, after = course.positions[p.turn - 1, 0, k], course.positions[p.turn, 0, k]
        np.testing.assert_allclose(after, p.toward)
        assert p.moved == pytest.approx(float(np.linalg.norm(after - before)))
