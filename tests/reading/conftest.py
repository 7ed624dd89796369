"""Fixtures of reading."""

from pathlib import Path

import pytest

from willing.reading import RuleExtractor, default_extractor

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def article(shared_data: Path) -> str:
    """The founding article, as given; it is not ours to copy."""
    path = shared_data.parent / "seed" / "article.txt"
    if not path.exists():
        pytest.skip("the founding article is not beside this checkout")
    return path.read_bytes().decode("utf-8")


@pytest.fixture(scope="session")
def parsed() -> RuleExtractor:
    """Rules on spaCy; skips when no model is installed."""
    pytest.importorskip("spacy")
    extractor = default_extractor()
    if "spacy" not in extractor.name:
        pytest.skip("no spaCy model is installed")
    return extractor


@pytest.fixture(scope="session")
def surface() -> RuleExtractor:
    """Rules without a parser."""
    return default_extractor("plain")
