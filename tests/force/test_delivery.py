import numpy as np
import pytest

from willing.data.force import delivery_rows
from willing.force import delivery_mixture, score_delivery
from willing.force.delivery import group_of


def test_chances_sum_to_one_and_lie_in_their_ranges() -> None:
    for kind in ("infantry_battalion_un", "utility_helicopter_unit", "frigate", "presence"):
        for record in ((), "FRA", "ROU", [0.0, 0.5, 1.0]):
            m = delivery_mixture(kind, record)
            parts = (m.p_zero, m.p_late, m.p_full)
            assert sum(p.likely for p in parts) == pytest.approx(1.0)
            assert all(p.low <= p.likely <= p.high for p in parts)
            assert m.evidence


def test_a_nations_record_moves_its_chances() -> None:
    plain = delivery_mixture("infantry_battalion_un")
    good = delivery_mixture("infantry_battalion_un", [1.0] * 6)
    bad = delivery_mixture("infantry_battalion_un", [0.0] * 6)
    assert good.p_full.likely > plain.p_full.likely > bad.p_full.likely
    assert bad.p_zero.likely > plain.p_zero.likely > good.p_zero.likely


def test_enablers_come_in_full_less_often_than_infantry() -> None:
    soldiers = delivery_mixture("infantry_battalion_un")
    helicopters = delivery_mixture("utility_helicopter_unit")
    assert group_of("utility_helicopter_unit") == "enabler"
    assert group_of("infantry_battalion_un") == "combat"
    assert helicopters.p_full.likely < soldiers.p_full.likely


def test_chances_without_a_record_are_close_to_the_counts() -> None:
    rows = [r for r in delivery_rows() if r.group == "combat"]
    m = delivery_mixture("infantry_battalion_un")
    share = sum(r.outcome == "zero" for r in rows) / len(rows)
    assert m.p_zero.likely == pytest.approx(share, abs=0.05)


def test_a_stated_reliability_is_the_chance_of_full() -> None:
    m = delivery_mixture("persons", "FRA", reliability=0.8)
    assert m.p_full.likely == 0.8
    assert m.p_zero.likely + m.p_late.likely == pytest.approx(0.2)
    assert delivery_mixture("persons", reliability=1.0).p_zero.likely == 0.0


def test_draws_follow_the_mixture() -> None:
    m = delivery_mixture("infantry_battalion_un")
    share, delay = m.draw(np.random.default_rng(0), 40_000)
    assert (share == 0).mean() == pytest.approx(m.p_zero.likely, abs=0.01)
    assert (share == 1).mean() == pytest.approx(m.p_full.likely, abs=0.01)
    late = delay > 0
    assert late.mean() == pytest.approx(m.p_late.likely, abs=0.01)
    assert ((share[late] >= m.late_share.low) & (share[late] <= m.late_share.high)).all()


def test_what_was_not_known_leaves_no_trace() -> None:
    before = [r for r in delivery_rows() if r.as_of < "2009"]
    assert {r.mission for r in delivery_mixture("persons", evidence=before).evidence} <= {
        "IFOR",
        "EUFOR_TCHAD_RCA",
    }


@pytest.mark.parametrize("mission", ["EUFOR_TCHAD_RCA", "IFOR", "HTI_MSS_2022"])
def test_a_mission_is_scored_by_what_the_others_taught(mission) -> None:
    score = score_delivery(mission, rng=np.random.default_rng(0))
    assert 0 < score.brier < 2
    assert score.predicted[0] <= score.predicted[1] <= score.predicted[2]
    # believing every pledge is worse on each of them
    assert score.log_score < score.baselines["as_pledged"]["log_score"]
    own = {r.actor for r in delivery_rows() if r.mission == mission}
    assert own


def test_over_all_pledges_the_model_beats_even_odds_and_trust() -> None:
    scores = [
        score_delivery(m, rng=np.random.default_rng(0)).nothing
        for m in sorted({r.mission for r in delivery_rows()})
    ]
    count = sum(s.pledges for s in scores)
    # rows of which only `some` is known came, and count
    assert count == sum(r.outcome in ("zero", "late", "full", "some") for r in delivery_rows())
    ours, trust, even = (
        sum(s.pledges * getattr(s, name) for s in scores) / count
        for name in ("brier", "as_pledged", "even")
    )
    assert ours < even < trust


def test_the_chad_force_arrived_as_the_table_says() -> None:
    score = score_delivery("EUFOR_TCHAD_RCA", rng=np.random.default_rng(0))
    # 2,817 of 3,677 from the twelve nations that had pledged
    assert score.arrived == pytest.approx(2_817 / 3_677, abs=1e-6)
