"""The mutants of a file, made by mutmut, and how one of them is put in place in memory."""

import functools
import hashlib
import importlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.file_mutation import create_mutations

# mutmut passes over decorated functions; behind these decorators a function can be reached.
DECORATOR = re.compile(r"^[ \t]*@(property|cache|jit|njit\(.*\))[ \t]*$", re.MULTILINE)
#: survivors of these kinds seldom mean anything; those of the last one have to be read
KINDS = ("words", "error", "strict", "type", "code")
TYPES = re.compile(r"dtype=[^,)]*|astype\(.*?\)")


@dataclass(frozen=True)
class Mutant:
    """One change: where and what, and how the source of the changed function is made."""

    key: str
    module: str
    function: str
    file: str
    line: int
    lines: range
    before: str
    after: str
    kind: str
    source: Callable[[], str] = field(repr=False)

    def apply(self) -> None:
        """Give the function in memory the changed code and defaults."""
        space = vars(importlib.import_module(self.module))
        changed = dict(space)
        exec(compile(self.source(), self.file, "exec", dont_inherit=True), changed)
        old, new = behind(space, self.function), behind(changed, self.function)
        assert old is not None
        assert new is not None
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__


def behind(space: dict[str, Any], name: str) -> FunctionType | None:
    """Return the function behind properties, caches and class methods; None if it is compiled."""
    first, _, method = name.partition(".")
    found = vars(space[first])[method] if method else space[first]
    if hasattr(found, "py_func"):
        return None
    for wrapped in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, wrapped, found)
    return found if isinstance(found, FunctionType) else None


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield all mutants of a file, in the order of the file."""
    code = DECORATOR.sub("", path.read_text(encoding="utf-8"))
    module, mutations, _, _ = create_mutations(str(path), code)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    parts, up = ([] if path.stem == "__init__" else [path.stem]), path.parent
    while (up / "__init__.py").is_file():
        parts, up = [up.name, *parts], up.parent
    numbers: Counter[str] = Counter()
    for mutation in mutations:
        old, function = mutation.original_node, mutation.contained_by_top_level_function
        if not isinstance(function, cst.FunctionDef):
            continue
        above = parents.get(parents[function])
        owner = above.name.value if isinstance(above, cst.ClassDef) else ""
        name = f"{owner}.{function.name.value}".lstrip(".")
        numbers[name] += 1
        version = hashlib.sha256(module.code_for_node(function).encode()).hexdigest()[:8]
        statement: cst.CSTNode = old
        while not isinstance(statement, cst.BaseStatement):
            statement = parents[statement]
        shown = (old, mutation.mutated_node)
        if isinstance(old, cst.ComparisonTarget):
            shown = (parents[old], parents[old].deep_replace(*shown))
        first, last = places[statement].start.line, places[statement].end.line
        if isinstance(statement, cst.If | cst.For | cst.While | cst.With):
            last = max(first, places[statement.body].start.line - 1)
        yield Mutant(
            key=f"{'.'.join(parts)}:{name}:{numbers[name]}:{version}",
            module=".".join(parts),
            function=name,
            file=str(path.resolve()),
            line=places[old].start.line,
            lines=range(first, last + 1),
            before=" ".join(module.code_for_node(shown[0]).split()),
            after=" ".join(module.code_for_node(shown[1]).split()),
            kind=kind_of(module, old, mutation.mutated_node, parents[old], statement),
            source=functools.partial(changed_source, function, owner, mutation),
        )


def changed_source(function: cst.FunctionDef, owner: str, mutation: Any) -> str:
    """Return the source of the changed function, inside its class if it has one."""
    body: Any = function.deep_replace(mutation.original_node, mutation.mutated_node)
    if owner:
        body = cst.ClassDef(cst.Name(owner), cst.IndentedBlock([body]))
    return "from __future__ import annotations\n" + cst.Module([body]).code


def kind_of(
    module: cst.Module, old: cst.CSTNode, new: cst.CSTNode, parent: cst.CSTNode, whole: cst.CSTNode
) -> str:
    """Name a kind of change. Survivors of all kinds but `code` seldom mean anything."""
    before, after, around, all_of_it = map(module.code_for_node, (old, new, parent, whole))
    if all_of_it.lstrip().startswith("raise "):
        return "error"
    if isinstance(old, cst.SimpleString):
        return "words"
    if isinstance(parent, cst.Arg):
        before, after = around, around.replace(before, after)
    if before.count("strict=True") > after.count("strict=True"):
        return "strict"
    return "type" if TYPES.findall(before) != TYPES.findall(after) else "code"
