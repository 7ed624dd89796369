from dataclasses import replace

import numpy as np
import pytest

from tests.bargaining.helpers import drawn, table
from willing.bargaining import MODELS, Negotiation, bargain, uncertain
from willing.errors import UsageError


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"positions": np.array([[[0.0], [np.nan]]])}, "positions of A1"),
        ({"positions": np.array([[[0.0], [101.0]]])}, "found 101; expected 0 to 100"),
        ({"salience": np.array([[[0.5], [1.5]]])}, "salience of A1 on position"),
        ({"influence": np.array([[-1.0, 1.0]])}, "influence of A0"),
        ({"influence": np.ones((2, 2))}, r"influence: found shape \(2, 2\)"),
        ({"rule": "whim"}, "rule: found 'whim'"),
        ({"accommodation": np.ones((2, 2))}, "accommodation"),
    ],
)
def test_faulty_inputs_are_named(change, words):
    with pytest.raises(UsageError, match=words):
        replace(table([0, 100]), **change)


def test_nobody_is_no_negotiation():
    with pytest.raises(UsageError, match="at least one actor"):
        Negotiation((), np.zeros((1, 0, 1)), np.zeros((1, 0, 1)), np.zeros((1, 0)))


@pytest.mark.parametrize("model", [m for m in MODELS if m not in ("exchange", "nash_reference")])
@pytest.mark.parametrize(
    "n",
    [
        table([40]),
        table([40, 40]),
        table([0, 100], 0.0),
        table([0, 100], influence=0.0),
        drawn(np.random.default_rng(0), 3, 4),
        drawn(np.random.default_rng(0), 1, 250),
        table([5, 5], scale=np.array([[5.0, 5.0]])),
    ],
    ids=["one", "one place", "no salience", "no influence", "draws", "250 actors", "no scale"],
)
def test_every_model_answers_degenerate_inputs(model, n):
    document = bargain(n, model, 2).document()
    last = document["turns"][-1]
    assert list(last["positions"]) == list(n.actors)
    assert all(0 <= p <= 1 + 1e-12 for p in last["probability"].values())
    numbers = [*document["forecast"]["quantiles"].values(), document["forecast"]["mean"]]
    assert np.isfinite(numbers).all()
    assert list(document["forecast"]["quantiles"].values()) == sorted(numbers[:-1])


def test_document_keys():
    n = drawn(np.random.default_rng(0), 1, 3, 2)
    d = bargain(n, "smp", 2).document()
    assert d["model"] == "smp"
    assert [t["turn"] for t in d["turns"]] == [0, 1, 2]
    assert len(d["turns"][0]["positions"]["A0"]) == 2
    assert set(d["forecast"]) == {"mean", "median", "quantiles", "likeliest", "by_dimension"}
    assert [b["dimension"] for b in d["forecast"]["by_dimension"]] == ["D0", "D1"]
    assert "0.05" in d["forecast"]["quantiles"]
    one = bargain(n.one(0), "mean").document()
    assert "by_dimension" in one["forecast"]
    single = bargain(table([1, 2]), "mean").document()["forecast"]
    assert set(single) == {"mean", "median", "quantiles", "likeliest"}
    assert single["likeliest"] == {"at": 1.5, "probability": 1.0, "within": 10.0}


def test_unknown_model():
    with pytest.raises(UsageError, match="Did you mean 'scholz'"):
        bargain(table([1]), "sholz")
    with pytest.raises(UsageError, match="turns"):
        bargain(table([1]), "mean", -2)


def test_uncertain_inputs():
    one = table([0, 50, 100], 0.5, [1, 2, 3])
    many = uncertain(one, 4000, np.random.default_rng(0), 10, 0.1, 0.2)
    assert many.draws == 4000
    assert many.positions[:, 1, 0].mean() == pytest.approx(50, abs=0.6)
    assert many.positions[:, 1, 0].std() == pytest.approx(10, abs=0.5)
    assert 0 <= many.positions.min() <= many.positions.max() <= 100
    assert many.salience.std(axis=0)[1, 0] == pytest.approx(0.1, abs=0.01)
    assert np.log(many.influence[:, 2] / 3).std() == pytest.approx(0.2, abs=0.02)
    # Each input has its own stream: switching one error off leaves the others as they were.
    less = uncertain(one, 4000, np.random.default_rng(0), 0, 0.1, 0.2)
    assert (less.positions == one.positions).all()
    np.testing.assert_array_equal(less.salience, many.salience)
    np.testing.assert_array_equal(less.influence, many.influence)
    with pytest.raises(UsageError, match="one"):
        uncertain(many, 2, np.random.default_rng(0))
    with pytest.raises(UsageError, match="draws"):
        uncertain(one, 0, np.random.default_rng(0))
