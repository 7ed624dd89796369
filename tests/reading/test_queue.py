import json
from pathlib import Path

import pytest

from willing.errors import FaultsError, UnreadableError, UsageError
from willing.reading import Document, Reading, RuleExtractor, Span
from willing.reading._queue import Queue
from willing.reading._review import edited, excerpt, split

TEXT = (
    "The Danish government said it would send troops.\n\n"
    "Norway's government said it was too early to send troops."
)


@pytest.fixture
def reading(surface: RuleExtractor) -> Reading:
    return surface.read(Document.from_text(TEXT, "note.txt"))


def test_adding_twice_adds_nothing(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path / "q")
    assert len(queue.add(reading)) == 2
    assert queue.add(reading) == []
    assert queue.document(reading.document.sha256) == reading.document
    assert [q.candidate.actor for q in sorted(queue.pending(), key=lambda q: q.candidate.span)] == [
        ("DNK",),
        ("NOR",),
    ]


def test_candidates_survive_the_round_trip(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    queue.add(reading)
    for kept in queue.candidates().values():
        before = next(s for s in reading.statements if s.id == kept.candidate.id)
        assert kept.candidate.as_dict() == before.as_dict()


def test_decisions_are_appended_and_final(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    first, second = queue.add(reading)
    queue.decide(first, "reject", "ann", "2025-04-05T10:00:00+00:00", reason="not news")
    log = (tmp_path / "reviews.jsonl").read_bytes()
    with pytest.raises(UsageError, match="append-only"):
        queue.decide(first, "accept", "bob", "2025-04-05T10:01:00+00:00")
    with pytest.raises(UsageError, match="expected one of"):
        queue.decide("nothing", "accept", "bob", "2025-04-05T10:01:00+00:00")
    queue.decide(second, "accept", "bob", "2025-04-05T10:02:00+00:00")
    assert (tmp_path / "reviews.jsonl").read_bytes().startswith(log)
    assert queue.pending() == []
    assert queue.reviewed_share() == 1.0
    assert [q.key for q, _ in queue.accepted()] == [second]


def test_an_edit_stays_open_and_shows(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    first, _ = queue.add(reading)
    one = queue.candidates()[first].candidate
    changed = edited(one, {"stance": "consider", "actor": "dnk, SWE"}, reading.document)
    queue.decide(first, "edit", "ann", "2025-04-05T10:00:00+00:00", changed, "they hedge")
    shown = next(q for q in queue.pending() if q.key == first).candidate
    assert (shown.stance, shown.actor, shown.via) == ("consider", ("DNK", "SWE"), "user")
    assert shown.confidence["stance"] == 1.0


def test_a_split_makes_two_of_one(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    first, _ = queue.add(reading)
    one = queue.candidates()[first].candidate
    parts = split(one, one.span.start + 20)
    queue.decide(first, "split", "ann", "2025-04-05T10:00:00+00:00", one, parts=parts)
    spans = sorted(q.candidate.span for q in queue.pending() if q.parent == first)
    assert spans == [Span(one.span.start, 20), Span(one.span.start + 20, one.span.length - 20)]
    with pytest.raises(FaultsError):
        split(one, one.span.start)


def test_a_torn_line_is_ignored_and_closed_off(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    first, second = queue.add(reading)
    with (tmp_path / "reviews.jsonl").open("ab") as handle:
        handle.write(b'{"key": "' + first.encode())  # the machine stopped here
    assert len(queue.pending()) == 2
    queue.decide(second, "reject", "ann", "2025-04-05T10:00:00+00:00")
    assert [d["key"] for d in queue.decisions()] == [second]


def test_edits_name_all_their_faults_at_once(reading: Reading) -> None:
    with pytest.raises(FaultsError) as caught:
        edited(
            reading.statements[0],
            {
                "stance": "comit",
                "domain": "space",
                "actor": "Denmark!",
                "colour": "x",
                "end": "9999",
            },
            reading.document,
        )
    assert len(caught.value.faults) == 5
    assert "commit" in [f.suggestion for f in caught.value.faults]


def test_the_span_is_shown_in_its_paragraph(reading: Reading) -> None:
    part = excerpt(reading.document, reading.statements[1].span)
    assert part.before + part.span + part.after == TEXT.split("\n\n")[1]


def test_broken_folders(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableError):
        Queue(tmp_path / "file")
    with pytest.raises(UnreadableError):
        Queue(tmp_path).document("0" * 64)


def test_every_line_of_the_log_is_json(tmp_path: Path, reading: Reading) -> None:
    queue = Queue(tmp_path)
    for key in queue.add(reading):
        queue.decide(key, "reject", "ann", "2025-04-05T10:00:00+00:00")
    for name in ("candidates.jsonl", "reviews.jsonl"):
        for line in (tmp_path / name).read_text("utf-8").splitlines():
            json.loads(line)
