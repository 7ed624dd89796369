"""Forums by id, from the shipped tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from willing.data import forums as tables
from willing.forums._data import build, catalogue
from willing.forums._rule import Forum


def forum_ids() -> tuple[str, ...]:
    """Return every id :func:`load_forum` accepts, aliases of single rules included."""
    return tuple(sorted(catalogue(tables.names(), tables.read)))


def load_forum(
    id: str,
    on: date,
    *,
    rule: str | None = None,
    members: Collection[str] = (),
    leads: Collection[str] = (),
    threshold: int | None = None,
    concerned: Collection[str] = (),
) -> Forum:
    """Return a forum with its members and its rule as they stood on a date.

    Parameters
    ----------
    id
        `unsc`, `unga`, `nato`, `eu`, `osce`, `au`, `coalition`, or an id that names a rule of one
        (`unsc_procedural`, `eu_qmv`, `eu:cfsp`, `consent`).
    on
        The date. Membership not yet decided on it (elected seats of later years) is not known.
    rule
        Id of another rule of the same forum.
    members
        Actor ids in place of the forum's own; needed for `coalition`, `consent` and `au_psc`.
    leads, threshold
        Of an ad hoc coalition: who must take part, and how many in all.
    concerned
        The State left out under consensus minus one.

    Raises
    ------
    UsageError
        Unknown forum or rule, a date outside the table, or a missing parameter.
    """
    return build(id, on, tables.names(), tables.read, rule, members, leads, threshold, concerned)
