"""From an accepted candidate to statements of a case."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from willing.case.tables import Rank, Statement
from willing.errors import Fault, FaultsError
from willing.reading._gazetteer import Gazetteer
from willing.reading._types import Candidate, Document
from willing.reading._view import fold

__all__ = ["to_statements"]

_RANKS: dict[str, Rank] = {
    "head_of_state": "head",
    "head_of_government": "head",
    "vice_president": "head",
    "foreign_minister": "minister",
    "defence_minister": "minister",
    "minister": "minister",
    "opposition_leader": "opposition",
    "party_leader": "opposition",
    "member_of_parliament": "legislature",
    "commission_president": "organisation",
    "council_president": "organisation",
    "high_representative": "organisation",
    "commissioner": "organisation",
    "secretary_general": "organisation",
    "under_secretary_general": "organisation",
    "commission_chair": "organisation",
}


def _rank(candidate: Candidate, role: str) -> Rank:
    """How much the speaker speaks for the holder."""
    if candidate.kind != "actor":
        return "author"
    if role in _RANKS:
        return _RANKS[role]
    return "reported" if candidate.mode in {"reported", "nominal"} else "official"


def to_statements(
    candidate: Candidate,
    document: Document,
    *,
    ids: Collection[str],
    summary: str,
    publisher: str,
    reliability: str = "C",
    credibility: int = 3,
    day: date | None = None,
    event: str | None = None,
    known_conditions: Collection[str] = (),
    gazetteer: Gazetteer | None = None,
) -> list[Statement]:
    """One statement a holder, with document and span.

    `ids` are the ids already used. `day` overrides the day of utterance, which otherwise is the
    day named in the text or the publication date. `summary` is the reviewer's own words.
    Raises `FaultsError` where no day or no holder is known: nothing is guessed.
    """
    said = candidate.said_at
    when = day or (said.latest if said and said.latest else None) or document.published
    faults: list[Fault] = []
    if when is None:
        faults.append(Fault(document.source, 0, 0, "no day of utterance", "a day (ISO 8601)"))
    if not candidate.actor:
        faults.append(Fault(document.source, 0, 0, "no holder", "at least one actor"))
    if not publisher.strip():
        faults.append(Fault(document.source, 0, 0, "no publisher", "who published the document"))
    if when and document.published and when > document.published:
        faults.append(
            Fault(document.source, 0, 0, f"said on {when}", f"on or before {document.published}")
        )
    if faults or when is None:
        raise FaultsError(faults)
    rows = gazetteer.by_person.get(candidate.speaker or "", ()) if gazetteer else ()
    row = next((r for r in rows if r.actor in candidate.actor and r.in_force(when)), None)
    named = (candidate.condition or "").split(" and ") if candidate.condition else []
    requires = " and ".join(named) if named and all(n in known_conditions for n in named) else ""
    used = set(ids)
    out: list[Statement] = []
    slug = re.sub(r"[^a-z0-9]+", "-", fold(candidate.speaker or "unnamed"))[:24].strip("-")
    for actor in candidate.actor:
        number = 1
        while (name := f"RD-{document.sha256[:8]}-{candidate.span.start}-{number}") in used:
            number += 1
        used.add(name)
        out.append(
            Statement.model_validate(
                {
                    "id": name,
                    "date": when,
                    "published": document.published,
                    "actor": actor,
                    "speaker": candidate.speaker or "",
                    "role": row.office if row else "",
                    "rank": _rank(candidate, row.role if row else ""),
                    "verb": candidate.cue or "",
                    "about": candidate.issue,
                    "issue": candidate.issue,
                    "event": event or f"{actor.lower()}-{when.isoformat()}-{slug}",
                    "stance": candidate.stance,
                    "domain": candidate.domain,
                    "condition": candidate.condition_text or "",
                    "requires": requires,
                    "kind": candidate.kind,
                    "reliability": reliability,
                    "credibility": credibility,
                    "summary": summary,
                    "source_url": document.source if "://" in document.source else "",
                    "publisher": publisher,
                    "document": document.sha256,
                    "span_start": candidate.span.start,
                    "span_length": candidate.span.length,
                }
            )
        )
    return out
