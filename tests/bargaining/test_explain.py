import numpy as np
import pytest
from hypothesis import given

from tests.bargaining.helpers import drawn, negotiations, table
from willing.bargaining import as_document, bargain, explain, pulls, weighted_mean


@given(negotiations())
def test_pulls_add_up_to_the_way_to_the_mean(n):
    course = bargain(n, "mean")
    way = np.zeros(len(n.actors))
    for p in pulls(course):
        k = n.actors.index(p.pressed)
        way[k] += p.strength * np.sign(p.toward[0] - n.positions[0, k, 0])
    np.testing.assert_allclose(way, weighted_mean(n)[0, 0] - n.positions[0, :, 0], atol=1e-9)


def test_pulls_over_draws_are_the_mean_of_those_of_each():
    n = drawn(np.random.default_rng(2), 5, 6)
    each = np.zeros((6, 6))
    for k in range(5):
        one, w = n.one(k).positions[0, :, 0], n.one(k).weights()[0, :, 0]
        each += w[None, :] * (one[None, :] - one[:, None]) / 5
    for p in pulls(bargain(n, "mean")):
        i, j = n.actors.index(p.pressed), n.actors.index(p.pressing)
        assert p.strength == pytest.approx(abs(each[i, j]))


def test_strongest_first_and_no_more_than_asked():
    n = table([0, 50, 100, 90], influence=[1, 1, 5, 9])
    pressed = explain(bargain(n, "default"), most=2)
    assert [p.pressing for p in pressed["A0"]] == ["A3", "A2"]
    assert all(len(each) <= 2 for each in pressed.values())
    assert as_document(pressed)["A0"][0]["pressed"] == "A0"


@pytest.mark.parametrize("model", ["smp", "scholz"])
def test_offers_go_to_those_they_press(model):
    n = drawn(np.random.default_rng(5), 1, 8)
    course = bargain(n, model, 3)
    pressed = explain(course)
    assert sum(map(len, pressed.values())) == len(course.pressures) > 0
    for name, each in pressed.items():
        assert all(p.pressed == name != p.pressing for p in each)
        told = [p.accepted for p in each]
        assert told == sorted(told, reverse=True)
