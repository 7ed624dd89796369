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
    ladder_test,
    positions,
    stance_probabilities,
    stated,
)
from willing.record.next_statement import PSEUDO, TIGHT, Usage, _evidence, _shares, last_rung

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


def test_the_evidence_is_what_an_urn_gives_statement_by_statement() -> None:
    """Each domain draws from an urn that holds the usage of all, and puts back one more."""
    counts = np.zeros((7, 9))
    counts[0, :3], counts[1, 2], counts[3, 8] = (2, 1, 3), 4, 1
    everybody = (counts.sum(axis=0) + 0.5) / (counts.sum() + 4.5)
    for tight in (2.0, 16.0, 100.0):
        logs = -0.5 * np.log(tight / TIGHT) ** 2
        for said_there in counts:
            urn = tight * everybody
            for rung in np.repeat(np.arange(9), said_there.astype(int)):
                logs += np.log(urn[rung] / urn.sum())
                urn[rung] += 1
        assert _evidence(counts, tight) == pytest.approx(logs)


def test_domains_that_differ_are_held_loosely_and_domains_alike_tightly() -> None:
    def tight(land: tuple[str, ...], sea: tuple[str, ...]) -> float:
        rows = []
        for k in range(30):
            rows.append(said(f"l{k}", 2 * k, "AAA", land[k % len(land)], "land"))
            rows.append(said(f"s{k}", 2 * k, "AAA", sea[k % len(sea)], "sea"))
        return Usage.of(positions(rows, as_of=AS_OF, model=MODEL).participation.observations).tight

    assert tight(("decline", "oppose"), ("commit", "lead")) == 2.0
    assert tight(STANCES, STANCES) == 128.0


def test_a_statement_left_out_is_as_if_it_had_not_been_made() -> None:
    counts = np.zeros((7, 9))
    counts[0, 4], counts[1, 2], counts[2, 2] = 3, 4, 1
    fewer = counts.copy()
    fewer[1, 2] -= 1
    every, without = Usage(counts, 8.0), Usage(fewer, 8.0)
    np.testing.assert_allclose(every.at(0, less=2), without.at(0))
    np.testing.assert_allclose(every.all(less=2), without.all())
    assert counts[1, 2] == 4  # and nothing is taken away for good
    # three of land say rung 2; beside them eight from the usage of all, half a count a rung more
    assert without.at(0)[2] == pytest.approx((3 + 8 * 4.5 / 11.5) / 11)
    assert without.at(-1)[4] == pytest.approx((3 + 8 * 3.5 / 11.5) / 11)


def test_shares_of_statements_only_one_part_explains_are_their_counts() -> None:
    rows = np.repeat(np.eye(3), [7, 2, 0], axis=0)
    np.testing.assert_allclose(_shares(rows), np.array([7, 2, 0] + PSEUDO * np.ones(3)) / 12)


def test_shares_are_the_likeliest_where_parts_explain_the_same_statements() -> None:
    rows = np.random.default_rng(8).dirichlet(np.ones(3), 30)
    best = _shares(rows)

    def height(shares: np.ndarray) -> float:
        return float(np.log(rows @ shares).sum() + PSEUDO * np.log(shares).sum())

    for off in np.vstack([np.eye(3), -np.eye(3)]) * 0.01:
        near = (best + off) / (best + off).sum()
        assert height(near) < height(best)


def test_what_others_say_of_an_actor_is_learned_from_but_not_predicted() -> None:
    own = [said(f"a{d}", d, stance="consider") for d in range(0, 50, 10)]
    others = [said(f"o{d}", d + 5, stance="lead", rank="opposition") for d in range(0, 50, 10)]
    alone = fit_law(positions(own, as_of=AS_OF, model=MODEL))
    both = fit_law(positions(own + others, as_of=AS_OF, model=MODEL))
    assert alone.n == both.n == 4  # nothing came before the first
    assert alone.noise == pytest.approx(both.noise)
    assert both.usage[STANCES.index("lead")] > alone.usage[STANCES.index("lead")]


def test_the_noise_of_a_statement_is_between_that_of_the_best_and_what_was_made_of_it() -> None:
    """One statement of the model's own noise is weighed in; each made counts by its own grade."""
    rows = [said("a", 0), said("b", 9, reliability="D", credibility=4)]
    record = positions(rows, as_of=AS_OF, model=MODEL)
    variances = record.participation.observations.variance(MODEL)
    assert variances[1] > variances[0]
    mean = (variances.sum() + MODEL.noise**2) / 3
    assert fit_law(record).noise == pytest.approx(np.sqrt(mean))


def test_the_ladder_is_tested_on_statements_as_expected_before_they_were_made() -> None:
    """Of each actor one statement: nothing but the prior and the noise of its grade is known."""
    words, grades = ("decline", "consider", "lead"), ({}, {"rank": "reported"}, {})
    rows = [
        said(f"s{k}", k, f"A{k}A", word, **more)
        for k, (word, more) in enumerate(zip(words, grades, strict=True))
    ]
    tested = ladder_test(positions(rows, as_of=AS_OF, model=MODEL))
    noise = MODEL.noise * np.array([1.0, MODEL.indirect, 1.0])
    chances = stance_probabilities(MODEL.prior_mean, np.hypot(MODEL.prior_sd, noise))
    rungs = [STANCES.index(word) for word in words]
    assert tested.loglik_assumed == pytest.approx(np.log(chances[range(3), rungs]).sum())
    assert tested.n == 3


def test_the_law_speaks_of_the_domain_asked_for() -> None:
    own = tuple(np.eye(9)[3])
    law = StatementLaw(0.3, 0.5, 0.2, LAW.usage, {"land": own}, 10.0, 20)
    assert law.predict(60.0, 5.0, None, "land")[3] == 1.0
    np.testing.assert_allclose(law.predict(60.0, 5.0, None, "sea"), LAW.usage)
