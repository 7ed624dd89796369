"""What runs share, kept: counterfactuals differ from the run they are compared with in few things.

What was drawn before the weeks is drawn once. What comes of it week by week, whatever the facts
are, is written on a tape by one run and read by the others.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from willing.case.ladder import CUTS
from willing.forecast.kernel_numbers import COMPILED
from willing.forecast.model import Model
from willing.forecast.pack import FORCE, Dice, Packed, pack, pack_world, repack
from willing.forecast.world import draw_world, drawn_from, positions_from

__all__ = ["BLANK", "LANES", "PLAIN", "READ", "WRITE", "Tapes", "Worlds"]

#: draws side by side in one machine word
LANES = 64
#: no tape, or one to be written, or to be read
PLAIN, WRITE, READ = 0, 1, 2
#: what positions, and the comparisons and votes that read them, depend on besides their draws
_POSITIONS = (
    *("actors", "home", "own", "step"),
    *("other_owner", "other_alone", "other_common", "other_home"),
    *("other_own", "other_sd", "other_step"),
    *("meeting_week", "meeting_start", "meeting_latent", "meeting_weight", "meeting_yield"),
    *("atom_cut", "vote_start", "vote_latent", "vote_cut", "vote_blocks"),
    *("alt_start", "criterion_start", "quota", "weight_start", "weight_yes", "weight_abstain"),
)
#: what coverage as pledged depends on besides who is willing and how much comes
_PLEDGES = (
    *("cover_domain", "cover_minimum", "cut_start", "cut_constant", "cut_pace"),
    *("offer_start", "offer", "offer_coefficient"),
)
#: first draw, draws, draws that share a parameter set, seed
_Chunk = tuple[int, int, int, int]
_Key = list[object]


class Tapes(NamedTuple):
    """What is written by block and week, and for each whether it is written or read.

    Attributes
    ----------
    words
        Truth of every comparison and vote, a word for 64 draws; (blocks, weeks + 1, words).
    paper
        Whether pledges suffice, for each milestone that asks; (blocks, weeks + 1, milestones).
    numbers
        Uniform numbers of the events; (blocks, weeks + 1, events / 4, 4, 64).
    """

    words: NDArray[np.uint64]
    paper: NDArray[np.uint64]
    numbers: NDArray[np.float64]
    words_mode: int
    paper_mode: int
    numbers_mode: int


BLANK = Tapes(
    np.zeros((0, 0, 0), dtype=np.uint64),
    np.zeros((0, 0, 0), dtype=np.uint64),
    np.zeros((0, 0, 0, 4, LANES)),
    *(PLAIN, PLAIN, PLAIN),
)


class Worlds:
    """Keeps what was drawn, arrays of models, and tapes: of each kind the first and the last.

    Whether a run may have what another left is seen by the contents of all that it depends on.
    """

    def __init__(self) -> None:
        self._packed: list[tuple[Model, Packed]] = []
        self._kept: dict[_Chunk, list[tuple[Hashable, Dice]]] = {}
        self._tapes: dict[tuple[str, _Chunk], list[tuple[_Key, NDArray[Any]]]] = {}

    def packed(self, model: Model) -> Packed:
        """Return a model's arrays."""
        for other, its in self._packed:
            if (found := repack(its, other, model)) is not None:
                return found
        new = pack(model, CUTS)
        self._packed[1:] = [(model, new)]
        return new

    def of(self, model: Model, chunk: _Chunk) -> Dice:
        """Return the world of a chunk."""
        key, kept = drawn_from(model), self._kept.setdefault(chunk, [])
        for drawn, dice in kept:
            if drawn == key:
                return dice
        dice = pack_world(draw_world(model, *chunk, COMPILED))
        kept[1:] = [(key, dice)]
        return dice

    def tapes(self, model: Model, p: Packed, chunk: _Chunk) -> Tapes:
        """Return the tapes of a run.

        Positions move by chance and at meetings, whatever the facts are: runs in which they start
        alike and are compared with the same cuts have the same words. What the willing have
        pledged follows from these and the pledges. Where stances are reported the positions
        themselves are needed: no tape.
        """
        if p.report_weeks.size:
            return BLANK
        blocks, weeks = -(-chunk[1] // LANES), p.weeks + 1
        quads, rows = -(-p.event.shape[0] // 4), p.atom.shape[0]
        said: _Key = [weeks, positions_from(model), *_seen(p.atom[:, 1:], p, _POSITIONS)]
        # numbers of variables may differ where what they stand for does not
        place = {v: i for i, v in enumerate(p.atom[:, 0].tolist())}
        willing = [place.get(v, -1) for v in p.pledged.tolist()]
        asked = p.milestone[:, 1] == FORCE
        pledged: _Key = [*said, willing, *_seen(p.milestone_share[asked], p, _PLEDGES)]
        pledged.append([o.size for o in model.offers])
        words, words_mode = self._tape(
            "words", chunk, said, (blocks, weeks, rows + p.vote_var.size), np.uint64
        )
        paper, paper_mode = BLANK.paper, PLAIN
        if -1 not in willing:
            shape = (blocks, weeks, int(asked.sum()))
            paper, paper_mode = self._tape("paper", chunk, pledged, shape, np.uint64)
        numbers, numbers_mode = self._tape(
            "numbers", chunk, [weeks, quads], (blocks, weeks, quads, 4, LANES), np.float64
        )
        return Tapes(words, paper, numbers, words_mode, paper_mode, numbers_mode)

    def _tape(
        self, kind: str, chunk: _Chunk, key: _Key, shape: tuple[int, ...], of: Any
    ) -> tuple[NDArray[Any], int]:
        kept = self._tapes.setdefault((kind, chunk), [])
        for its, tape in kept:
            if its == key:
                return tape, READ
        tape = np.zeros(shape, dtype=of)
        kept[1:] = [(key, tape)]
        return tape, WRITE


def _seen(first: NDArray[Any], p: Packed, names: tuple[str, ...]) -> _Key:
    """Return arrays as what can be compared."""
    return [
        (x.shape, x.tobytes()) for x in (first, *(np.asarray(getattr(p, name)) for name in names))
    ]
