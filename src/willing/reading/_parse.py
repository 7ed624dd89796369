"""What rules see of a sentence: words, tags and, where a parser gave them, dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Parsed", "Parser"]


@dataclass(slots=True)
class Parsed:
    """A sentence in parallel lists. Offsets count from the start of the sentence.

    `heads[i]` is the index of the governor of word i (its own index at a root). A parser without a
    tree leaves `deps` and `heads` empty.
    """

    words: list[str]
    starts: list[int]
    tags: list[str]
    deps: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    _children: list[list[int]] = field(default_factory=list)

    @property
    def has_tree(self) -> bool:
        """Whether dependencies are there."""
        return bool(self.heads)

    def end(self, i: int) -> int:
        """Offset after word i."""
        return self.starts[i] + len(self.words[i])

    def children(self, i: int) -> list[int]:
        """Words governed by word i, left to right."""
        if not self._children:
            self._children = [[] for _ in self.words]
            for k, head in enumerate(self.heads):
                if head != k:
                    self._children[head].append(k)
        return self._children[i]

    def child(self, i: int, *deps: str) -> int | None:
        """First word governed by i with one of some relations."""
        return next((k for k in self.children(i) if self.deps[k] in deps), None)

    def subtree(self, i: int, without: frozenset[str] = frozenset()) -> list[int]:
        """Word i and all below it in order; branches by a relation in `without` are left out."""
        out: list[int] = []
        stack = [i]
        while stack:
            k = stack.pop()
            out.append(k)
            stack.extend(c for c in self.children(k) if self.deps[c] not in without)
        return sorted(out)

    def ancestors(self, i: int) -> Iterator[int]:
        """Governors of word i, upwards."""
        seen = {i}
        while self.heads[i] not in seen:
            i = self.heads[i]
            seen.add(i)
            yield i

    def at(self, offset: int) -> int:
        """Index of the word at or after an offset."""
        low, high = 0, len(self.starts)
        while low < high:
            middle = (low + high) // 2
            if self.end(middle) <= offset:
                low = middle + 1
            else:
                high = middle
        return low


class Parser(Protocol):
    """Something that parses clean sentences, in order, in a stream."""

    @property
    def name(self) -> str:
        """Name and version, part of what a candidate records."""
        ...

    def parse(self, sentences: Iterable[str]) -> Iterator[Parsed]:
        """Yield one parse a sentence."""
        ...
