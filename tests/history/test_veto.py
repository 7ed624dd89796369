from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.security_council import CouncilVote, load_council_votes
from willing.errors import UsageError
from willing.history.backtest import backtest_votes
from willing.history.veto import fit_veto, words
from willing.statistics.track_record import document


def made() -> list[CouncilVote]:
    votes = []
    for year in range(1990, 2010):
        for k in range(4):
            votes.append(CouncilVote(f"{year}/{k}", year, "The situation in Arcadia", False, k))
        votes.append(CouncilVote(f"{year}/x", year, "The Ruritanian question", year % 2 == 0, 9))
    return votes


def test_formulas_months_and_accents_are_no_words() -> None:
    assert words("The situation in Côte d'Ivoire, letter dated 5 March") == ("cote", "ivoire")


def test_a_disputed_item_is_told_from_a_routine_one() -> None:
    m = fit_veto(made())
    quiet = m.probability(CouncilVote("q", 2010, "Arcadia", None, 1))
    loud = m.probability(CouncilVote("l", 2010, "Ruritanian question", None, 1))
    new = m.probability(CouncilVote("n", 2010, "Freedonia", None, 1))
    assert quiet < new
    assert quiet < 0.1 < loud


def test_test_outcomes_and_later_years_cannot_leak() -> None:
    votes = made()
    asked = [v for v in votes if v.year >= 2005]
    blank = [replace(v, vetoed=None) for v in asked]
    flipped = [replace(v, vetoed=not v.vetoed) for v in asked]
    ours = [f.probability for f in backtest_votes(votes, asked).forecasts]
    assert ours == [f.probability for f in backtest_votes(votes, blank).forecasts]
    assert ours == [f.probability for f in backtest_votes(flipped + votes[:75], blank).forecasts]
    d = document(backtest_votes(votes, asked))
    assert d["trained_until"] == "2004-12-31"
    assert "scores" not in document(backtest_votes(votes, blank))


def test_where_nothing_is_earlier_each_year_is_forecast_from_the_others() -> None:
    votes = made()
    record = backtest_votes(votes, votes)
    assert "all other years" in record.protocol
    assert [f.id for f in record.forecasts] == [v.id for v in votes]
    year = [replace(v, vetoed=not v.vetoed) if v.year == 1995 else v for v in votes]
    planted = backtest_votes(year, votes)
    ours, theirs = (
        [f.probability for f in r.forecasts if f.about["year"] == 1995] for r in (record, planted)
    )
    assert ours == theirs
    with pytest.raises(UsageError, match="before 1990"):
        backtest_votes(votes, votes, until=date(1990, 1, 1))


def test_what_never_happened_in_training_is_not_called_impossible() -> None:
    calm = [v for v in made() if not v.vetoed]
    p = fit_veto(calm).probability(CouncilVote("q", 2010, "Freedonia", None, 1))
    assert 0.5 / (len(calm) + 2) < p < 0.05


def test_vetoes_of_2010_to_2014_from_the_twenty_years_before(shared_data: Path) -> None:
    votes = load_council_votes(shared_data / "unsc-outcomes/unsc_outcomes.csv.gz")
    learn = [v for v in votes if 1990 <= v.year < 2010]
    scores = document(backtest_votes(learn, [v for v in votes if 2010 <= v.year < 2015]))["scores"]
    assert scores["veto"]["auc"] > 0.88
    assert scores["veto"]["brier"] < scores["veto"]["base_brier"]
    assert np.isfinite(scores["veto"]["log_score"])


def test_nothing_to_learn_from_or_to_forecast_is_said() -> None:
    unknown = [replace(v, vetoed=None) for v in made()]
    with pytest.raises(UsageError, match="no training vote has a known outcome"):
        fit_veto(unknown)
    with pytest.raises(UsageError, match="no vote to forecast"):
        backtest_votes(made(), [])
