"""The statements of a case and where a forecast comes from, as JSON-LD.

Sources: Web Annotation Data Model (W3C Recommendation, 23 February 2017); PROV-O (W3C
Recommendation, 30 April 2013). A statement is an annotation on its source; a statement read by
machine points to its place in the document. What the sources say is not carried over, only our
own summaries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from willing.case import Case, Statement

__all__ = ["provenance", "web_annotations"]

_CONTEXT = {"willing": "urn:willing:"}


def _name(case: Case, what: str) -> str:
    return f"urn:willing:case:{case.id}:{what}"


def _source(case: Case, statement: Statement) -> str:
    if statement.source_url:
        return statement.source_url
    if statement.document:
        return f"urn:sha256:{statement.document}"
    return _name(case, f"source:{statement.id}")


def web_annotations(case: Case) -> dict[str, Any]:
    """Return the statements of a case as a collection of Web Annotations."""
    items = []
    for s in case.statements:
        target: dict[str, Any] = {"source": _source(case, s)}
        if s.span_start is not None and s.span_length is not None:
            target["selector"] = {
                "type": "TextPositionSelector",
                "start": s.span_start,
                "end": s.span_start + s.span_length,
            }
        coded = s.model_dump(
            mode="json",
            exclude={"document", "span_start", "span_length", "source_url"},
            exclude_none=True,
        )
        items.append(
            {
                "id": _name(case, s.id),
                "type": "Annotation",
                "motivation": "classifying",
                "created": f"{s.known.isoformat()}T00:00:00Z",
                "body": {"type": "Dataset", "format": "application/json", "value": coded},
                "target": target,
            }
        )
    return {
        "@context": ["http://www.w3.org/ns/anno.jsonld", _CONTEXT],
        "id": _name(case, "statements"),
        "type": "AnnotationCollection",
        "label": f"{case.title}: statements, as of {case.as_of.isoformat()}",
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def provenance(case: Case, forecast: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return where the statements of a case come from, and what a forecast was made of, as PROV-O.

    Parameters
    ----------
    forecast
        The `assess` document; without it only the record is described.
    """
    from willing import __version__

    record = _name(case, f"record:{case.as_of.isoformat()}")
    graph: list[dict[str, Any]] = []
    sources: dict[str, str] = {}
    members = []
    for s in case.statements:
        source = _source(case, s)
        sources.setdefault(source, s.publisher)
        members.append({"@id": _name(case, s.id)})
        graph.append(
            {
                "@id": _name(case, s.id),
                "@type": "prov:Entity",
                "prov:wasDerivedFrom": {"@id": source},
                "prov:wasAttributedTo": {"@id": _name(case, f"actor:{s.actor}")},
                "prov:generatedAtTime": {
                    "@type": "xsd:date",
                    "@value": s.known.isoformat(),
                },
            }
        )
    graph += [
        {"@id": source, "@type": "prov:Entity", "dcterms:publisher": publisher}
        for source, publisher in sources.items()
    ]
    speaking = {s.actor for s in case.statements}
    graph += [
        {"@id": _name(case, f"actor:{a.id}"), "@type": "prov:Agent", "rdfs:label": a.name}
        for a in case.actors
        if a.id in speaking
    ]
    graph.append({"@id": record, "@type": "prov:Collection", "prov:hadMember": members})
    if forecast is not None:
        agent = f"urn:willing:version:{__version__}"
        made = f"urn:sha256:{forecast['input_hash']}"
        graph += [
            {"@id": agent, "@type": "prov:SoftwareAgent"},
            {
                "@id": f"{made}#run",
                "@type": "prov:Activity",
                "prov:used": {"@id": record},
                "prov:wasAssociatedWith": {"@id": agent},
                "willing:draws": forecast["draws"],
                "willing:seed": forecast["seed"],
            },
            {
                "@id": made,
                "@type": "prov:Entity",
                "prov:wasGeneratedBy": {"@id": f"{made}#run"},
                "prov:wasDerivedFrom": {"@id": record},
            },
        ]
    return {
        "@context": {
            "prov": "http://www.w3.org/ns/prov#",
            "dcterms": "http://purl.org/dc/terms/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            **_CONTEXT,
        },
        "@graph": graph,
    }
