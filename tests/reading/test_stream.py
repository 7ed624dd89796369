"""Long texts: read in a stream, the same wherever the text is cut, in memory that does not grow."""

import tracemalloc

from willing.reading import Document, RuleExtractor

PARAGRAPH = (
    "The Danish government said on Friday that it would send troops. Nothing else happened. "
)


def test_a_long_text_gives_what_its_parts_give(surface: RuleExtractor) -> None:
    one = surface.read(Document.from_text(PARAGRAPH + "\n\n"))
    many = surface.read(Document.from_text((PARAGRAPH + "\n\n") * 300))
    assert len(many.statements) == 300 * len(one.statements)
    step = len(PARAGRAPH) + 2
    for n, s in enumerate(many.statements):
        assert s.span.start == n * step + one.statements[0].span.start


def test_it_streams(surface: RuleExtractor) -> None:
    """Peak memory of a text ten times as long is not ten times as large (text itself aside)."""

    def peak(times: int) -> int:
        document = Document.from_text((PARAGRAPH + "\n\n") * times)
        tracemalloc.start()
        count = sum(len(found) for found, _ in surface.stream(document))
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == times
        return highest

    small, large = peak(100), peak(600)
    assert large < 2 * small


def test_same_bytes_every_time(parsed: RuleExtractor) -> None:
    document = Document.from_text((PARAGRAPH + "\n\n") * 20)
    assert parsed.read(document).as_dict() == parsed.read(document).as_dict()
