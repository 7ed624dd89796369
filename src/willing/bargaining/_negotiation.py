"""What goes into a model and what comes out: a negotiation, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._options import SmpOptions
from willing.bargaining._outlook import QUANTILES, Outlook
from willing.errors import UsageError

Array = NDArray[np.float64]

UNANIMOUS = ("unanimity", "consensus")
RULES = (*UNANIMOUS, "majority", "qualified_majority", "")


@dataclass(frozen=True, slots=True, eq=False)
class Negotiation:
    """Actors with positions on one or more dimensions, how much they care, and how much they count.

    positions (draws, actors, dims): on each dimension's scale.
    salience (draws, actors, dims): 0-1.
    influence (draws, actors): in any unit, not negative.
    scale (dims, 2): ends of each dimension; 0-100 unless the source says otherwise.
    reference (dims,): where things stay without agreement; NaN where unknown.
    rule: unanimity, consensus, majority, qualified_majority, or "" where unknown.
    accommodation (actors, actors): how ideals follow positions; None where they are positions.
    """

    actors: tuple[str, ...]
    positions: Array
    salience: Array
    influence: Array
    dimensions: tuple[str, ...] = ("position",)
    scale: Array = field(default_factory=lambda: np.array([[0.0, 100.0]]))
    reference: Array = field(default_factory=lambda: np.array([np.nan]))
    rule: str = ""
    accommodation: Array | None = None
    options: SmpOptions = field(default_factory=SmpOptions)
    seed: int | None = None
    title: str = ""
    description: str = ""
    descriptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, dims = len(self.actors), len(self.dimensions)
        draws = len(self.positions)
        wanted = {
            "positions": (draws, n, dims),
            "salience": (draws, n, dims),
            "influence": (draws, n),
            "scale": (dims, 2),
            "reference": (dims,),
        }
        if n == 0 or draws == 0:
            raise UsageError("a negotiation needs at least one actor")
        for name, shape in wanted.items():
            found = np.shape(getattr(self, name))
            if found != shape:
                raise UsageError(f"{name}: found shape {found}; expected {shape}")
        self._in_range("positions", self.scale[:, 0], self.scale[:, 1])
        self._in_range("salience", 0.0, 1.0)
        self._in_range("influence", 0.0, np.inf)
        if self.rule not in RULES:
            raise UsageError(f"rule: found {self.rule!r}; expected one of {', '.join(RULES)}")
        if self.accommodation is not None:
            a = self.accommodation
            if a.shape != (n, n) or not (a >= 0).all() or (a.sum(axis=1) > 1 + 1e-9).any():
                raise UsageError(f"accommodation: expected {n} x {n} shares, no row above 1 in sum")

    def _in_range(self, name: str, low: Any, high: Any) -> None:
        values = getattr(self, name)
        bad = ~(np.isfinite(values) & (values >= low) & (values <= high))
        if bad.any():
            actor, *rest = np.argwhere(bad)[0][1:]
            where = f" on {self.dimensions[rest[0]]}" if rest else ""
            raise UsageError(
                f"{name} of {self.actors[actor]}{where}: found {values[bad][0]:g}; "
                f"expected {np.min(low):g} to {np.max(high):g}"
            )

    @property
    def draws(self) -> int:
        """How many draws of the inputs there are."""
        return len(self.positions)

    @property
    def unanimous(self) -> bool:
        """Whether the rule lets every actor block."""
        return self.rule in UNANIMOUS

    @property
    def unit_positions(self) -> Array:
        """Positions on 0-1."""
        return np.asarray((self.positions - self.scale[:, 0]) / np.ptp(self._safe_scale(), axis=1))

    def from_unit(self, x: Array) -> Array:
        """Positions on the scale from positions on 0-1 (last axis: dimensions)."""
        return np.asarray(self.scale[:, 0] + x * np.ptp(self._safe_scale(), axis=1))

    def _safe_scale(self) -> Array:
        """Ends of the scale, one apart where all stand at one place and give no length."""
        flat = np.ptp(self.scale, axis=1, keepdims=True) <= 0
        return np.where(flat, self.scale + np.array([0.0, 1.0]), self.scale)

    def tenths(self) -> list[float]:
        """A tenth of each dimension's scale: how near counts as near."""
        return [float(w) / 10 for w in np.ptp(self._safe_scale(), axis=1)]

    def weights(self) -> Array:
        """Shares by salience times influence (draws, actors, dims); equal where all are zero."""
        w = self.salience * self.influence[:, :, None]
        total = w.sum(axis=1, keepdims=True)
        return np.where(total > 0, w / np.where(total > 0, total, 1.0), 1 / w.shape[1])

    def one(self, draw: int) -> Negotiation:
        """One draw by itself."""
        k = slice(draw, draw + 1)
        return replace(
            self,
            positions=self.positions[k],
            salience=self.salience[k],
            influence=self.influence[k],
        )


