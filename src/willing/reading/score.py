"""Scoring of candidate statements against a coding.

Matching is one to one: the assignment that maximises total intersection over union (IoU) of spans,
among pairs of at least 0.5. A holder is right only when the set of actors is exactly right.
The format of a coding is described in `tests/reading/gold/README.md`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from willing.errors import Fault, FaultsError

__all__ = ["Coded", "Matching", "coding", "iou", "match", "report"]

IOU = 0.5


@dataclass(frozen=True, slots=True)
class Coded:
    """One statement of a coding or of an extractor, reduced to what is scored."""

    id: str
    start: int
    length: int
    actor: frozenset[str]
    stance: str
    domain: str
    kind: str
    explicit: bool
    issue: str | None = None

    @property
    def end(self) -> int:
        """First character after the span."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of (predicted, coded), and what is left on either side."""

    pairs: tuple[tuple[Coded, Coded], ...]
    spurious: tuple[Coded, ...]
    missed: tuple[Coded, ...]


def iou(a: Coded, b: Coded) -> float:
    """Intersection over union of two character spans, 0 to 1."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared / (a.length + b.length - shared) if shared > 0 else 0.0


def _find(text: str, quote: str, occurrence: int) -> int:
    place = -1
    for _ in range(occurrence):
        place = text.find(quote, place + 1)
        if place < 0:
            return -1
    return place


def coding(gold: Mapping[str, Any], text: str, file: str = "coding") -> list[Coded]:
    """Read a coding against its text.

    Raises `FaultsError` with one fault for each statement whose words are not in the text.
    """
    coded: list[Coded] = []
    faults: list[Fault] = []
    for row in gold["statements"]:
        if "span" in row:
            start, length = row["span"]
            words = text[start : start + length]
            wanted = row.get("sha256_12")
            if wanted and hashlib.sha256(words.encode()).hexdigest()[:12] != wanted:
                faults.append(Fault(file, 0, 0, f"{row['id']}: other words at {start}", wanted))
                continue
        else:
            start = _find(text, row["quote"], int(row.get("occurrence", 1)))
            length = len(row["quote"])
            if start < 0:
                found = f"{row['id']}: {row['quote'][:60]!r}"
                faults.append(Fault(file, 0, 0, found, "words that stand in the text"))
                continue
        coded.append(
            Coded(
                id=str(row["id"]),
                start=start,
                length=length,
                actor=frozenset(row["actor"]),
                stance=row["stance"],
                domain=row["domain"],
                kind=row["kind"],
                explicit=bool(row.get("explicit", row["kind"] == "actor")),
                issue=row.get("issue"),
            )
        )
    if faults:
        raise FaultsError(faults)
    return coded


def match(predicted: Sequence[Coded], coded: Sequence[Coded], threshold: float = IOU) -> Matching:
    """Match one to one, maximising total IoU among pairs of at least `threshold`."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not predicted or not coded:
        return Matching((), tuple(predicted), tuple(coded))
    overlap = np.array([[iou(p, c) for c in coded] for p in predicted])
    overlap[overlap < threshold] = 0.0
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    kept = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if overlap[i, j] > 0]
    used, found = {i for i, _ in kept}, {j for _, j in kept}
    return Matching(
        tuple((predicted[i], coded[j]) for i, j in kept),
        tuple(p for i, p in enumerate(predicted) if i not in used),
        tuple(c for j, c in enumerate(coded) if j not in found),
    )


def _share(right: int, of: int) -> float | None:
    return right / of if of else None


def report(matchings: Sequence[Matching]) -> dict[str, Any]:
    """Precision, recall, F1 and accuracies over matched pairs, pooled over texts.

    `baseline` is the accuracy of giving every matched statement the commonest value of the coding.
    `issue` counts the pairs whose coding names one.
    """
    pairs = [pair for m in matchings for pair in m.pairs]
    spurious = sum(len(m.spurious) for m in matchings)
    missed = sum(len(m.missed) for m in matchings)
    everything = [c for m in matchings for c in (*(c for _, c in m.pairs), *m.missed)]
    precision = _share(len(pairs), len(pairs) + spurious)
    recall = _share(len(pairs), len(pairs) + missed)
    f1 = 2 * precision * recall / (precision + recall) if precision and recall else 0.0
    out: dict[str, Any] = {
        "coded": len(pairs) + missed,
        "predicted": len(pairs) + spurious,
        "matched": len(pairs),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "holder": _share(sum(p.actor == c.actor for p, c in pairs), len(pairs)),
        "baseline": {},
    }
    for name in ("actor", "stance", "domain", "kind"):
        right = sum(getattr(p, name) == getattr(c, name) for p, c in pairs)
        if name != "actor":
            out[name] = _share(right, len(pairs))
        common = Counter(getattr(c, name) for c in everything).most_common(1)
        if common:
            hits = sum(getattr(c, name) == common[0][0] for _, c in pairs)
            out["baseline"]["holder" if name == "actor" else name] = _share(hits, len(pairs))
    about = [(p.issue, c.issue) for p, c in pairs if p.issue and c.issue]
    if about:
        out["issue"] = _share(sum(p == c for p, c in about), len(about))
        usual = Counter(c.issue for c in everything if c.issue).most_common(1)[0][0]
        out["baseline"]["issue"] = _share(sum(c == usual for _, c in about), len(about))
    return out
