"""KTAB's CSV scenarios and the four-column files of the Scholz model, read and written.

KTAB: line 1 `name,"description",actors,dimensions,`; line 2 the header; then one line an actor:
name, description, power, and position and salience for each dimension, all on 0-100.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from willing.bargaining._negotiation import Negotiation
from willing.errors import Fault, FaultsError

MOST_POWER = 1e8
_SCHOLZ = ("actor", "capability", "position", "salience")
Field = tuple[int, str]  # column, counted from 1 in characters, and text


def fields(line: str) -> list[Field]:
    """Split a line of comma-separated values; quotes protect commas, doubled quotes are one."""
    out: list[Field] = []
    start, quoted, k = 0, False, 0
    while k <= len(line):
        if k == len(line) or (line[k] == "," and not quoted):
            raw = line[start:k]
            text = raw.strip()
            if len(text) >= 2 and text[0] == text[-1] == '"':
                text = text[1:-1].replace('""', '"')
            out.append((start + 1 + len(raw) - len(raw.lstrip()), text))
            start = k + 1
        elif line[k] == '"':
            quoted = not quoted
        k += 1
    return out


def is_scholz(text: str) -> bool:
    """Whether the first line is the header of a four-column Scholz file."""
    first = text.lstrip("\ufeff").splitlines()[0] if text.strip() else ""
    return tuple(t.lower() for _, t in fields(first))[:4] == _SCHOLZ


class _Reader:
    """Collects faults, and reads numbers within limits."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, line: int, column: int, found: str, expected: str) -> None:
        self.faults.append(Fault(self.file, line, column, found, expected))

    def number(self, line: int, field: Field, what: str, low: float, high: float) -> float:
        column, text = field
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not low <= value <= high:
            self.fault(line, column, repr(text), f"{what}: a number from {low:g} to {high:g}")
            return low
        return value


def read_csv(text: str, file: str = "scenario.csv") -> Negotiation:
    """Read a KTAB scenario. Raises FaultsError with every fault, by line and column."""
    lines = text.lstrip("\ufeff").splitlines()
    r = _Reader(file)
    if len(lines) < 3:
        r.fault(
            max(1, len(lines)), 1, f"{len(lines)} lines", "a title line, a header and the actors"
        )
        raise FaultsError(r.faults)
    head = fields(lines[0])
    if len(head) < 4:
        r.fault(1, 1, f"{len(head)} fields", "name, description, actors, dimensions")
        raise FaultsError(r.faults)
    count = int(r.number(1, head[2], "how many actors", 1, 1_000_000))
    dims = int(r.number(1, head[3], "how many dimensions", 1, 1_000))
    if r.faults:
        raise FaultsError(r.faults)
    header = _padded(fields(lines[1]))
    if len(header) != 3 + 2 * dims:
        r.fault(2, 1, f"{len(header)} fields", f"{3 + 2 * dims}: three, and two for each dimension")
    rows = [(k, line) for k, line in enumerate(lines[2:], start=3) if line.strip(" ,\t")]
    if len(rows) != count:
        r.fault(
            1, head[2][0], f"{count} announced, {len(rows)} given", "as many actors as announced"
        )
    table = [_actor(r, k, _padded(fields(line)), dims) for k, line in rows]
    _unique(r, [(k, line) for k, line in rows])
    if r.faults:
        raise FaultsError(r.faults)
    names, descriptions, power, x, s = (list(v) for v in zip(*table, strict=True))
    return Negotiation(
        tuple(names),
        np.array([x]),
        np.array([s]) / 100,
        np.array([power]),
        tuple(t for _, t in header[3::2]),
        np.tile([0.0, 100.0], (dims, 1)),
        np.full(dims, np.nan),
        title=head[0][1],
        description=head[1][1],
        descriptions=tuple(descriptions),
    )


def _padded(row: list[Field]) -> list[Field]:
    """Drop the empty field after the comma that ends a line."""
    return row[:-1] if row and not row[-1][1] else row


def _actor(
    r: _Reader, line: int, row: list[Field], dims: int
) -> tuple[str, str, float, list[float], list[float]]:
    if len(row) != 3 + 2 * dims:
        r.fault(line, 1, f"{len(row)} fields", f"{3 + 2 * dims}")
        return "", "", 0.0, [], []
    if not row[0][1]:
        r.fault(line, row[0][0], "nothing", "an actor's name")
    power = r.number(line, row[2], "power", 0, MOST_POWER)
    x = [r.number(line, f, "position", 0, 100) for f in row[3::2]]
    s = [r.number(line, f, "salience", 0, 100) for f in row[4::2]]
    if sum(s) > 100 + 1e-6:
        r.fault(line, row[4][0], f"saliences of {sum(s):g} in sum", "no more than 100 in sum")
    return row[0][1], row[1][1], power, x, s


def _unique(r: _Reader, rows: list[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for line, text in rows:
        column, name = fields(text)[0]
        if name in seen:
            r.fault(line, column, repr(name), f"a name of its own (line {seen[name]} has it)")
        seen.setdefault(name, line)


def read_scholz(text: str, file: str = "scholz.csv") -> Negotiation:
    """Read `Actor,Capability,Position,Salience`; positions on any scale, salience on 0-1.

    The scale is the range of the positions, as the model has it.
    """
    lines = text.lstrip("\ufeff").splitlines()
    r = _Reader(file)
    rows = [(k, line) for k, line in enumerate(lines[1:], start=2) if line.strip(" ,\t")]
    if not rows:
        r.fault(1, 1, "no actors", "one line an actor after the header")
    names, c, x, s = [], [], [], []
    for k, line in rows:
        row = _padded(fields(line))
        if len(row) != 4:
            r.fault(k, 1, f"{len(row)} fields", "4: actor, capability, position, salience")
            continue
        names.append(row[0][1])
        c.append(r.number(k, row[1], "capability", 0, MOST_POWER))
        x.append(r.number(k, row[2], "position", -1e12, 1e12))
        s.append(r.number(k, row[3], "salience", 0, 1))
    _unique(r, rows)
    if r.faults:
        raise FaultsError(r.faults)
    return Negotiation(
        tuple(names),
        np.array(x)[None, :, None],
        np.array(s)[None, :, None],
        np.array([c]),
        ("Position",),
        np.array([[min(x), max(x)]]),
        title=file,
    )


def number_text(value: float) -> str:
    """Shortest text for a number, without the noise of binary fractions."""
    return f"{value:.12g}"


def write_csv(n: Negotiation) -> str:
    """Write the first draw as a KTAB scenario; scales other than 0-100 are brought to it.

    Options and accommodation have no place in CSV; `write_xml` keeps them.
    """
    x = 100 * n.unit_positions[0]
    quote: Callable[[str], str] = lambda t: (  # noqa: E731
        '"' + t.replace('"', '""') + '"' if any(c in t for c in ',"') else t
    )
    lines = [
        f'{quote(n.title or "scenario")},"{n.description.replace(chr(34), chr(34) * 2)}",'
        f"{len(n.actors)},{len(n.dimensions)},",
        "Actor,Description,Power,"
        + "".join(f"{quote(d)},{quote(d + ' salience')}," for d in n.dimensions),
    ]
    for i, name in enumerate(n.actors):
        about = n.descriptions[i] if n.descriptions else ""
        pairs = "".join(
            f"{number_text(a)},{number_text(b)},"
            for a, b in zip(x[i], 100 * n.salience[0, i], strict=True)
        )
        lines.append(f"{quote(name)},{quote(about)},{number_text(n.influence[0, i])},{pairs}")
    return "\n".join(lines) + "\n"
