"""Reading the data set Decision-making in the European Union III (DOI 10.34810/data53).

Tab separated; row 2 carries each actor's influence; columns `p` and `s` plus an actor's code hold
positions and saliences on 0-100, `rp` the reference point, `out` the outcome. The data are not
shipped: they state no licence.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from willing.bargaining._negotiation import Negotiation
from willing.errors import Fault, FaultsError

_RULES = {"Unan": "unanimity", "QMV": "qualified_majority", "QMV(10)": "qualified_majority"}
_NEEDED = ("prnr", "isnr", "counvte", "rp", "out")
_MISSING = {"", ".", "NA", "na", "999", "-999"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One issue of a proposal: who wanted what, and what came of it.

    stated: actors with a position and a salience. whole: all with a position, a missing salience
    being the mean of the others'.
    """

    id: str
    proposal: str
    stated: Negotiation
    whole: Negotiation
    outcome: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row, or with `whole` false a cell of it, that is left out, and why."""

    line: int
    id: str
    why: str
    whole: bool = True


def read_deu(text: str, file: str = "deu3.tsv") -> tuple[list[Decision], list[Skipped]]:
    """Return the decisions with an outcome, and the rows and cells left out with the reason.

    A position, salience or reference point off the scale counts as missing.

    Raises FaultsError where the header or the row of influences is not as expected.
    """
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter="\t"))
    if not rows:
        raise FaultsError([Fault(file, 1, 1, "an empty file", "a header row")])
    header = [h.strip() for h in rows[0]]
    faults = [
        Fault(file, 1, 1, "a header without it", f"a column {name!r}")
        for name in _NEEDED
        if name not in header
    ]
    codes = [h[1:] for h in header if len(h) > 1 and h[0] == "p" and f"s{h[1:]}" in header]
    if not codes:
        faults.append(Fault(file, 1, 1, "no pair of columns p.., s..", "positions and saliences"))
    if faults:
        raise FaultsError(faults)
    influence = _influence(rows, header, codes, file)
    decisions, skipped = [], []
    for line, row in enumerate(rows[2:], start=3):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(header, (c.strip() for c in row), strict=False))
        found, off_scale = _decision(cells, codes, influence)
        name = cells.get("isnr", "")
        if isinstance(found, str):
            skipped.append(Skipped(line, name, found))
            continue
        decisions.append(found)
        skipped += [Skipped(line, name, why, False) for why in off_scale]
    return decisions, skipped


def _influence(
    rows: list[list[str]], header: list[str], codes: list[str], file: str
) -> dict[str, float]:
    second = dict(zip(header, rows[1], strict=False)) if len(rows) > 1 else {}
    out, faults = {}, []
    for code in codes:
        cell = second.get(f"p{code}", "").strip()
        value = _number(cell)
        if value is None or value < 0 or second.get("isnr", "").strip():
            faults.append(
                Fault(
                    file,
                    2,
                    header.index(f"p{code}") + 1,
                    repr(cell),
                    f"the influence of {code!r} (row 2 carries one number an actor)",
                )
            )
        else:
            out[code] = value
    if faults:
        raise FaultsError(faults)
    return out


def _decision(
    cells: dict[str, str], codes: list[str], influence: dict[str, float]
) -> tuple[Decision | str, list[str]]:
    """Build one decision, or say why it cannot be scored; and the cells taken as missing."""
    off: list[str] = []
    outcome = _on_scale(cells, "out", off)
    if outcome is None:
        return off[0] if off else "no outcome", []
    reference = _on_scale(cells, "rp", off)
    x = {c: v for c in codes if (v := _on_scale(cells, f"p{c}", off)) is not None}
    s = {c: v / 100 for c in codes if (v := _on_scale(cells, f"s{c}", off)) is not None}
    if not x:
        return "; ".join(["no positions", *off]), []
    usual = float(np.mean([s[c] for c in x if c in s] or [0.5]))
    rule = _RULES.get(cells.get("counvte", ""), "")

    def table(names: list[str]) -> Negotiation:
        return Negotiation(
            tuple(names),
            np.array([[[x[c]] for c in names]]),
            np.array([[[s.get(c, usual)] for c in names]]),
            np.array([[influence[c] for c in names]]),
            reference=np.array([np.nan if reference is None else reference]),
            rule=rule,
            title=cells.get("isnr", ""),
        )

    whole = table(list(x))
    stated = [c for c in x if c in s]
    decision = Decision(
        cells.get("isnr", ""),
        cells.get("prnr", ""),
        table(stated) if stated else whole,
        whole,
        outcome,
    )
    return decision, off


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _on_scale(cells: dict[str, str], name: str, off: list[str]) -> float | None:
    cell = cells.get(name, "")
    if cell in _MISSING:
        return None
    value = _number(cell)
    if value is None or not 0 <= value <= 100:
        off.append(f"column {name}: found {cell!r}, expected 0 to 100 or blank")
        return None
    return value
