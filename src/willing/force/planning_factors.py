"""From tasks to quantities: a task's amount times a published planning factor.

`persons = quantity x factor`, low with low, likely with typical, high with high; where a factor
gives no low or high value its typical one stands in, and where it gives none at all the task stays
without a figure. A task that is already in the measure of its domain is taken as it stands; its
factor then names the published figure it was set against. Every result carries the factor's source
and confidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from willing.case import Format, Task
from willing.data.force import PlanningFactor, planning_factors, unit_types
from willing.errors import UsageError, nearest

#: words that name the same thing in factors and tasks
_SAME = {
    "troops": "persons",
    "personnel": "persons",
    "monitors": "persons",
    "people": "persons",
    "fighters": "aircraft",
    "kilometres": "km",
    "1,000 inhabitants": "thousand inhabitants",
    "24/7 orbit": "orbits",
    "site": "sites",
    "system": "systems",
    "batteries": "systems",
    "battery": "systems",
}
_MEASURES = {"land": "persons", "training": "persons", "air": "aircraft", "sea": "ships"}


@dataclass(frozen=True, slots=True)
class Need:
    """What one task needs, and what that rests on.

    `quantity` is (low, likely, high) in `unit`, None where the factor gives no value. `kind` is
    the catalogue id when the task names a unit. `placeholder` says that a figure of confidence D
    is in it.
    """

    task: Task
    quantity: tuple[float, float, float] | None
    unit: str
    kind: str
    factor: str
    source: str
    confidence: str

    @property
    def placeholder(self) -> bool:
        """Whether it rests on a placeholder, or on no figure at all."""
        return self.confidence == "D" or self.quantity is None


def measure_of(domain: str) -> str:
    """Return the unit in which a domain is counted."""
    return "batteries" if domain == "air_defence" else _MEASURES.get(domain, "persons")


def _plain(unit: str) -> str:
    word = unit.strip().lower().removeprefix("per ").strip()
    return _SAME.get(word, word)


def needs(task: Task, factors: Mapping[str, PlanningFactor] | None = None) -> Need:
    """Return what a task needs.

    Raises
    ------
    UsageError
        When the factor is not in the table, or counts per something other than the task's unit.
    """
    table = planning_factors() if factors is None else factors
    amount = (task.quantity.low, task.quantity.likely, task.quantity.high)
    if not task.factor:
        kind = unit_types().get(task.unit)
        if kind is None:
            confidence = "" if task.source or task.quantity.source else "C"
            source = task.source or task.quantity.source or task.quantity.reason
            return Need(task, amount, _plain(task.unit), "", "", source, confidence)
        confidence = max(kind.confidence, kind.quantity_confidence)
        low, likely, high = (a * kind.quantity for a in amount)
        return Need(task, (low, likely, high), kind.measure, kind.id, "", kind.source, confidence)
    factor = table.get(task.factor)
    if factor is None:
        hint = nearest(task.factor, list(table))
        raise UsageError(
            f"task {task.id!r}: factor {task.factor!r} is not in the planning table"
            + (f"; did you mean {hint!r}?" if hint else "")
        )
    top, _, bottom = factor.unit.partition(" per " if " per " in factor.unit else "/")
    if _plain(task.unit) == _plain(measure_of(task.domain)):
        unit = measure_of(task.domain)
        return Need(
            task, amount, unit, "", factor.id, task.source or factor.source, factor.confidence
        )
    if bottom and not _matches(bottom, task.unit):
        raise UsageError(
            f"task {task.id!r}: factor {factor.id!r} counts {factor.unit}, "
            f"the task is in {task.unit!r}; expected {bottom.strip()!r}"
        )
    if factor.typical is None and factor.low is None and factor.high is None:
        return Need(task, None, _plain(top), "", factor.id, factor.source, factor.confidence)
    ends = [v for v in (factor.low, factor.high) if v is not None]
    typical = sum(ends) / len(ends) if factor.typical is None else factor.typical
    least = typical if factor.low is None else factor.low
    most = typical if factor.high is None else factor.high
    quantity = (amount[0] * least, amount[1] * typical, amount[2] * most)
    return Need(task, quantity, _plain(top), "", factor.id, factor.source, factor.confidence)


def _matches(per: str, unit: str) -> bool:
    one, other = _plain(per), _plain(unit)
    return one == other or one.rstrip("s") == other.rstrip("s")


@dataclass(frozen=True, slots=True)
class Buildup:
    """A domain's requirement as published beside what its tasks add up to (low, likely, high)."""

    domain: str
    unit: str
    published: tuple[float, float, float] | None
    tasks: tuple[float, float, float] | None
    open_tasks: tuple[str, ...]


def buildup(format: Format) -> tuple[Buildup, ...]:
    """Return, by domain, the published requirement and the sum of its tasks in the same measure."""
    found = [needs(task) for task in format.tasks]
    domains = dict.fromkeys([*format.requires, *(n.task.domain for n in found)])
    result = []
    for domain in domains:
        unit = measure_of(domain)
        same = [n for n in found if n.task.domain == domain]
        counted = [n.quantity for n in same if n.quantity and _plain(n.unit) == _plain(unit)]
        total = tuple(sum(q[i] for q in counted) for i in range(3)) if counted else None
        range_ = format.requires.get(domain)
        result.append(
            Buildup(
                domain,
                unit,
                (range_.low, range_.likely, range_.high) if range_ else None,
                (total[0], total[1], total[2]) if total else None,
                tuple(n.task.id for n in same if not n.quantity or _plain(n.unit) != _plain(unit)),
            )
        )
    return tuple(result)
