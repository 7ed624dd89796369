"""What a reviewer can do with a candidate: change fields, split it, see it in its paragraph.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from willing.case.ladder import DOMAINS, STANCES
from willing.errors import Fault, FaultsError, nearest
from willing.reading._types import Candidate, Document, Issue, Kind, Span

__all__ = ["EDITABLE", "Excerpt", "choices", "edited", "excerpt", "split"]

EDITABLE = (
    "actor",
    "speaker",
    "stance",
    "domain",
    "kind",
    "issue",
    "condition",
    "start",
    "end",
)
_VALID: Mapping[str, tuple[str, ...]] = {
    "stance": STANCES,
    "domain": DOMAINS,
    "kind": get_args(Kind),
    "issue": get_args(Issue),
}
_ACTOR = re.compile(r"[A-Z][A-Z0-9_]{1,11}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A paragraph in three parts around the span, and where it begins in the document."""

    start: int
    before: str
    span: str
    after: str


def excerpt(document: Document, span: Span, context: int = 600) -> Excerpt:
    """The paragraph of a span, cut to `context` characters on either side."""
    text = document.text
    low = max(text.rfind("\n\n", 0, span.start) + 2, span.start - context, 0)
    high = text.find("\n\n", span.end)
    high = min(len(text) if high < 0 else high, span.end + context)
    return Excerpt(low, text[low : span.start], span.of(text), text[span.end : high])


def choices(name: str) -> tuple[str, ...]:
    """Values a field may have; none where it is free."""
    return _VALID.get(name, ())


def edited(candidate: Candidate, changes: Mapping[str, str], document: Document) -> Candidate:
    """Return a candidate with fields changed as a person writes them; all faults at once.

    `actor` is a list of ids; `start` and `end` are offsets in the document. What a person sets
    is certain: the confidence of the field becomes 1 and the holder is known `via` the user.
    """
    faults: list[Fault] = []
    out = candidate
    sure = dict(candidate.confidence)
    start, end = candidate.span.start, candidate.span.end
    for name, raw in changes.items():
        value = raw.strip()
        if name not in EDITABLE:
            faults.append(_fault(name, "a field that can be edited", nearest(name, list(EDITABLE))))
        elif name in _VALID:
            if value not in _VALID[name]:
                near = nearest(value, list(_VALID[name]))
                faults.append(_fault(value, " or ".join(_VALID[name]), near))
            else:
                out = out.with_(**{name: value})
                sure[name] = 1.0
        elif name == "actor":
            actors = [a for a in re.split(r"[,;\s]+", value.upper()) if a]
            bad = [a for a in actors if not _ACTOR.fullmatch(a)]
            faults += [
                _fault(a, "an ISO 3166-1 alpha-3 code or an organisation id", None) for a in bad
            ]
            if not bad:
                out = out.with_(actor=tuple(sorted(set(actors))), via="user")
                sure["holder"] = 1.0
        elif name in {"start", "end"}:
            if not value.isdigit():
                faults.append(_fault(value, "an offset in the document", None))
            elif name == "start":
                start = int(value)
            else:
                end = int(value)
        elif name == "speaker":
            out = out.with_(speaker=value or None, speaker_span=None)
        else:
            out = out.with_(
                condition=value or None, condition_text=value or None, condition_span=None
            )
    if not 0 <= start < end <= len(document.text):
        faults.append(_fault(f"{start}-{end}", f"0 <= start < end <= {len(document.text)}", None))
    if faults:
        raise FaultsError(faults)
    if (start, end) != (candidate.span.start, candidate.span.end):
        out = out.with_(span=Span(start, end - start))
        sure["span"] = 1.0
    return out.with_(confidence=sure)


def split(candidate: Candidate, place: int) -> tuple[Candidate, Candidate]:
    """Part a candidate at an offset of the document that lies inside its span."""
    span = candidate.span
    if not span.start < place < span.end:
        raise FaultsError(
            [_fault(str(place), f"an offset between {span.start} and {span.end}", None)]
        )

    def part(first: int, last: int, name: str) -> Candidate:
        def kept(other: Span | None) -> Span | None:
            return other if other and first <= other.start and other.end <= last else None

        return candidate.with_(
            id=candidate.id + name,
            span=Span(first, last - first),
            cue_span=kept(candidate.cue_span),
            cue=candidate.cue if kept(candidate.cue_span) else None,
            speaker_span=kept(candidate.speaker_span),
            condition_span=kept(candidate.condition_span),
            notes=(*candidate.notes, "split"),
        )

    return part(span.start, place, "a"), part(place, span.end, "b")


def _fault(found: str, expected: str, near: str | None) -> Fault:
    return Fault("review", 0, 0, repr(found), expected, near)