@dataclass(frozen=True, slots=True)
class Pressure:
    """One actor pressing another: when, toward where, with what strength, and whether it told.

    strength: what the pressing actor expects of it (its meaning is the model's, see `kind`);
    moved: how far the pressed actor went on the scale, Euclidean over dimensions.
    """

    turn: int
    pressing: str
    pressed: str
    toward: tuple[float, ...]
    strength: float
    kind: str
    accepted: bool
    moved: float


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How a negotiation went under a model.

    positions (turns + 1, draws, actors, dims): on the scale; turn 0 as stated.
    probability (turns + 1, draws, actors): that the actor's position prevails (actors at one
    place share one figure).
    outlooks: where the outcome lies, by dimension, over all draws.
    lasted (draws,): turns until the model's own stop rule.
    summary: per-turn figures the model reports beside positions, by name.
    moves: what the model records of each move, one mapping each (one draw only).
    """

    model: str
    negotiation: Negotiation
    positions: Array
    probability: Array
    outlooks: tuple[Outlook, ...]
    lasted: NDArray[np.int64]
    summary: dict[str, list[float]] = field(default_factory=dict)
    pressures: tuple[Pressure, ...] = ()
    moves: tuple[dict[str, Any], ...] = ()
    note: str = ""

    @property
    def turns(self) -> int:
        """Turns after the stated positions."""
        return len(self.positions) - 1

    def document(self) -> dict[str, Any]:
        """Return the JSON document of `willing bargain`; positions are means over draws."""
        names = self.negotiation.actors
        mean, p = self.positions.mean(axis=1), self.probability.mean(axis=1)
        turns = [
            {
                "turn": t,
                "positions": dict(zip(names, mean[t].tolist(), strict=True)),
                "probability": dict(zip(names, p[t].tolist(), strict=True)),
                **{key: values[t] for key, values in self.summary.items()},
            }
            for t in range(self.turns + 1)
        ]
        each = [
            {
                "dimension": name,
                "mean": o.mean,
                "median": o.median,
                "quantiles": dict(
                    zip((f"{q:g}" for q in QUANTILES), o.quantiles(QUANTILES), strict=True)
                ),
                "likeliest": dict(zip(("at", "probability"), o.likeliest(w), strict=True))
                | {"within": w},
            }
            for name, o, w in zip(
                self.negotiation.dimensions, self.outlooks, self.negotiation.tenths(), strict=True
            )
        ]
        first = {k: v for k, v in each[0].items() if k != "dimension"}
        forecast = first if len(each) == 1 else {**first, "by_dimension": each}
        return {
            "model": self.model,
            "title": self.negotiation.title,
            "dimensions": list(self.negotiation.dimensions),
            "draws": self.negotiation.draws,
            "options": self.negotiation.options.changed() if self.model == "smp" else {},
            "turns": turns,
            "forecast": forecast,
            "moves": list(self.moves),
            "note": self.note,
        }


def chances(negotiation: Negotiation, outlooks: tuple[Outlook, ...]) -> Array:
    """Probability (draws, actors) that the outcome lies nearest to the actor's stated position.

    The mean over dimensions; actors at one place share one figure, and a value midway between two
    places counts for the lower.
    """
    out = np.zeros(negotiation.positions.shape[:2])
    for k, outlook in enumerate(outlooks):
        each = [np.unique(x, return_inverse=True) for x in negotiation.positions[:, :, k]]
        middles = [(places[1:] + places[:-1]) / 2 for places, _ in each]
        cuts = np.split(
            outlook.cdf(np.concatenate(middles)), np.cumsum([len(m) for m in middles])[:-1]
        )
        for draw, (_, back) in enumerate(each):
            mass = np.diff(np.concatenate([[0.0], cuts[draw], [1.0]]))
            out[draw] += mass[back] / len(outlooks)
    return out
