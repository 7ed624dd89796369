"""Statements for other tools: W3C Web Annotation, PROV-O and PLOVER.

Sources: Web Annotation Data Model (W3C Recommendation, 23 February 2017); PROV-O (W3C
Recommendation, 30 April 2013); PLOVER as described in the theory page. Quotations longer than
`QUOTE` characters are given by their first and last words and a hash, so that an export does not
republish a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from willing.reading._types import Candidate, Document, Span

__all__ = ["cameo_stances", "plover", "provenance", "web_annotation"]

QUOTE = 200
_CONTEXT = 32


def document_iri(document: Document) -> str:
    """Name of a document: the hash of its bytes."""
    return f"urn:sha256:{document.sha256}"


def statement_iri(document: Document, candidate: Candidate) -> str:
    """Name of a statement: its document and place (RFC 5147 fragment)."""
    span = candidate.span
    return f"{document_iri(document)}#char={span.start},{span.end}"


def web_annotation(candidate: Candidate, document: Document) -> dict[str, Any]:
    """A statement as a Web Annotation with position and quote selectors."""
    span, text = candidate.span, document.text
    words = span.of(text)
    quote: dict[str, Any] = {
        "type": "TextQuoteSelector",
        "prefix": text[max(0, span.start - _CONTEXT) : span.start],
        "suffix": text[span.end : span.end + _CONTEXT],
    }
    if len(words) <= QUOTE:
        quote["exact"] = words
    else:
        quote["exact"] = f"{words[:60]} [...] {words[-60:]}"
        quote["willing:sha256"] = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    body = {k: v for k, v in candidate.as_dict().items() if k not in {"span", "id"}}
    return {
        "@context": ["http://www.w3.org/ns/anno.jsonld", {"willing": "urn:willing:"}],
        "id": statement_iri(document, candidate),
        "type": "Annotation",
        "motivation": "classifying",
        "body": {"type": "Dataset", "format": "application/json", "value": body},
        "target": {
            "source": document.source or document_iri(document),
            "selector": [
                {"type": "TextPositionSelector", "start": span.start, "end": span.end},
                quote,
            ],
        },
    }


def provenance(
    document: Document,
    candidates: Iterable[Candidate],
    reviews: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Statements, the reading that made them and the reviews that passed them, as PROV-O (JSON-LD).

    `reviews` are rows of the review log for this document.
    """
    source = document_iri(document)
    graph: list[dict[str, Any]] = [
        {
            "@id": source,
            "@type": "prov:Entity",
            "prov:atLocation": document.source or None,
            "dcterms:issued": document.published.isoformat() if document.published else None,
        }
    ]
    by_span: dict[Span, list[Mapping[str, Any]]] = {}
    for row in reviews:
        by_span.setdefault(Span(*row["candidate"]["span"]), []).append(row)
    activities: dict[str, str] = {}
    for candidate in candidates:
        agent = f"urn:willing:extractor:{candidate.extractor}"
        if candidate.extractor not in activities:
            activity = f"{source}#reading-{len(activities) + 1}"
            activities[candidate.extractor] = activity
            graph.append({"@id": agent, "@type": "prov:SoftwareAgent"})
            graph.append(
                {
                    "@id": activity,
                    "@type": "prov:Activity",
                    "prov:used": {"@id": source},
                    "prov:wasAssociatedWith": {"@id": agent},
                }
            )
        name = statement_iri(document, candidate)
        graph.append(
            {
                "@id": name,
                "@type": "prov:Entity",
                "prov:wasQuotedFrom": {"@id": source},
                "prov:wasGeneratedBy": {"@id": activities[candidate.extractor]},
            }
        )
        for n, row in enumerate(by_span.get(candidate.span, ())):
            review, person = f"{name}&review={n}", f"urn:willing:reviewer:{row['by']}"
            graph.append({"@id": person, "@type": "prov:Person"})
            graph.append(
                {
                    "@id": review,
                    "@type": "prov:Activity",
                    "prov:used": {"@id": name},
                    "prov:endedAtTime": row["at"],
                    "prov:wasAssociatedWith": {"@id": person},
                    "willing:action": row["action"],
                    "willing:reason": row.get("reason", ""),
                }
            )
            if row["action"] == "accept":
                graph.append(
                    {
                        "@id": f"{name}&accepted={n}",
                        "@type": "prov:Entity",
                        "prov:wasDerivedFrom": {"@id": name},
                        "prov:wasGeneratedBy": {"@id": review},
                    }
                )
    return {
        "@context": {
            "prov": "http://www.w3.org/ns/prov#",
            "dcterms": "http://purl.org/dc/terms/",
            "willing": "urn:willing:",
        },
        "@graph": [{k: v for k, v in node.items() if v is not None} for node in graph],
    }


@cache
def _table() -> dict[str, dict[str, str]]:
    from willing.data.reading import plover as rows

    return {row["stance"]: row for row in rows()}


def plover(stance: str) -> str | None:
    """PLOVER event type nearest to a stance; None where PLOVER has none."""
    return _table()[stance]["plover"] or None


def cameo_stances(root: str) -> frozenset[str]:
    """Stances a CAMEO root code (two digits) may stand for; empty where none."""
    return frozenset(s for s, row in _table().items() if root in row["cameo_roots"].split(";"))
