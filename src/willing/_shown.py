"""What a notebook shows: tables, probabilities with their intervals, and pictures.

Pictures are SVG made on this machine, so that a notebook needs no network to show one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, overload

from willing.briefing.charts._theme import quickly, specification
from willing.briefing.words import milestone_name, percent, span
from willing.errors import MissingExtraError, UsageError

__all__ = ["Picture", "Prospect", "Prospects", "Table"]

#: rows of a table that are printed; all are there
SHOWN = 20
#: characters of a cell that are printed
CELL = 60


class Prospect(NamedTuple):
    """A probability with its interval, each 0-1.

    The probability is the mean over parameter draws, `low` and `high` the 5th and 95th percentile,
    widened where needed to contain it.
    """

    probability: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{percent(self.probability)} ({span(self.low, self.high)})"


class Prospects(dict[str, Prospect]):
    """What each milestone's chances are, by its id."""

    def __init__(self, found: Mapping[str, Prospect], by: str) -> None:
        super().__init__(found)
        self.by = by

    def __repr__(self) -> str:
        rows = [
            f"  {milestone_name(m, m):28} {percent(p.probability):>8}  ({span(p.low, p.high)})"
            for m, p in self.items()
        ]
        return "\n".join([f"By {self.by}:", *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(milestone_name(m, m))}</td><td>{percent(p.probability)}</td>"
            f"<td>{span(p.low, p.high)}</td></tr>"
            for m, p in self.items()
        )
        head = f"<tr><th>by {self.by}</th><th>probability</th><th>5–95 %</th></tr>"
        return f"<table>{head}{rows}</table>"


class Table(Sequence[dict[str, Any]]):
    """Rows of named values: look at them, pick from them, take them elsewhere.

    Parameters
    ----------
    rows
        Mappings with the same keys.
    caption
        What the rows are, with units.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], caption: str = "") -> None:
        self.rows = [dict(row) for row in rows]
        self.caption = caption

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.rows[0]) if self.rows else []

    def where(self, **wanted: Any) -> Table:
        """Return the rows whose columns have these values.

        Raises
        ------
        UsageError
            For a column that is not there.
        """
        unknown = sorted(set(wanted) - set(self.columns)) if self.rows else []
        if unknown:
            raise UsageError(
                f"no column {', '.join(unknown)}; expected one of {', '.join(self.columns)}"
            )
        kept = [row for row in self.rows if all(row[k] == v for k, v in wanted.items())]
        return Table(kept, self.caption)

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame.

        Raises
        ------
        MissingExtraError
            Where pandas is not installed.
        """
        try:
            import pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]
        except ImportError:
            raise MissingExtraError("A data frame", package="pandas") from None
        return pandas.DataFrame(self.rows, columns=self.columns)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Table: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | Table:
        if isinstance(place, slice):
            return Table(self.rows[place], self.caption)
        return self.rows[place]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __repr__(self) -> str:
        cells = [self.columns, *([_word(v) for v in row.values()] for row in self.rows[:SHOWN])]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([*([self.caption] if self.caption else []), *lines, *self._rest()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_word(v))}</td>" for v in row.values()) + "</tr>"
            for row in self.rows[:SHOWN]
        )
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        rest = "".join(f"<p>{line}</p>" for line in self._rest())
        return f"<table>{caption}<tr>{head}</tr>{body}</table>{rest}"

    def _rest(self) -> list[str]:
        more = len(self.rows) - SHOWN
        return [f"... and {more} more rows"] if more > 0 else []


def _word(value: Any) -> str:
    """Return a value as a short text; what is longer than a cell is cut, the row has it whole."""
    text = _whole(value)
    return text if len(text) <= CELL else text[: CELL - 3] + "..."


def _whole(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


class Picture:
    """A chart in the house's style, shown as SVG.

    Attributes
    ----------
    altair
        The Altair chart, to change or to put beside others.
    """

    def __init__(self, altair: Any) -> None:
        self.altair = altair

    def to_dict(self) -> dict[str, Any]:
        """Return the chart as a Vega-Lite specification."""
        with quickly():
            return specification(self.altair)

    def save(self, path: str | Path) -> Path:
        """Write the chart as .svg, .png, .html or .json; return where it stands.

        Raises
        ------
        UsageError
            For another ending.
        """
        import json

        import vl_convert

        from willing.briefing._ids import settled

        file, spec = Path(path), self.to_dict()
        makers: dict[str, Any] = {
            ".svg": lambda: settled(vl_convert.vegalite_to_svg(spec)).encode(),
            ".png": lambda: vl_convert.vegalite_to_png(spec, scale=2),
            ".html": lambda: vl_convert.vegalite_to_html(spec, bundle=True).encode(),
            ".json": lambda: json.dumps(spec, ensure_ascii=False, indent=1).encode(),
        }
        if file.suffix not in makers:
            raise UsageError(f"{file}: expected a file ending in {', '.join(makers)}")
        file.write_bytes(makers[file.suffix]())
        return file

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: show it in a notebook, or save it as .svg, .png or .html>"

    def _repr_svg_(self) -> str:
        import vl_convert

        from willing.briefing._ids import settled

        return settled(vl_convert.vegalite_to_svg(self.to_dict()))
