"""KTAB's XML scenarios, read and written.

Read with expat itself, which knows the line and column of every element. Document type
declarations are refused, and with them every entity that could be declared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from typing import Any
from xml.parsers import expat

import numpy as np

from willing.bargaining._ktab import MOST_POWER, number_text
from willing.bargaining._negotiation import Negotiation
from willing.bargaining._options import OPTIONS, SmpOptions
from willing.errors import Fault, FaultsError, nearest

# not that of `xml.sax`, which imports half of the internet
_text = partial(escape, quote=False)


@dataclass
class _Node:
    name: str
    line: int
    column: int
    text: str = ""
    children: list[_Node] = field(default_factory=list)

    def all(self, name: str) -> list[_Node]:
        return [c for c in self.children if c.name == name]

    def first(self, name: str) -> _Node | None:
        return next((c for c in self.children if c.name == name), None)


def _parse(text: str, file: str) -> _Node:
    parser = expat.ParserCreate()
    root = _Node("", 1, 1)
    stack = [root]

    def here() -> tuple[int, int]:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def refuse(*_: Any) -> None:
        line, column = here()
        raise FaultsError(
            [Fault(file, line, column, "a document type declaration", "a scenario without one")]
        )

    def start(name: str, _: dict[str, str]) -> None:
        line, column = here()
        node = _Node(name, line, column)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def data(chunk: str) -> None:
        stack[-1].text += chunk

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    try:
        parser.Parse(text.lstrip("\ufeff").encode(), True)
    except expat.ExpatError as error:
        raise FaultsError(
            [
                Fault(
                    file,
                    error.lineno,
                    error.offset + 1,
                    expat.ErrorString(error.code),
                    "well-formed XML",
                )
            ]
        ) from None
    return root


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, node: _Node, found: str, expected: str, near: str | None = None) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, found, expected, near))

    def child(self, node: _Node, name: str) -> _Node:
        found = node.first(name)
        if found is None:
            self.fault(node, f"<{node.name}> without it", f"an element <{name}>")
            return _Node(name, node.line, node.column)
        return found

    def number(self, node: _Node, low: float, high: float) -> float:
        try:
            value = float(node.text)
        except ValueError:
            value = np.nan
        if not low <= value <= high:
            self.fault(
                node, repr(node.text.strip()), f"<{node.name}>: a number from {low:g} to {high:g}"
            )
            return low
        return value


def read_xml(text: str, file: str = "scenario.xml") -> Negotiation:
    """Read a KTAB scenario with its options and accommodation matrix.

    Raises FaultsError with every fault, by line and column.
    """
    root = _parse(text, file)
    r = _Reader(file)
    top = root.first("Scenario")
    if top is None:
        r.fault(root.children[0], f"<{root.children[0].name}>", "<Scenario>")
        raise FaultsError(r.faults)
    dimensions = [d.text.strip() for d in r.child(top, "Dimensions").all("dName")]
    actors = r.child(top, "Actors").all("Actor")
    if not dimensions:
        r.fault(top, "no dimension", "one <dName> or more")
    if not actors:
        r.fault(top, "no actor", "one <Actor> or more")
    names, about, power, x, s = [], [], [], [], []
    for actor in actors:
        name = r.child(actor, "name")
        if name.text.strip() in names:
            r.fault(name, repr(name.text.strip()), "a name of its own")
        names.append(name.text.strip())
        described = actor.first("description")
        about.append(described.text.strip() if described else "")
        power.append(r.number(r.child(actor, "capability"), 0, MOST_POWER))
        x.append(_coordinates(r, r.child(actor, "Position"), "dCoord", len(dimensions)))
        s.append(_coordinates(r, r.child(actor, "Salience"), "dSal", len(dimensions)))
        if sum(s[-1]) > 100 + 1e-6:
            r.fault(actor, f"saliences of {sum(s[-1]):g} in sum", "no more than 100 in sum")
    options = _options(r, top)
    matrix = _accommodation(r, top, names)
    seed = _seed(r, top)
    if r.faults:
        raise FaultsError(r.faults)
    title, described = top.first("name"), top.first("desc")
    return Negotiation(
        tuple(names),
        np.array([x]),
        np.array([s]) / 100,
        np.array([power]),
        tuple(dimensions),
        np.tile([0.0, 100.0], (len(dimensions), 1)),
        np.full(len(dimensions), np.nan),
        accommodation=matrix,
        options=options,
        seed=seed,
        title=title.text.strip() if title else "",
        description=described.text.strip() if described else "",
        descriptions=tuple(about),
    )


def _coordinates(r: _Reader, node: _Node, name: str, dims: int) -> list[float]:
    found = node.all(name)
    if len(found) != dims:
        r.fault(node, f"{len(found)} <{name}>", f"{dims}, one for each dimension")
        return [0.0] * dims
    return [r.number(c, 0, 100) for c in found]


def _options(r: _Reader, top: _Node) -> SmpOptions:
    options, chosen = SmpOptions(), {}
    node = top.first("ModelParameters")
    for child in node.children if node else []:
        if child.name not in OPTIONS:
            r.fault(
                child,
                f"<{child.name}>",
                f"one of {', '.join(OPTIONS)}",
                nearest(child.name, list(OPTIONS)),
            )
            continue
        name, valid = OPTIONS[child.name]
        value = child.text.strip()
        if value not in valid:
            r.fault(child, repr(value), f"one of {', '.join(valid)}", nearest(value, list(valid)))
        else:
            chosen[name] = value
    return replace(options, **chosen)  # type: ignore[arg-type]


def _accommodation(r: _Reader, top: _Node, names: list[str]) -> np.ndarray | None:
    node = top.first("IdealAdjustment")
    if node is None:
        return None
    matrix = np.eye(len(names))
    for pair in node.all("iaPair"):
        ends = []
        for part in ("adjustingIdeal", "referencePos"):
            child = r.child(pair, part)
            who = child.text.strip()
            if who not in names:
                r.fault(child, repr(who), "the name of an actor", nearest(who, names))
            else:
                ends.append(names.index(who))
        value = r.number(r.child(pair, "adjust"), 0, 1)
        if len(ends) == 2:
            matrix[ends[0], ends[1]] = value
    for name, total in zip(names, matrix.sum(axis=1), strict=True):
        if total > 1 + 1e-9:
            r.fault(node, f"adjustments of {name} of {total:g} in sum", "no more than 1 in sum")
    return matrix


def _seed(r: _Reader, top: _Node) -> int | None:
    node = top.first("prngSeed")
    if node is None:
        return None
    text = node.text.strip()
    try:
        return int(text, 16) if text.lower().startswith("0x") else int(text)
    except ValueError:
        r.fault(node, repr(text), "a whole number")
        return None


def write_xml(n: Negotiation) -> str:
    """Write the first draw as a KTAB scenario; scales other than 0-100 are brought to it."""
    x = 100 * n.unit_positions[0]
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<Scenario>"]
    out += [
        f"  <name>{_text(n.title or 'scenario')}</name>",
        f"  <desc>{_text(n.description)}</desc>",
        f"  <prngSeed>{n.seed or 0}</prngSeed>",
        "  <ModelParameters>",
        *(
            f"    <{element}>{getattr(n.options, name)}</{element}>"
            for element, (name, _) in OPTIONS.items()
        ),
        "  </ModelParameters>",
        "  <Dimensions>",
        *(f"    <dName>{_text(d)}</dName>" for d in n.dimensions),
        "  </Dimensions>",
        "  <Actors>",
    ]
    for i, name in enumerate(n.actors):
        about = n.descriptions[i] if n.descriptions else ""
        out += [
            "    <Actor>",
            f"      <name>{_text(name)}</name>",
            f"      <description>{_text(about)}</description>",
            f"      <capability>{number_text(n.influence[0, i])}</capability>",
            "      <Position>",
            *(f"        <dCoord>{number_text(v)}</dCoord>" for v in x[i]),
            "      </Position>",
            "      <Salience>",
            *(f"        <dSal>{number_text(100 * v)}</dSal>" for v in n.salience[0, i]),
            "      </Salience>",
            "    </Actor>",
        ]
    out.append("  </Actors>")
    if n.accommodation is not None:
        out.append("  <IdealAdjustment>")
        same = np.eye(len(n.actors))
        for i, j in np.argwhere(n.accommodation != same):
            out += [
                "    <iaPair>",
                f"      <adjustingIdeal>{_text(n.actors[i])}</adjustingIdeal>",
                f"      <referencePos>{_text(n.actors[j])}</referencePos>",
                f"      <adjust>{number_text(n.accommodation[i, j])}</adjust>",
                "    </iaPair>",
            ]
        out.append("  </IdealAdjustment>")
    return "\n".join([*out, "</Scenario>", ""])
