"""Our own tables of proposed missions and of who took part; sources are kept in each row.

The codebook is `docs/missions-codebook.md`. Final consent codes stay in the file and out of the
objects: they leak the outcome, so no model can reach them.
"""

from willing.data.missions._contributions import Contribution, load_contributions
from willing.data.missions._missions import PartialDate, ProposedMission, load_missions
from willing.data.missions._participation import Decision, load_participation
from willing.data.missions._stance_parameters import load_stance_parameters
from willing.data.missions._states import (
    actors_by_cow_code,
    authorised_at_first,
    members_on,
)

__all__ = [
    "Contribution",
    "Decision",
    "PartialDate",
    "ProposedMission",
    "actors_by_cow_code",
    "authorised_at_first",
    "load_contributions",
    "load_missions",
    "load_participation",
    "load_stance_parameters",
    "members_on",
]
