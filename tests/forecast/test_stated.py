"""What will have been said by a date."""

import datetime as dt

import numpy as np
import pytest

from tests.forecast.small import AS_OF, small_case
from tests.record.made import FIRST, said
from willing.case import Question
from willing.forecast.stated import CALLED, CALLED_WEEKS, StatedStances
from willing.record import positions


def word(id, days, actor, stance, domain="land", **more):
    day = (AS_OF - dt.timedelta(days=days) - FIRST).days
    return said(id, day, actor, stance, domain, **more)


def asked(words, actor, domain, target, days=90):
    case = small_case(statements=tuple(words))
    question = Question(
        id="Q1",
        kind="stance_at_least",
        actor=actor,
        domain=domain,
        target=target,
        by=AS_OF + dt.timedelta(days=days),
    )
    return StatedStances(case, positions(case)).probability(question)


OTHERS = [word(f"o{k}", 70 - 9 * k, "BBB", ("decline", "consider")[k % 2]) for k in range(8)]


@pytest.mark.parametrize("target", ["decline", "consider", "commit"])
def test_on_the_day_itself_the_last_word_stands(target):
    words = [*OTHERS, word("a", 5, "AAA", "consider")]
    assert asked(words, "AAA", "land", target, 0) == (target != "commit")


def test_a_higher_rung_is_never_likelier():
    words = [*OTHERS, word("a", 20, "AAA", "conditional"), word("b", 9, "AAA", "commit", "any")]
    for domain in ("land", "sea", "any"):
        chances = [asked(words, "AAA", domain, t) for t in ("decline", "consider", "commit")]
        assert chances == sorted(chances, reverse=True)
        assert 0 <= min(chances) <= max(chances) <= 1


def test_of_a_domain_nobody_speaks_of_little_will_be_said():
    words = [*OTHERS, word("a", 5, "AAA", "commit")]
    assert asked(words, "AAA", "sea", "consider") < 0.2 < asked(words, "AAA", "land", "consider")


def test_any_is_the_highest_a_refusal_on_land_leaves_the_sea_standing():
    words = [*OTHERS, word("a", 30, "AAA", "commit", "sea"), word("b", 5, "AAA", "decline")]
    assert asked(words, "AAA", "any", "commit", 0) == 1
    assert asked(words, "AAA", "any", "commit") > 0.6


def test_an_opposition_leader_does_not_speak_for_the_government():
    words = [*OTHERS, word("a", 5, "AAA", "decline")]
    more = [*words, word("b", 1, "AAA", "lead", rank="opposition")]
    assert asked(more, "AAA", "land", "commit", 0) == 0


def test_promises_that_were_kept_are_expected_to_be_kept():
    kept = [word(f"k{k}", 60 - 10 * k, "AAA", "commit") for k in range(5)]
    broken = [word(f"k{k}", 60 - 10 * k, "AAA", ("commit", "decline")[k % 2]) for k in range(5)]
    assert asked([*OTHERS, *kept], "AAA", "land", "commit") > 0.8
    assert asked([*OTHERS, *broken], "AAA", "land", "commit") < 0.7


def test_silence_is_no_stance():
    assert asked(OTHERS, "AAA", "land", "threaten", 0) == 0
    assert asked(OTHERS, "AAA", "land", "threaten", 30) < asked(OTHERS, "AAA", "land", "threaten")


def test_a_decision_hastens_words_while_it_is_fresh():
    quiet = StatedStances.silent(0.1, 10.0)
    assert quiet == pytest.approx(np.exp(-1.0))
    never, at_once, late = np.zeros(20), np.ones(20), np.ones(20)
    at_once[0] = late[:11] = 0.0  # in the first week; in the eleventh, after the date
    assert StatedStances.silent(0.1, 10.0, never) == pytest.approx(quiet)
    assert StatedStances.silent(0.1, 10.0, late) == pytest.approx(quiet)
    longer = 0.1 * (CALLED.likely - 1) * CALLED_WEEKS
    assert StatedStances.silent(0.1, 10.0, at_once) == pytest.approx(quiet * np.exp(-longer))
    likely = [StatedStances.silent(0.1, 10.0, at_once * p) for p in (0.0, 0.3, 0.9)]
    assert likely == sorted(likely, reverse=True)
    spoke = [1 - StatedStances.silent(0.1, 10.0, d) for d in (never, late, at_once)]
    fresh = [StatedStances.answers(0.1, 10.0, d) for d in (never, late, at_once)]
    assert fresh[:2] == [0.0, 0.0]
    assert fresh[2] == pytest.approx(1 - np.exp(-0.1 * CALLED.likely * CALLED_WEEKS))
    assert fresh[2] < spoke[2]


def test_who_is_called_on_says_whether_it_would_come():
    case = small_case(statements=tuple(OTHERS))
    stances = StatedStances(case, positions(case))
    now = np.r_[0.0, np.ones(8)]

    def chance(target, decided, willing):
        question = Question(
            id="Q1",
            kind="stance_at_least",
            actor="CCC",
            domain="land",
            target=target,
            by=AS_OF + dt.timedelta(days=60),
        )
        return stances.probability(question, decided, willing)

    assert chance("commit", now, 0.9) > chance("commit", now, 0.5) > chance("commit", now, 0.0)
    assert chance("commit", now, 0.9) < 0.9  # it may say nothing
    assert chance("commit", (), 0.9) == chance("commit", (), 0.0)  # nobody is called on
    assert chance("consider", now, 0.0) == chance("consider", now, 0.01)  # never less than the law
    assert chance("lead", now, 0.9) == chance("lead", now, 0.0)  # to come is not to lead


def test_what_stood_from_the_start_calls_on_nobody():
    words = [*OTHERS, word("a", 5, "AAA", "consider")]
    case = small_case(statements=tuple(words))
    question = Question(
        id="Q1",
        kind="stance_at_least",
        actor="AAA",
        domain="land",
        target="commit",
        by=AS_OF + dt.timedelta(days=30),
    )
    stances = StatedStances(case, positions(case))
    assert stances.probability(question, np.ones(9)) == stances.probability(question)
    assert stances.probability(question, np.arange(9) / 8) > stances.probability(question)
