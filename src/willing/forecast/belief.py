"""How likely an actor is, today, to do what a route asks of it: from its position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from willing.case import Case
from willing.forecast.build import voting_members
from willing.forecast.gather import Gathered
from willing.forecast.model import DOMAINS
from willing.forums import Atom, Belief, RouteAnalysis, analyse_routes
from willing.forums.spatial_vote import SHARED

__all__ = ["belief_of", "routes_today"]


#: cases of what moves voting members together: Gauss-Hermite nodes and their probabilities
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def belief_of(case: Case, gathered: Gathered) -> Belief:
    """Return the probability that an atom holds at the as-of date, at each of `NODES`."""
    parts = gathered.ingredients
    place = {a: i for i, a in enumerate(parts.actors)}
    given = {a.actor: a.given.likely for a in case.approvals}
    size = 1 + len(DOMAINS)

    voting = voting_members(case, {f: r.members for f, r in parts.rules.items()})
    common, alone = np.sqrt(SHARED.likely), np.sqrt(1.0 - SHARED.likely)

    def belief(atom: Atom) -> float | NDArray[np.float64]:
        if atom.scale == "approval":
            return given.get(atom.who, 1.0)
        if atom.scale == "participation":
            row = np.zeros(size)
            row[0] = 1.0
            if atom.where in DOMAINS:
                row[1 + DOMAINS.index(atom.where)] = 1.0
            at = place[atom.who]
            mean = float(row @ parts.start.mean[at])
            sd = float(np.linalg.norm(row @ parts.start.chol[at]))
        else:
            mean, sd, _, _ = parts.issues[atom.who, atom.scale]
            if atom.scale == "mission" and atom.who in voting:
                beyond = mean + sd * common * NODES - atom.level
                return np.asarray(ndtr(beyond / max(sd * alone, 1e-6)))
        return float(ndtr((mean - atom.level) / max(sd, 1e-6)))

    return belief


def routes_today(case: Case, gathered: Gathered) -> list[RouteAnalysis]:
    """Return what can be said of every route at the as-of date."""
    belief = belief_of(case, gathered)
    return analyse_routes(case, gathered.forums, belief, weights=WEIGHTS.tolist())
