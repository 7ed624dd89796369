"""Reading: from text to candidate statements, each grounded in a span."""

from willing.reading._default import default_extractor, extract
from willing.reading._duplicates import Duplicate, duplicates
from willing.reading._extract import Extractor, RuleExtractor
from willing.reading._gazetteer import Gazetteer, Holding, Name
from willing.reading._load import Limits, document_from_bytes, load
from willing.reading._queue import Queue, Queued
from willing.reading._review import EDITABLE, Excerpt, edited, excerpt, split
from willing.reading._statements import to_statements
from willing.reading._types import Candidate, Document, Mention, Reading, Span, When

__all__ = [
    "EDITABLE",
    "Candidate",
    "Document",
    "Duplicate",
    "Excerpt",
    "Extractor",
    "Gazetteer",
    "Holding",
    "Limits",
    "Mention",
    "Name",
    "Queue",
    "Queued",
    "Reading",
    "RuleExtractor",
    "Span",
    "When",
    "default_extractor",
    "document_from_bytes",
    "duplicates",
    "edited",
    "excerpt",
    "extract",
    "load",
    "split",
    "to_statements",
]
