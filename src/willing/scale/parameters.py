"""The ranges of a case: where they are, and a case with some of them pinned to one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from willing.case import Case
from willing.errors import UsageError, nearest
from willing.forecast.spread import Spread

__all__ = ["Pinner", "pin", "quantile", "ranges"]

Range = tuple[float, float, float]
_KEYS = frozenset({"low", "likely", "high"})
#: a format's requirement: its low end is the minimum that has to be covered, not doubt about it
_NOT_DOUBT = ("formats.",)


def ranges(case: Case) -> dict[str, Range]:
    """Return (low, likely, high) of every range of a case, by path such as `clock.bargaining_rate`.

    Rows with an id are named by it, others by their place. Requirements of formats are left out:
    their low end is a minimum to be covered, not doubt.
    """
    found = _walk(case.model_dump(mode="json", by_alias=True), "")
    return {
        path: (float(at["low"]), float(at["likely"]), float(at["high"]))
        for path, at in found
        if not path.startswith(_NOT_DOUBT) and at["low"] < at["high"]
    }


def quantile(span: Range, z: float) -> float:
    """Return the value of a range for a standard normal number, kept between its ends.

    The same two-piece distribution the forecast draws from, its ends the 5th and 95th percentiles.
    """
    low, likely, high = span
    if low < 0:
        return float(np.interp(z, [-1.645, 0.0, 1.645], [low, likely, high]))
    value = float(Spread(low, likely, high, logit=high <= 1).at(np.array([z]))[0])
    return min(max(value, low), high)


def pin(case: Case, values: Mapping[str, float]) -> Case:
    """Return the case with ranges (see `ranges`) pinned: low, likely and high are the value.

    Raises
    ------
    UsageError
        For a path that is no range of the case, with the nearest that is.
    """
    return Pinner(case)(values)


class Pinner:
    """A case ready to be pinned many times over: it is written out once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._plain = case.model_dump(mode="json", by_alias=True)
        self._places = dict(_walk(self._plain, ""))

    def __call__(self, values: Mapping[str, float]) -> Case:
        """Return the case with ranges pinned; see `pin`."""
        if not values:
            return self.case
        for path in values:
            if path not in self._places:
                hint = nearest(path, list(self._places))
                raise UsageError(
                    f"{self.case.id} has no range {path!r}"
                    + (f". Did you mean {hint!r}?" if hint else "")
                )
        before = {path: dict(self._places[path]) for path in values}
        for path, value in values.items():
            self._places[path].update(low=value, likely=value, high=value)
        try:
            return type(self.case).model_validate(self._plain)
        finally:
            for path, was in before.items():
                self._places[path].update(was)


def _walk(at: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(at, dict):
        if at.keys() >= _KEYS:
            # a pledge or another row may lack one of the three: then it is no range
            if all(isinstance(at[k], int | float) for k in _KEYS):
                yield path, at
            return
        for key, value in at.items():
            yield from _walk(value, f"{path}.{key}" if path else key)
    elif isinstance(at, list):
        for place, value in enumerate(at):
            name = value.get("id", place) if isinstance(value, dict) else place
            yield from _walk(value, f"{path}.{name}")
