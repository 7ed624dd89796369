from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.bargaining.helpers import drawn, negotiations, rows, table
from willing.bargaining import read_scenario, scholz
from willing.bargaining.scholz import votes


@pytest.mark.parametrize("case", ["ec", "sultan"])
def test_moves_medians_and_means_as_recorded(shared_data, case):
    folder = shared_data / "bargaining"
    n = read_scenario((folder / f"scholz_{case}_input.csv").read_text(), "x.csv")
    course = scholz(n, 10)
    expected = rows(folder / f"scholz_{case}_moves.csv")
    assert len(course.moves) == len(expected)
    for found, want in zip(course.moves, expected, strict=True):
        assert found["turn"] == int(want["round"])
        assert (found["actor"], found["other"]) == (want["actor"], want["other"])
        assert str(found["offer"])[:9] == want["offer"][:9]  # compromise(s), confrontation
        for mine, theirs in [
            ("eu_own", "eu_own"),
            ("eu_other", "eu_other"),
            ("new_position", "new_position"),
        ]:
            assert found[mine] == pytest.approx(float(want[theirs]), abs=1e-9)
    for r in rows(folder / f"scholz_{case}_rounds.csv"):
        t = int(r["round"])
        assert course.summary["median"][t] == pytest.approx(float(r["median_after"]), abs=1e-9)
        assert course.summary["mean"][t] == pytest.approx(float(r["mean_after"]), abs=1e-9)


def test_the_intended_rule_differs_where_compromises_compete(shared_data):
    text = (shared_data / "bargaining" / "scholz_ec_input.csv").read_text()
    n = read_scenario(text, "x.csv")
    kept, meant = scholz(n, 10), scholz(n, 10, intended=True)
    assert [m["new_position"] for m in kept.moves] != [m["new_position"] for m in meant.moves]


def test_only_the_intended_rule_lets_an_actor_capitulate(shared_data):
    text = (shared_data / "bargaining" / "scholz_sultan_input.csv").read_text()
    n = read_scenario(text, "x.csv")
    assert not scholz(n, 3).moves
    meant = scholz(n, 3, intended=True).moves
    assert {m["offer"] for m in meant} == {"capitulation"}
    assert all(m["eu_other"] < -m["eu_own"] for m in meant)  # type: ignore[operator]


def test_votes_as_the_sum_they_stand_for():
    rng = np.random.default_rng(0)
    d, w = rng.random((2, 5, 5)), rng.random((2, 5))
    up, total = votes(d, w)
    v = w[:, :, None, None] * (d[:, :, None, :] - d[:, :, :, None])  # draw, k, i, j
    np.testing.assert_allclose(up, np.maximum(v, 0).sum(axis=1))
    np.testing.assert_allclose(total, np.abs(v).sum(axis=(1, 2, 3)))


def test_draws_do_not_touch_each_other():
    many = drawn(np.random.default_rng(1), 4, 7)
    course = scholz(many, 5)
    for k in range(4):
        np.testing.assert_array_equal(
            scholz(many.one(k), 5).positions[:, 0], course.positions[:, k]
        )


@given(negotiations(dims=2))
@settings(max_examples=60)
def test_never_nan_and_never_beyond_the_range(n):
    course = scholz(n, 4)
    assert np.isfinite(course.positions).all()
    low, high = n.positions.min(axis=1), n.positions.max(axis=1)
    assert (course.positions >= low[:, None] - 1e-9).all()
    assert (course.positions <= high[:, None] + 1e-9).all()
    assert np.isfinite(course.probability).all()


def test_degenerate_inputs():
    for n in (table([5]), table([5, 5, 5]), table([0, 9], 0.0), table([0, 9], 1, 0.0)):
        assert (scholz(n, 3).positions == n.positions).all()


def test_scale_does_not_matter():
    one = drawn(np.random.default_rng(2), 1, 6)
    wide = replace(one, positions=one.positions * 7 + 3, scale=np.array([[0.0, 1000.0]]))
    np.testing.assert_allclose(
        scholz(wide, 6).positions, scholz(one, 6).positions * 7 + 3, rtol=1e-9
    )


def test_many_actors():
    assert np.isfinite(scholz(drawn(np.random.default_rng(0), 1, 250), 1).positions).all()


def test_a_move_is_explained():
    course = scholz(drawn(np.random.default_rng(5), 1, 8), 3)
    assert course.pressures
    for p in course.pressures:
        k = course.negotiation.actors.index(p.pressed)
        before, after = course.positions[p.turn - 1, 0, k, 0], course.positions[p.turn, 0, k, 0]
        assert after == p.toward[0]
        assert p.moved == pytest.approx(abs(after - before))
