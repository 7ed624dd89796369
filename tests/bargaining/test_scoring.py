import json

import numpy as np
import pytest

from willing.bargaining import read_deu, report, score_models
from willing.bargaining.scoring import mark
from willing.data.bargaining import read
from willing.errors import FaultsError

HEADER = ["prnr", "isnr", "counvte", "pcom", "paa", "pbb", "scom", "saa", "sbb", "rp", "out"]
ROWS = [
    ["", "", "", "4", "1", "2", "", "", "", "", ""],
    ["p1", "p1i1", "QMV", "0", "50", "100", "50", "50", "50", "0", "50"],
    ["p1", "p1i2", "Unan", "0", "", "100", "50", "", "", "", "0"],
    ["p2", "p2i1", "QMV", "0", "100", "100", "50", "90", "50", "", ""],
    ["p3", "p3i1", "QMV", "", "", "", "50", "90", "50", "", "10"],
    ["p4", "p4i1", "QMV", "0", "101", "", "50", "90", "50", "", "10"],
]


def text(rows=ROWS) -> str:
    return "\n".join("\t".join(r) for r in [HEADER, *rows]) + "\n"


def test_reading():
    decisions, skipped = read_deu(text())
    assert [d.id for d in decisions] == ["p1i1", "p1i2", "p4i1"]
    first, second, third = decisions
    assert first.whole.influence[0].tolist() == [4, 1, 2]
    assert first.whole.reference[0] == 0
    assert (first.whole.unanimous, second.whole.unanimous) == (False, True)
    assert second.stated.actors == ("com",)  # no salience on record for bb
    assert second.whole.actors == ("com", "bb")
    assert second.whole.salience[0, :, 0].tolist() == [0.5, 0.5]
    assert third.whole.actors == ("com",)  # the other position is off the scale
    assert [(s.line, s.id, s.whole) for s in skipped] == [
        (5, "p2i1", True),
        (6, "p3i1", True),
        (7, "p4i1", False),
    ]
    assert "column paa: found '101'" in skipped[2].why


def test_faulty_headers_are_named():
    with pytest.raises(FaultsError, match="a column 'out'"):
        read_deu(text().replace("\tout", "\tresult"))
    with pytest.raises(FaultsError, match=r"deu3\.tsv:2:5: .*influence of 'aa'"):
        read_deu(text([[*ROWS[0][:4], "x", *ROWS[0][5:]], *ROWS[1:]]))
    with pytest.raises(FaultsError, match="row 2"):
        read_deu(text(ROWS[1:]))
    with pytest.raises(FaultsError, match="empty"):
        read_deu("")


def test_scores_by_hand():
    decisions, _ = read_deu(text())
    scores, losses = score_models(decisions[:1])
    by = {s.model: s for s in scores}
    assert by["mean"].mae == by["mean"].crps == pytest.approx(abs((50 + 200) / 7 - 50))
    assert by["median"].mae == 50  # the Commission alone outweighs the two others
    assert by["median_unweighted"].within_10 == 1
    assert losses["mean"].shape == (1,)
    assert by["mean"].point["mae"] == "mean"
    spread = by["default"]
    assert spread.mae == spread.by_point["median"]["mae"]
    assert spread.within_10 == spread.by_point["likeliest"]["within_10"]
    assert by["default"].crps < by["mean"].crps


def test_bars_as_measured_before(shared_data):
    decisions, _ = read_deu((shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8"))
    scores, _ = score_models(decisions)
    by = {s.model: s for s in scores}
    assert round(by["mean"].mae, 2) == round(by["compromise"].mae, 2) == 23.84
    assert round(by["median"].within_10, 3) == 0.437
    assert round(by["mixture"].crps, 2) == 16.52
    assert by["default"].crps < by["mixture"].crps < by["mean"].crps
    # Each point does best at the measure it is made for.
    points = by["default"].by_point
    assert points["median"]["mae"] == min(p["mae"] for p in points.values())
    assert points["likeliest"]["within_10"] == max(p["within_10"] for p in points.values())
    assert all(np.isfinite([s.mae, s.median_ae, s.within_10, s.crps]).all() for s in scores)


def test_rows_fitted_on_are_told_apart(shared_data, monkeypatch):
    monkeypatch.setattr("willing.bargaining.scoring.REPEATS", 1)
    decisions, _ = read_deu((shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8"))
    made, _ = read_deu(text())
    shipped = json.loads(read("default.json"))
    fresh = report(made, shipped, np.random.default_rng(0))
    assert fresh["fitted_on"] == 0
    assert "cross_validated" not in fresh
    mixed = report([*made, *decisions[:12]], shipped, np.random.default_rng(0))
    assert mixed["fitted_on"] == 12
    assert mixed["cross_validated"]["n"] == 12
    assert 0 < mixed["cross_validated"]["mae"] < 100
    assert mixed["not_fitted_on"]["n"] == 3
    assert "in sample" in mixed["note"]
    assert mark(decisions[0].id) in shipped["fit"]["issues"]
