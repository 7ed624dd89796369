"""Loaders for tables that others own. The tables are not shipped; each loader names its source.

A table is read from a path the caller gives, its columns, years and values are checked, and
every fault is told at once.
"""

from willing.data.loaders._source import Source
from willing.data.loaders._table import header

__all__ = ["Source", "header"]
