"""Record: from dated, sourced statements to where each actor stands, with uncertainty."""

from willing.record._document import positions_document
from willing.record._observations import OFFSET_DOMAINS, PARTICIPATION
from willing.record._priors import Priors
from willing.record._record import Moved, Record, Standing, positions
from willing.record.maximum_likelihood import Fit, Profile, fit
from willing.record.next_statement import StatementLaw, fit_law, ladder_test, stated
from willing.record.noise import RANGES, NoiseModel, grade
from willing.record.ordered_probit import (
    CutPoints,
    estimate_cuts,
    highest_probabilities,
    stance_probabilities,
)

__all__ = [
    "OFFSET_DOMAINS",
    "PARTICIPATION",
    "RANGES",
    "CutPoints",
    "Fit",
    "Moved",
    "NoiseModel",
    "Priors",
    "Profile",
    "Record",
    "Standing",
    "StatementLaw",
    "estimate_cuts",
    "fit",
    "fit_law",
    "grade",
    "highest_probabilities",
    "ladder_test",
    "positions",
    "positions_document",
    "stance_probabilities",
    "stated",
]
