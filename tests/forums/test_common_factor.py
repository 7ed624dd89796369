"""How much members' votes on one draft have in common: estimated anew from recorded tallies."""

import csv
import gzip
import re

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import minimize
from scipy.special import log_ndtr, logsumexp, ndtr

from willing.forums.spatial_vote import SHARED


class Tallies:
    """Votes (yes, abstaining, no), their agenda items and eras; see docs/theory/spatial_vote.md."""

    def __init__(self, votes, items, eras):
        self.votes, self.which = np.unique(votes, axis=0, return_inverse=True)
        self.which = self.which.reshape(-1)
        _, self.item = np.unique(items, return_inverse=True)
        self.era = np.asarray(eras)
        self.eras = sorted(set(eras))

    def loss(self, mean, width, draft, item):
        """Negative log-likelihood; `mean` by era, `draft` and `item` are standard deviations."""
        x, a = hermegauss(31)
        z, b = hermegauss(15)
        yes, abstain, no = (self.votes[:, k, None, None] for k in range(3))
        total = 0.0
        for era, mu in zip(self.eras, mean, strict=True):
            u = mu + item * z[:, None] + draft * x
            with np.errstate(divide="ignore"):
                between = np.maximum(np.log(ndtr(u + width) - ndtr(u)), -700.0)
            each = yes * log_ndtr(u) + abstain * between + no * log_ndtr(-u - width)
            given = logsumexp(each, b=a / a.sum(), axis=2)
            here = self.era == era
            of_item = np.zeros((self.item.max() + 1, z.size))
            np.add.at(of_item, self.item[here], given[self.which[here]])
            total -= logsumexp(of_item, b=b / b.sum(), axis=1).sum()
        return total

    def fit(self, draft=None):
        """Return the common share and the log-likelihood; `draft` fixes the factor's sd."""

        def loss(p):
            free = np.exp(p[-1]) if draft is None else draft
            return self.loss(p[: len(self.eras)], np.exp(p[-3]), free, np.exp(p[-2]))

        start = [1.0 + self.eras.index(e) for e in self.eras] + [-0.1, -0.2, -0.2]
        found = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 60})
        sd = np.exp(found.x[-1]) if draft is None else draft
        return sd**2 / (1 + sd**2), -found.fun


def test_the_factor_of_made_votes_is_found_again():
    rng = np.random.default_rng(2)
    items = np.repeat(np.arange(40), 10)
    u = 1.2 + 0.6 * rng.standard_normal(40)[items] + 0.8 * rng.standard_normal(400)
    member = u[:, None] + rng.standard_normal((400, 15))
    votes = np.stack(
        [(member > 0).sum(1), ((member <= 0) & (member > -0.9)).sum(1), (member <= -0.9).sum(1)], 1
    )
    made = Tallies(votes, items, [0] * 400)
    share, best = made.fit()
    assert share == pytest.approx(0.8**2 / (1 + 0.8**2), abs=0.06)
    assert best > made.fit(draft=1e-3)[1] + 50


def test_the_shipped_share_is_what_the_council_voted(shared_data):
    path = shared_data / "unsc-outcomes" / "unsc_outcomes.csv.gz"
    votes, items, eras = [], [], []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year = int(row["year"])
            members = 11 if year < 1966 else 15
            if row["yes"]:
                yes, no = (int(float(row[k] or 0)) for k in ("yes", "no"))
            elif "unanim" in row["raw"].lower():
                yes, no = members, 0
            else:
                continue
            if yes + no <= members:
                votes.append((yes, members - yes - no, no))
                items.append(re.sub("[^a-z ]", "", row["topic"].lower()).strip())
                eras.append((year >= 1966) + (year >= 1990))
    tallies = Tallies(votes, items, eras)
    share, best = tallies.fit()
    assert share == pytest.approx(SHARED.likely, abs=0.03)
    assert best > tallies.fit(draft=1e-3)[1] + 300
    for end in (SHARED.low, SHARED.high):
        assert best > tallies.fit(draft=np.sqrt(end / (1 - end)))[1] + 10
