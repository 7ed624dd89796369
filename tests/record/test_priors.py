"""Priors of the level: whose own, whose the pool's, and on which issue there are domains."""

import pytest

from tests.record.made import MODEL
from willing.record import OFFSET_DOMAINS
from willing.record._priors import prior_of


def test_an_actors_own_prior_goes_before_the_pools() -> None:
    prior = prior_of(MODEL, ("AAA", "BBB"), {"AAA": (40.0, 0.5)})
    assert prior.mean.tolist() == [40.0, MODEL.prior_mean]
    assert prior.sd.tolist() == [0.5, MODEL.prior_sd]
    assert prior.informed.tolist() == [True, False]


def test_only_taking_part_is_spoken_of_by_domain() -> None:
    assert len(prior_of(MODEL, ("AAA",), None).offset_mean) == len(OFFSET_DOMAINS)
    other = prior_of(MODEL, ("AAA",), None, issue="mission")
    assert len(other.offset_mean) == len(other.offset_sd) == 0
    assert (other.mean.tolist(), other.sd.tolist()) == ([50.0], [25.0])


@pytest.mark.parametrize("wrong", [(float("nan"), 9.0), (40.0, float("inf")), (40.0, 0.0)])
def test_a_prior_that_says_nothing_or_too_much_is_refused(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"prior of BBB: finite mean and sd above 0, found"):
        prior_of(MODEL, ("AAA", "BBB"), {"BBB": wrong})
