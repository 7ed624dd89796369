"""The shipped rules and gazetteer put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from willing.errors import MissingExtraError, UsageError
from willing.reading._cues import Cues, Roles
from willing.reading._extract import Extractor, RuleExtractor
from willing.reading._gazetteer import Gazetteer
from willing.reading._parse import Parser
from willing.reading._types import Candidate, Document
from willing.reading._what import Reader

__all__ = ["default_extractor", "extract"]


@lru_cache(maxsize=1)
def _compiled() -> tuple[Reader, Cues, Roles]:
    from willing.data.reading import rules

    reader = Reader(rules("stances"), rules("domains"), rules("topics"), rules("conditions"))
    return reader, Cues(rules("cues")), Roles(rules("roles"))


def default_extractor(
    parser: Literal["auto", "spacy", "plain"] | str = "auto", gazetteer: Gazetteer | None = None
) -> RuleExtractor:
    """Make the extractor of shipped rules.

    `parser`: `auto` takes the best spaCy model installed, else the plain fallback; `plain` the
    fallback; any other word names a spaCy model (a package or a folder).
    """
    chosen: Parser | None = None
    if parser != "plain":
        from willing.reading._spacy import spacy_parser

        try:
            chosen = spacy_parser(None if parser in {"auto", "spacy"} else parser)
        except OSError as error:
            raise UsageError(f"spaCy model cannot be loaded: {error}") from error
        if chosen is None and parser != "auto":
            raise MissingExtraError("Reading with spaCy", "nlp")
    from willing.data.reading import gazetteer as shipped  # imported here: it imports this room

    reader, cues, roles = _compiled()
    return RuleExtractor(gazetteer or shipped(), reader, cues, roles, chosen)


def extract(
    document: Document,
    gazetteer: Gazetteer | None = None,
    published: date | None = None,
    extractor: Extractor | None = None,
) -> list[Candidate]:
    """Read candidate statements out of a document; a pure function of its arguments.

    `published` overrides the document's own date. Without either, relative dates stay unplaced.
    """
    if published is not None:
        document = replace(document, published=published)
    return list((extractor or default_extractor(gazetteer=gazetteer)).read(document).statements)
