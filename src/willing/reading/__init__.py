"""Reading: from text to candidate statements, each grounded in a span."""

from willing.reading._default import default_extractor, extract
from willing.reading._extract import Extractor, RuleExtractor
from willing.reading._gazetteer import Gazetteer, Holding, Name
from willing.reading._types import Candidate, Document, Mention, Reading, Span, When

__all__ = [
    "Candidate",
    "Document",
    "Extractor",
    "Gazetteer",
    "Holding",
    "Mention",
    "Name",
    "Reading",
    "RuleExtractor",
    "Span",
    "When",
    "default_extractor",
    "extract",
]
