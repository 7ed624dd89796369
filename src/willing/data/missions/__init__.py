"""Our own tables of proposed missions and of who took part; sources are kept in each row.

The codebook is `docs/missions-codebook.md`. Final consent codes stay in the file and out of the
objects: they leak the outcome, so no model can reach them.
"""

from willing.data.missions._missions import PartialDate, ProposedMission, load_missions
from willing.data.missions._participation import Decision, load_participation

__all__ = [
    "Decision",
    "PartialDate",
    "ProposedMission",
    "load_missions",
    "load_participation",
]
