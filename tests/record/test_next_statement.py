"""The law of the next statement."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.made import AS_OF, MODEL, said, simulated
from willing.case import STANCES
from willing.record import (
    NoiseModel,
    StatementLaw,
    fit_law,
    positions,
    stance_probabilities,
    stated,
)
from willing.record.next_statement import last_rung

LAW = StatementLaw(0.3, 0.5, 0.2, tuple(np.arange(1, 10) / 45), {}, 10.0, 20)


@given(st.floats(-20, 120), st.floats(0, 40), st.none() | st.integers(0, 8))
def test_it_is_a_distribution(mean: float, sd: float, last: int | None) -> None:
    p = LAW.predict(mean, sd, last)
    assert p.sum() == pytest.approx(1.0)
    assert p.min() > 0


def test_it_is_the_mixture_it_says() -> None:
    shown, usage = stance_probabilities(60.0, np.hypot(5, 10)), np.array(LAW.usage)
    repeated = np.eye(9)[2]
    np.testing.assert_allclose(
        LAW.predict(60.0, 5.0, 2), 0.3 * repeated + 0.5 * shown + 0.2 * usage
    )
    np.testing.assert_allclose(LAW.predict(60.0, 5.0, None), usage)


def test_who_repeats_is_found_to_repeat_and_who_moves_is_not() -> None:
    steady = []
    for k in range(20):
        name, word = f"A{chr(65 + k)}A", ("oppose", "undecided", "lead")[k % 3]
        steady += [said(f"{name}{d}", 9 * d, name, word, "land") for d in range(5)]
    truth = NoiseModel(noise=6.0, drift=1.0, offset=2.0, prior_sd=30.0, prior_mean=55.0)
    moving = simulated(np.random.default_rng(4), truth, 20, 6)
    repeats = fit_law(positions(steady, as_of=AS_OF))
    shows = fit_law(positions(moving, as_of=AS_OF))
    assert repeats.repeat > max(0.6, 2 * shows.repeat)
    assert shows.position > 0.6
    for law in (repeats, shows):
        assert law.repeat + law.position + law.usage_share == pytest.approx(1.0)


def test_shares_are_equal_before_anything_is_seen() -> None:
    law = fit_law(positions([], as_of=AS_OF))
    assert (law.repeat, law.position, law.usage_share) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert law.usage == pytest.approx([1 / 9] * 9)
    assert law.n == 0


def test_the_last_word_in_the_same_domain_stands_and_else_the_last_of_all() -> None:
    rows = [
        said("a", 1, stance="decline", domain="land"),
        said("b", 5, stance="commit", domain="sea"),
        said("c", 5, stance="lead", domain="sea"),
    ]
    one = positions(rows, as_of=AS_OF, model=MODEL).participation
    far = 1e9
    assert last_rung(one, 0, 0, far) == 2
    assert last_rung(one, 0, 2, far) == 8
    assert last_rung(one, 0, 1, far) == 8
    first = float((rows[1].date - dt.timedelta(days=0)).toordinal())
    assert last_rung(one, 0, 2, first) == 2
    assert last_rung(one, 0, 2, float(rows[0].date.toordinal())) is None


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"rank": "reported"}, True),
        ({"rank": "opposition"}, False),
        ({"rank": "author"}, False),
        ({"kind": "ascribed"}, False),
        ({"kind": "forecast"}, False),
    ],
)
def test_only_the_actor_itself_states(more: dict[str, str], counts: bool) -> None:
    assert stated(said("a", 0, **more)) is counts


def test_a_domain_has_a_usage_of_its_own_as_far_as_statements_show_it() -> None:
    rows = []
    for k in range(12):
        name = f"B{chr(65 + k)}B"
        rows += [said(f"l{k}", k, name, "decline", "land"), said(f"a{k}", k, name, "commit", "any")]
    law = fit_law(positions(rows, as_of=AS_OF, model=MODEL))
    decline, commit = STANCES.index("decline"), STANCES.index("commit")
    assert law.by_domain["land"][decline] > 0.6 > law.usage[decline]
    assert law.by_domain["any"][commit] > 0.6
    assert law.by_domain["sea"] == pytest.approx(law.usage)
    few = fit_law(positions(rows[:2], as_of=AS_OF, model=MODEL))
    assert abs(few.by_domain["land"][decline] - few.usage[decline]) < 0.1
    for of_domain in law.by_domain.values():
        assert sum(of_domain) == pytest.approx(1.0)
