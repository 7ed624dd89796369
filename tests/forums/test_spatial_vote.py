"""Votes from positions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from willing.errors import UsageError
from willing.forums import vote_cuts, vote_probabilities

place = st.floats(0, 100)
spread = st.floats(0.5, 40)


@given(st.lists(st.tuples(place, spread), min_size=1, max_size=8), place, place)
def test_rows_are_probabilities(members, proposal, status_quo):
    if proposal == status_quo:
        return
    mean, sd = np.array(members).T
    p = vote_probabilities(mean, sd, proposal, status_quo)
    assert p.shape == (len(members), 3)
    assert np.all((p >= 0) & (p <= 1))
    assert p.sum(axis=1) == pytest.approx(1)


@given(place, spread, st.floats(0, 15), st.floats(0, 25))
def test_nearer_the_proposal_means_more_yes_and_less_no(mean, sd, to_yes, to_no):
    near = vote_probabilities(mean + 5, sd, 80, 20, to_yes=to_yes, to_no=to_no)
    far = vote_probabilities(mean, sd, 80, 20, to_yes=to_yes, to_no=to_no)
    assert near[0] >= far[0]
    assert near[2] <= far[2]


@given(place, spread)
def test_turning_the_scale_round_changes_nothing(mean, sd):
    one = vote_probabilities(mean, sd, 75, 25)
    other = vote_probabilities(100 - mean, sd, 25, 75)
    assert one == pytest.approx(other, abs=1e-12)


def test_the_formula_by_hand():
    p = vote_probabilities(60, 12, 75, 25, to_yes=4, to_no=9, noise=5)
    t = np.hypot(12, 5)
    assert p[0] == pytest.approx(norm.cdf((10 - 4) / t))
    assert p[2] == pytest.approx(norm.cdf((-10 - 9) / t))


def test_it_agrees_with_drawing_positions_and_noise():
    rng = np.random.default_rng(7)
    x = rng.normal(57, 14, 400_000) + rng.normal(0, 10, 400_000)
    yes_from, no_below = vote_cuts(75, 25)
    drawn = [
        np.mean(x > yes_from),
        np.mean((x <= yes_from) & (x >= no_below)),
        np.mean(x < no_below),
    ]
    assert vote_probabilities(57, 14, 75, 25) == pytest.approx(drawn, abs=0.003)


def test_a_member_whose_position_is_known_and_without_noise_votes_for_sure():
    p = vote_probabilities([90, 50, 10], 0, 75, 25, noise=0)
    assert p.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_nothing_to_vote_on_is_refused():
    with pytest.raises(UsageError, match="nothing to vote"):
        vote_probabilities(50, 10, 40, 40)
    with pytest.raises(UsageError, match="must not be negative"):
        vote_probabilities(50, 10, 75, 25, to_yes=-10, to_no=5)
    with pytest.raises(UsageError, match=r"^the proposal must stand above the status quo"):
        vote_cuts(20, 80)
    with pytest.raises(UsageError, match=r"^the proposal must stand above the status quo"):
        vote_cuts(50, 50)


def test_little_noise_is_noise_and_the_edge_of_the_zone_is_abstention():
    zone = {"to_yes": 10, "to_no": 10}
    assert vote_probabilities(60, 0, 75, 25, noise=0.5, **zone)[0] == pytest.approx(0.5)
    assert vote_probabilities(40, 0, 75, 25, noise=0.5, **zone)[2] == pytest.approx(0.5)
    for edge in (60, 40):
        assert vote_probabilities(edge, 0, 75, 25, noise=0, **zone).tolist() == [0, 1, 0]
