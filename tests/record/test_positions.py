"""The record: leaks, priors, events, weights, domains."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings

from tests.record.made import ACTORS, AS_OF, FIRST, MODEL, said, statements
from willing.case import CUTS, LEVEL, STANCES, TAKING_PART, Statement
from willing.case.folder import load
from willing.record import NoiseModel, Record, fit, positions, stance_probabilities
from willing.record._observations import observe

PRIORS = {"AAA": (40.0, 9.0), "BBB": (70.0, 25.0), "CCC": (55.0, 15.0)}


def record(rows: list[Statement], as_of: dt.date = AS_OF, **more: object) -> Record:
    options = {"model": MODEL, "priors": PRIORS} | more
    return positions(rows, as_of=as_of, **options)  # type: ignore[arg-type]


def bytes_of(one: Record) -> bytes:
    arrays = [x for s in one.issues.values() for x in (s.mean, s.cov, s.filtered.gain)]
    return b"".join(a.tobytes() for a in arrays) + repr(one.model).encode()


ROWS = [
    said("a", 0, "AAA", "consider", "land"),
    said("b", 20, "AAA", "decline", "land"),
    said("c", 30, "BBB", "lead"),
    said("d", 40, "AAA", "commit", "training"),
    said("e", 50, "AAA", "oppose", issue="mission"),
]


@pytest.mark.parametrize(
    "planted",
    [
        said("late", 61, "AAA", "lead", "land"),
        said("held", 10, "AAA", "lead", "land", published=FIRST + dt.timedelta(days=61)),
        said("held", 10, "BBB", "threaten", published=FIRST + dt.timedelta(days=61), event="x"),
        said("new", 61, "DDD", "lead"),
    ],
)
@pytest.mark.parametrize("model", [MODEL, None])
def test_nothing_dated_or_published_later_changes_a_bit(
    planted: Statement, model: NoiseModel | None
) -> None:
    day = FIRST + dt.timedelta(days=60)
    before = record(ROWS, day, model=model)
    after = record([planted, *ROWS], day, model=model)
    assert bytes_of(before) == bytes_of(after)
    assert before.moved("AAA", "land") == after.moved("AAA", "land")
    on = FIRST + dt.timedelta(days=61)
    assert bytes_of(record(ROWS, on)) != bytes_of(record([planted, *ROWS], on))


def test_what_became_known_later_is_absent_from_the_position_as_known_then() -> None:
    held = said("h", 10, "AAA", "lead", "land", published=FIRST + dt.timedelta(days=90))
    days = [FIRST + dt.timedelta(days=d) for d in (15, 60, 95)]
    without, _ = record(ROWS).track("AAA", days, "land", seen_now=False)
    then, _ = record([held, *ROWS]).track("AAA", days, "land", seen_now=False)
    now, _ = record([held, *ROWS]).track("AAA", days, "land")
    assert then[:2].tolist() == without[:2].tolist()
    assert then[2] > without[2]
    assert now[0] > then[0]
    with pytest.raises(ValueError, match="a day up to"):
        record(ROWS).track("AAA", [AS_OF + dt.timedelta(days=1)])


@given(statements())
@settings(max_examples=40, deadline=None)
def test_without_its_statements_an_actor_is_at_its_prior_and_wider(rows: list[Statement]) -> None:
    full = record(rows)
    for a, actor in enumerate(ACTORS):
        rest = record([s for s in rows if s.actor != actor])
        spoke = any(
            s.actor == actor and s.issue == "participation" and s.known <= AS_OF for s in rows
        )
        assert rest.prior_only[a]
        assert full.prior_only[a] != spoke
        mean, sd = rest.position(actor)
        assert (mean, sd) == pytest.approx(PRIORS[actor])
        for domain in ("any", "land", "finance"):
            narrower, wider = full.position(actor, domain)[1], rest.position(actor, domain)[1]
            assert narrower <= wider + 1e-9
            if spoke:
                assert narrower < wider
        others = [b for b in range(len(ACTORS)) if b != a]
        np.testing.assert_array_equal(full.mean[others], rest.mean[others])


@given(statements())
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_rows_does_not_matter(rows: list[Statement]) -> None:
    assert bytes_of(record(rows)) == bytes_of(record(rows[::-1]))


@given(statements(least=1))
@settings(max_examples=30, deadline=None)
def test_shifts_and_reversion_add_up_to_the_position(rows: list[Statement]) -> None:
    one = record(rows)
    obs = one.participation.observations
    for a, actor in enumerate(ACTORS):
        centre = PRIORS[actor][0]
        mean, last = centre, None
        at = {s.id: d for s, d in zip(obs.statements, obs.day, strict=True)}
        for moved in one.moved(actor):
            if moved.counts_as:
                assert moved.weight == moved.shift == moved.now == 0.0
                continue
            decay = 1.0 if last is None else MODEL.phi ** ((at[moved.id] - last) / 7)
            mean, last = centre + decay * (mean - centre) + moved.shift, at[moved.id]
            assert 0 < moved.weight < 1
        decay = 1.0 if last is None else MODEL.phi ** ((AS_OF.toordinal() - last) / 7)
        assert one.position(actor)[0] == pytest.approx(centre + decay * (mean - centre))
        assert one.mean[a, 0] == pytest.approx(one.position(actor)[0])


def test_a_share_of_today_is_what_the_position_gains_from_the_statement() -> None:
    higher = [said("b", 20, "AAA", "support_no_troops", "land") if s.id == "b" else s for s in ROWS]
    share = {m.id: m.now for m in record(ROWS).moved("AAA", "sea")}["b"]
    moved = record(higher).position("AAA", "sea")[0] - record(ROWS).position("AAA", "sea")[0]
    assert moved == pytest.approx(12.5 * share)


def test_an_actor_that_turns_and_says_so_again_is_believed() -> None:
    steady = [said(f"s{k}", 5 * k, "AAA", "decline", "land") for k in range(5)]
    turned = [said(f"t{k}", 50 + 5 * k, "AAA", "lead", "land") for k in range(4)]
    before, after = record(steady), record([*steady, *turned])
    assert before.position("AAA", "land")[0] < 38.0
    assert after.position("AAA", "land")[0] > 56.0
    shifts = [m.shift for m in after.moved("AAA", "land")[5:]]
    assert min(shifts) > 0
    assert shifts[0] > 10


def test_two_reports_of_one_event_count_once_and_the_better_graded_counts() -> None:
    good = said("good", 5, "AAA", "decline", "land", event="e")
    poor = said("poor", 5, "AAA", "consider", "land", event="e", reliability="D")
    once = record([good])
    for rows in ([good, poor], [poor, good]):
        both = record(rows)
        assert bytes_of(both) == bytes_of(once)
        dropped = both.moved("AAA", "land")[1]
        assert (dropped.id, dropped.weight, dropped.counts_as) == ("poor", 0.0, "good")
    separate = record([good, said("other", 5, "AAA", "consider", "land", event="f")])
    assert bytes_of(separate) != bytes_of(once)


def test_one_event_on_two_domains_counts_in_both() -> None:
    rows = [said(d, 5, "AAA", "lead", d, event="e") for d in ("land", "air")]
    assert len(record(rows).participation.observations) == 2


def test_until_the_better_report_is_known_the_other_counts() -> None:
    poor = said("poor", 5, "AAA", "lead", "land", event="e", reliability="D")
    good = said(
        "good", 5, "AAA", "decline", "land", event="e", published=FIRST + dt.timedelta(days=30)
    )
    early = record([poor, good], FIRST + dt.timedelta(days=20))
    assert bytes_of(early) == bytes_of(record([poor], FIRST + dt.timedelta(days=20)))
    assert bytes_of(record([poor, good])) == bytes_of(record([good]))


@pytest.mark.parametrize(
    "indirect",
    [{"rank": "opposition"}, {"kind": "forecast"}, {"reliability": "D"}, {"rank": "legislature"}],
)
def test_indirect_evidence_weighs_less(indirect: dict[str, str]) -> None:
    direct = record([said("a", 5, "AAA", "lead", "land")]).moved("AAA", "land")[0]
    other = record([said("a", 5, "AAA", "lead", "land", **indirect)]).moved("AAA", "land")[0]
    assert other.weight < direct.weight
    assert 0 < other.shift < direct.shift


def test_only_participation_moves_participation() -> None:
    mission = [said("m", 5, "AAA", "threaten", issue="mission")]
    one = record(mission)
    assert one.position("AAA") == pytest.approx(PRIORS["AAA"])
    assert one.prior_only.all()
    level, _ = one.position("AAA", issue="mission")
    assert level < 25.0
    other = record([said("o", 5, "AAA", "threaten", issue="other")])
    assert set(other.issues) == {"participation"}


def test_a_refusal_of_land_leaves_the_sea_higher() -> None:
    one = record([said(f"s{k}", 5 * k, "AAA", "decline", "land") for k in range(5)])
    land, sea = one.position("AAA", "land")[0], one.position("AAA", "sea")[0]
    assert land < sea
    assert land < PRIORS["AAA"][0] - 1.1629 * MODEL.offset


@given(statements(least=1))
@settings(max_examples=25, deadline=None)
def test_any_is_never_lower_than_a_domain_of_taking_part(rows: list[Statement]) -> None:
    one = record(rows)
    for actor in ACTORS:
        highest = np.cumsum(one.stance(actor))
        assert highest[-1] == pytest.approx(1.0)
        for domain in TAKING_PART:
            assert (highest[:-1] <= np.cumsum(one.stance(actor, domain))[:-1] + 0.005).all()


def test_ahead_goes_to_the_prior_and_widens_to_it() -> None:
    one = record(ROWS)
    a = one.actors.index("BBB")
    sds, gaps = [], []
    for weeks in (0.0, 4.0, 52.0, 5000.0):
        mean, cov = one.ahead(weeks)
        sds.append(np.sqrt(cov[a, 0, 0]))
        gaps.append(abs(mean[a, 0] - PRIORS["BBB"][0]))
        assert one.position("BBB", weeks=weeks) == pytest.approx((mean[a, 0], sds[-1]))
    assert sds == sorted(sds)
    assert gaps == sorted(gaps, reverse=True)
    assert sds[-1] == pytest.approx(PRIORS["BBB"][1])
    assert one.ahead(0.0)[0] == pytest.approx(one.mean)


def test_one_week_ahead_is_the_recursion_a_simulation_uses() -> None:
    one = record(ROWS)
    mean, cov = one.ahead(1.0)
    phi = one.model.phi
    assert mean[:, 0] == pytest.approx(one.prior_mean + phi * (one.mean[:, 0] - one.prior_mean))
    assert cov[:, 0, 0] == pytest.approx(phi**2 * one.cov[:, 0, 0] + one.drift() ** 2)
    np.testing.assert_array_equal(mean[:, 1:], one.mean[:, 1:])


def test_an_actor_with_a_tight_prior_moves_less() -> None:
    drift = record(ROWS).drift()
    assert drift[0] / drift[1] == pytest.approx(9.0 / 25.0)


def test_covariances_are_proper() -> None:
    cov = record(ROWS).cov
    np.testing.assert_array_equal(cov, cov.transpose(0, 2, 1))
    assert np.linalg.eigvalsh(cov).min() > 0


def test_nothing_said_by_anybody() -> None:
    empty = positions([], as_of=AS_OF)
    assert empty.actors == ()
    assert empty.mean.shape == (0, 7)
    assert positions([], as_of=AS_OF, priors=PRIORS).prior_only.all()


@pytest.mark.parametrize("bad", [(float("nan"), 5.0), (50.0, 0.0), (50.0, -1.0)])
def test_an_unusable_prior_is_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="prior of AAA"):
        positions(ROWS, as_of=AS_OF, priors={"AAA": bad})


@pytest.mark.parametrize("domain", ["any", "land", "training", "sea"])
def test_what_rests_on_each_statement_is_what_another_word_would_have_changed(domain: str) -> None:
    rows = [*ROWS, said("f", 60, "AAA", "undecided", "land"), said("g", 70, "AAA", "consider")]
    before = record(rows)
    for moved in before.moved("AAA", domain):
        other = [
            s.model_copy(update={"stance": STANCES[STANCES.index(s.stance) - 1]})
            if s.id == moved.id
            else s
            for s in rows
        ]
        change = before.position("AAA", domain)[0] - record(other).position("AAA", domain)[0]
        said_then, said_now = (next(s.stance for s in r if s.id == moved.id) for r in (rows, other))
        assert moved.now == pytest.approx(change / (LEVEL[said_then] - LEVEL[said_now])), moved.id


def test_stances_ahead_are_those_of_the_position_ahead() -> None:
    one = record(ROWS)
    for domain, issue in (("land", "participation"), ("any", "mission")):
        ahead = one.position("AAA", domain, issue, weeks=8)
        assert ahead != one.position("AAA", domain, issue)
        np.testing.assert_allclose(
            one.stance("AAA", domain, issue, weeks=8), stance_probabilities(*ahead)
        )
    higher = dataclasses.replace(one, cuts=np.array(CUTS) + 9.0)
    for domain in ("any", "land"):
        rungs = [r.stance("AAA", domain) @ np.arange(9) for r in (one, higher)]
        assert rungs[1] < rungs[0] - 0.5


def test_other_issues_have_priors_of_their_own_and_are_read_when_asked_for() -> None:
    told = {"mission": {"BBB": (80.0, 5.0)}}
    one = record(ROWS, issue_priors=told)
    assert one.position("BBB", issue="mission") == pytest.approx((80.0, 5.0))
    assert one.position("CCC", issue="mission") == pytest.approx((50.0, 25.0))
    assert one.position("CCC") == pytest.approx(PRIORS["CCC"])
    assert set(one.issues) == {"participation", "mission"}
    assert set(record(ROWS, issues=()).issues) == {"participation"}
    assert set(record(ROWS, issues=("ceasefire",)).issues) == {"participation", "ceasefire"}
    assert all(name == standing.issue for name, standing in one.issues.items())


def test_noise_is_fitted_to_what_was_known_with_the_priors_given() -> None:
    day = FIRST + dt.timedelta(days=35)
    one = record(ROWS, day, model=None)
    known = [s for s in ROWS if s.known <= day]
    expected = fit(known, sorted(PRIORS), day, priors=PRIORS)
    assert one.fit is not None
    assert one.model == one.fit.model == expected.model
    assert one.fit.n == expected.n == 3
    assert record(ROWS).fit is None


def test_a_case_is_read_as_of_its_day_or_an_earlier_one() -> None:
    case = load("ukraine-2025")
    assert positions(case, model=MODEL).as_of == case.as_of
    day = case.as_of - dt.timedelta(days=20)
    assert positions(case, as_of=day, model=MODEL).as_of == day
    assert positions(ROWS, model=MODEL).as_of == max(s.known for s in ROWS)


def test_statements_of_actors_that_are_not_listed_are_refused() -> None:
    words = "statements of actors that are not listed: AAA, BBB"
    with pytest.raises(ValueError, match=words):
        observe(ROWS, as_of=AS_OF, actors=("CCC",))


def test_a_position_on_a_domain_is_the_level_and_that_domains_offset() -> None:
    one = record(ROWS)
    for a, actor in enumerate(one.actors):
        for k, domain in enumerate(one.domains, start=1):
            mean, sd = one.position(actor, domain)
            assert mean == pytest.approx(one.mean[a, 0] + one.mean[a, k])
            variance = one.cov[a, 0, 0] + 2 * one.cov[a, 0, k] + one.cov[a, k, k]
            assert sd == pytest.approx(np.sqrt(variance))
