from datetime import date

from willing.case.ladder import STANCES
from willing.reading import Document, RuleExtractor
from willing.reading.interchange import cameo_stances, plover, provenance, web_annotation

TEXT = "On Monday the Danish government said it would send troops. " + "It has many reasons. " * 3


def test_web_annotation(surface: RuleExtractor) -> None:
    document = Document.from_text(TEXT, "https://example.org/a", date(2025, 3, 5))
    (candidate,) = surface.read(document).statements
    note = web_annotation(candidate, document)
    position, quote = note["target"]["selector"]
    assert TEXT[position["start"] : position["end"]] == quote["exact"] == candidate.span.of(TEXT)
    assert TEXT.startswith(quote["prefix"] + quote["exact"] + quote["suffix"])
    assert note["body"]["value"]["stance"] == "commit"


def test_long_quotations_are_hashed_and_not_republished(surface: RuleExtractor) -> None:
    text = "The Danish government said it would send troops " + "and more of them " * 40 + "in May."
    document = Document.from_text(text)
    (candidate,) = surface.read(document).statements
    quote = web_annotation(candidate, document)["target"]["selector"][1]
    assert len(quote["exact"]) < 200
    assert len(quote["willing:sha256"]) == 64


def test_provenance_names_document_extractor_and_reviewer(surface: RuleExtractor) -> None:
    document = Document.from_text(TEXT, "https://example.org/a")
    reading = surface.read(document)
    review = {
        "candidate": reading.statements[0].as_dict(),
        "action": "accept",
        "by": "ann",
        "at": "2025-04-05T10:00:00+00:00",
        "reason": "clear",
    }
    graph = provenance(document, reading.statements, [review])["@graph"]
    kinds = [node["@type"] for node in graph]
    assert kinds.count("prov:SoftwareAgent") == 1
    assert kinds.count("prov:Person") == 1
    assert kinds.count("prov:Activity") == 2
    ids = {node["@id"] for node in graph}
    for node in graph:
        for key in (
            "prov:used",
            "prov:wasQuotedFrom",
            "prov:wasGeneratedBy",
            "prov:wasAssociatedWith",
            "prov:wasDerivedFrom",
        ):
            if key in node:
                assert node[key]["@id"] in ids


def test_every_stance_has_a_place_in_the_plover_table() -> None:
    assert plover("decline") == "REJECT"
    assert plover("threaten") == "THREATEN"
    assert plover("conditional") is None
    assert all(plover(s) is None or plover(s).isupper() for s in STANCES)  # type: ignore[union-attr]
    assert cameo_stances("13") == frozenset({"threaten"})
    assert "decline" in cameo_stances("12")
