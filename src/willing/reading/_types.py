"""What reading works on and what it gives: documents in, candidate statements out.

Offsets count characters (code points) of `Document.text`, never of a cleaned copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from willing.case.ladder import Domain, Stance

Kind = Literal["actor", "ascribed", "forecast"]
Via = Literal["text", "table", "inherited", "user", "none"]
Issue = Literal["participation", "mission", "mandate", "talks", "other"]


class Span(NamedTuple):
    """Where something stands: first character and length."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """First character after the span."""
        return self.start + self.length

    def of(self, text: str) -> str:
        """Return the words at this place of `text`."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to read. `sha256` is of the bytes it came from."""

    text: str
    sha256: str
    source: str = ""
    title: str = ""
    published: date | None = None
    media_type: str = "text/plain"

    @classmethod
    def from_text(cls, text: str, source: str = "", published: date | None = None) -> Document:
        """Make a document of a string; the hash is of its UTF-8 bytes."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return cls(text=text, sha256=digest, source=source, published=published)


@dataclass(frozen=True, slots=True)
class When:
    """A date or stretch of time named in the text.

    `earliest` and `latest` are None where it cannot be placed: a relative date in a text without a
    publication date is kept in its words and not guessed. `edtf` follows ISO 8601-2 (EDTF).
    """

    span: Span
    text: str
    earliest: date | None = None
    latest: date | None = None
    precision: Literal["day", "week", "month", "season", "year", "unknown"] = "unknown"
    approximate: bool = False

    @property
    def iso(self) -> str | None:
        """An ISO 8601 date or interval, None where the date is not placed."""
        if self.earliest is None or self.latest is None:
            return None
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()}/{self.latest.isoformat()}"

    @property
    def edtf(self) -> str | None:
        """The same with EDTF's mark of approximation."""
        iso = self.iso
        if iso is None or not self.approximate:
            return iso
        return "/".join(part + "~" for part in iso.split("/"))

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping."""
        return {
            "text": self.text,
            "span": list(self.span),
            "edtf": self.edtf,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "precision": self.precision,
            "approximate": self.approximate,
        }


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where the text names an actor. `role` is how: name, person, capital ..."""

    span: Span
    actor: str
    role: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate statement, grounded in a span of the document.

    `confidence` is by field (holder, stance, domain, span), 0 to 1: a ranking for review, not a
    calibrated probability.
    """

    id: str
    span: Span
    actor: tuple[str, ...]
    speaker: str | None
    speaker_span: Span | None
    cue: str | None
    cue_span: Span | None
    stance: Stance
    domain: Domain
    kind: Kind
    issue: Issue = "other"
    mode: str = "indirect"
    via: Via = "none"
    condition: str | None = None
    condition_span: Span | None = None
    condition_text: str | None = None
    said_at: When | None = None
    due: When | None = None
    confidence: dict[str, float] = field(default_factory=dict)
    inferred_from: str | None = None
    extractor: str = ""
    notes: tuple[str, ...] = ()

    @property
    def overall(self) -> float:
        """Product of the confidences of holder and stance, 0 to 1."""
        return self.confidence.get("holder", 0.0) * self.confidence.get("stance", 0.0)

    def with_(self, **changes: Any) -> Candidate:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the mapping that `willing read --json` prints."""
        return {
            "id": self.id,
            "actor": list(self.actor),
            "speaker": self.speaker,
            "speaker_span": _list(self.speaker_span),
            "cue": self.cue,
            "cue_span": _list(self.cue_span),
            "span": list(self.span),
            "stance": self.stance,
            "domain": self.domain,
            "condition": self.condition,
            "condition_text": self.condition_text,
            "condition_span": _list(self.condition_span),
            "kind": self.kind,
            "issue": self.issue,
            "mode": self.mode,
            "said_at": self.said_at.iso if self.said_at else None,
            "said_at_detail": self.said_at.as_dict() if self.said_at else None,
            "due": self.due.iso if self.due else None,
            "due_detail": self.due.as_dict() if self.due else None,
            "confidence": round(self.overall, 3),
            "field_confidence": {k: round(v, 3) for k, v in sorted(self.confidence.items())},
            "via": self.via,
            "inferred_from": self.inferred_from,
            "extractor": self.extractor,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one document."""

    document: Document
    statements: tuple[Candidate, ...]
    mentions: tuple[Mention, ...]
    extractor: str

    def with_parties(self, parties: Collection[str]) -> Reading:
        """Host and opposing side of a case take no part: what they say of a force is about it."""
        return replace(
            self,
            statements=tuple(
                s.with_(issue="mission")
                if s.issue == "participation" and s.actor and set(s.actor) <= set(parties)
                else s
                for s in self.statements
            ),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the mapping that `willing read --json` prints."""
        document = self.document
        return {
            "document": {
                "sha256": document.sha256,
                "characters": len(document.text),
                "source": document.source,
                "title": document.title,
                "media_type": document.media_type,
                "published": document.published.isoformat() if document.published else None,
            },
            "extractor": self.extractor,
            "statements": [s.as_dict() for s in self.statements],
            "mentions": [
                {"span": list(m.span), "actor": m.actor, "role": m.role} for m in self.mentions
            ],
        }


def candidate_from_dict(row: Mapping[str, Any]) -> Candidate:
    """Read a candidate back from the mapping that `as_dict` gives. Raises on what does not fit."""
    if row["stance"] not in get_args(Stance) or row["domain"] not in get_args(Domain):
        raise ValueError(
            f"found {row['stance']!r}, {row['domain']!r}; expected a stance and a domain"
        )
    return Candidate(
        id=row["id"],
        span=Span(*row["span"]),
        actor=tuple(row["actor"]),
        speaker=row["speaker"],
        speaker_span=Span(*row["speaker_span"]) if row["speaker_span"] else None,
        cue=row["cue"],
        cue_span=Span(*row["cue_span"]) if row["cue_span"] else None,
        stance=row["stance"],
        domain=row["domain"],
        kind=row["kind"],
        issue=row["issue"],
        mode=row["mode"],
        via=row["via"],
        condition=row["condition"],
        condition_span=Span(*row["condition_span"]) if row["condition_span"] else None,
        condition_text=row["condition_text"],
        said_at=_when(row["said_at_detail"]),
        due=_when(row["due_detail"]),
        confidence=dict(row["field_confidence"]),
        inferred_from=row["inferred_from"],
        extractor=row["extractor"],
        notes=tuple(row["notes"]),
    )


def _when(row: Mapping[str, Any] | None) -> When | None:
    if row is None:
        return None
    return When(
        Span(*row["span"]),
        row["text"],
        date.fromisoformat(row["earliest"]) if row["earliest"] else None,
        date.fromisoformat(row["latest"]) if row["latest"] else None,
        row["precision"],
        row["approximate"],
    )


def _list(span: Span | None) -> list[int] | None:
    return list(span) if span is not None else None


def numbered(statements: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Put statements in the order of the text and number them `R001`, `R002` ..."""
    ordered = sorted(statements, key=lambda s: (s.span.start, s.span.length, s.actor))
    renamed = {s.id: f"R{n:03d}" for n, s in enumerate(ordered, 1)}
    return tuple(
        s.with_(id=renamed[s.id], inferred_from=renamed.get(s.inferred_from or "")) for s in ordered
    )
