"""The power indices of a rule together, from one count."""

from __future__ import annotations

from willing.forums._counting import count_winning
from willing.forums._rule import Rule
from willing.forums.banzhaf import banzhaf, banzhaf_absolute, swings
from willing.forums.shapley_shubik import shapley_shubik

__all__ = ["banzhaf", "banzhaf_absolute", "power_indices", "shapley_shubik", "swings"]


def power_indices(rule: Rule) -> dict[str, dict[str, float]]:
    """Return `shapley_shubik`, `banzhaf` and `banzhaf_absolute` by member."""
    counts = count_winning(rule)
    return {
        "shapley_shubik": shapley_shubik(rule, counts),
        "banzhaf": banzhaf(rule, counts),
        "banzhaf_absolute": banzhaf_absolute(rule, counts),
    }
