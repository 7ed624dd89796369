"""The draws of a forecast as Parquet: one row a draw, the week each thing first came."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from willing.errors import MissingExtraError
from willing.forecast import Assessment

__all__ = ["write_draws"]


def write_draws(a: Assessment, file: Path) -> None:
    """Write the first weeks of milestones and routes, whole or not at all.

    Columns `draw`, `parameters` (draws with the same number share a parameter set), and one for
    every `milestone:ID` and `route:ID`: weeks after the as-of date, 32,000 for never.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("Parquet", "cluster") from None
    names = [f"milestone:{m.id}" for m in a.model.milestones]
    names += [f"route:{r.id}" for r in a.case.routes]
    rows = [*a.base.first, *a.base.opened]
    columns = {
        "draw": pa.array(range(a.draws), pa.int32()),
        "parameters": pa.array([d // a.base.inner for d in range(a.draws)], pa.int32()),
        **{n: pa.array(row) for n, row in zip(names, rows, strict=True)},
    }
    draft = file.with_suffix(f".{secrets.token_hex(4)}.new")
    pq.write_table(pa.table(columns), draft)
    os.replace(draft, file)
