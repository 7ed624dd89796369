import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from willing.cli import app

RUN = CliRunner()
TEXT = "On Monday Donald Tusk said that Poland would not send troops.\n\nThe weather is fine.\n"


def note(folder: Path, text: str = TEXT) -> str:
    path = folder / "note.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_contract(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["read", note(tmp_path), "--published", "2025-02-19", "--json"])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert set(answer["document"]) >= {"sha256", "characters"}
    assert answer["document"]["characters"] == len(TEXT)
    (only,) = answer["statements"]
    assert set(only) >= {
        "id",
        "actor",
        "speaker",
        "speaker_span",
        "cue",
        "cue_span",
        "span",
        "stance",
        "domain",
        "condition",
        "kind",
        "said_at",
        "due",
        "confidence",
    }
    start, length = only["span"]
    assert TEXT[start : start + length] == TEXT.split("\n")[0]
    assert only["actor"] == ["POL"]
    assert only["said_at"] == "2025-02-17"
    assert isinstance(only["confidence"], float)
    assert {"span": [10, 11], "actor": "POL", "role": "person"} in answer["mentions"]


def test_standard_input_and_plain_output(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["read", "-", "--extractor", "plain"], input=TEXT)
    assert done.exit_code == 0
    assert "POL" in done.stdout
    assert "no publication date" in done.stdout
    assert " ".join(TEXT.split("\n")[0].split()) in done.stdout  # whole, however long the line


def test_against_a_case(tmp_path: Path) -> None:
    args = ["read", note(tmp_path), "--published", "2025-02-19", "--case", "ukraine-2025", "--json"]
    (only,) = json.loads(RUN.invoke(app, args).stdout)["statements"]
    assert [d["statement"] for d in only["duplicates"]]


def test_errors_of_use(tmp_path: Path) -> None:
    from willing.errors import UsageError

    for args in (["--published", "yesterday"], ["--extractor", "llm"], ["--extractor", "no_model"]):
        done = RUN.invoke(app, ["read", note(tmp_path), *args])
        assert isinstance(done.exception, UsageError)


def test_a_private_address_is_refused() -> None:
    from willing.errors import UnreadableError

    done = RUN.invoke(app, ["read", "http://169.254.169.254/"])
    assert isinstance(done.exception, UnreadableError)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    from willing.case import load

    source = Path(str(__import__("willing").__file__)).parent / "cases" / load("ukraine-2025").id
    if not source.is_dir():
        source = next(
            p for p in source.parent.iterdir() if p.is_dir() and (p / "case.yaml").exists()
        )
    folder = tmp_path / "case"
    shutil.copytree(source, folder)
    return folder


def test_from_reading_to_the_case_by_key(tmp_path: Path, case: Path) -> None:
    """Read into a queue, edit, accept: the statement stands in the case with its provenance."""
    from willing.case import load

    queue = tmp_path / "queue"
    text = "On Monday the Polish foreign minister said that Poland would not send troops.\n"
    args = [
        "read",
        note(tmp_path, text),
        "--published",
        "2025-02-19",
        "--queue",
        str(queue),
        "--json",
    ]
    assert len(json.loads(RUN.invoke(app, args).stdout)["queued"]) == 1
    before = (case / "statements.csv").read_bytes()
    keys = "e" + "domain\nair\nonly planes\n" + "a" + "sure\nNo Polish planes.\n" + "C\n3\n"
    args = ["review", str(queue), "--case", str(case), "--by", "ann", "--publisher", "Example"]
    done = RUN.invoke(app, args, input=keys)
    assert done.exit_code == 0, done.output
    loaded = load(case)
    added = [s for s in loaded.statements if s.publisher == "Example"]
    assert [(s.actor, s.stance, s.domain, s.summary) for s in added] == [
        ("POL", "decline", "air", "No Polish planes.")
    ]
    assert added[0].document
    assert text[added[0].span_start :][: added[0].span_length] == text.strip()
    assert len((case / "statements.csv").read_bytes()) > len(before)
    state = json.loads(RUN.invoke(app, ["review", str(queue), "--json"]).stdout)
    assert state["pending"] == []
    assert [d["action"] for d in state["decisions"]] == ["edit", "accept"]
    assert state["reviewed_share"] == 1.0


def test_who_is_not_in_the_case_is_asked_for_before_anything_is_typed(tmp_path: Path) -> None:
    """Nothing typed is lost: first who it is, then the reason, the summary and the grades."""
    from datetime import date

    from willing.case import load
    from willing.case.folder import create

    folder, queue = tmp_path / "own", tmp_path / "queue"
    create(folder, "Own", date(2025, 2, 19), "UKR", ("RUS",), ("GBR",), ())
    text = "On Monday the Polish foreign minister said that Poland would not send troops.\n"
    args = ["read", note(tmp_path, text), "--published", "2025-02-19", "--queue", str(queue)]
    RUN.invoke(app, args)
    args = ["review", str(queue), "--case", str(folder), "--by", "ann", "--publisher", "Example"]
    done = RUN.invoke(app, args, input="a\nq")
    assert "Poland (POL) is not in the case's actors.csv" in done.output
    assert "nothing recorded" in done.output
    assert "Summary" not in done.output
    assert "POL" not in {a.id for a in load(folder).actors}
    done = RUN.invoke(app, args, input="ac\n\nNo Polish troops.\nC\n3\n")
    assert done.exit_code == 0, done.output
    case = load(folder)
    assert [(a.name, a.kind, a.role) for a in case.actors if a.id == "POL"] == [
        ("Poland", "state", "candidate")
    ]
    assert [s.stance for s in case.statements if s.actor == "POL"] == ["decline"]


def test_reject_and_split_by_key(tmp_path: Path) -> None:
    queue = tmp_path / "queue"
    args = ["read", note(tmp_path), "--published", "2025-02-19", "--queue", str(queue), "--json"]
    RUN.invoke(app, args)
    done = RUN.invoke(app, ["review", str(queue), "--by", "ann"], input="sPoland would\nrweak\nnq")
    assert done.exit_code == 0, done.output
    state = json.loads(RUN.invoke(app, ["review", str(queue), "--json"]).stdout)
    assert [d["action"] for d in state["decisions"]] == ["split", "reject"]
    assert len(state["pending"]) == 1
    assert state["decisions"][1]["reason"] == "weak"


def test_watch_a_feed_on_disk(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><item><guid>1</guid>'
        "<title>T</title><description>The Danish government said it would send troops."
        "</description></item></channel></rss>"
    )
    args = [
        "watch",
        str(feed),
        "--queue",
        str(tmp_path / "q"),
        "--once",
        "--json",
        "--extractor",
        "plain",
    ]
    first = json.loads(RUN.invoke(app, args).stdout)
    assert first["polls"][0]["candidates"] == 1
    again = RUN.invoke(app, [*args, "--force"])
    assert json.loads(again.stdout)["polls"][0]["entries"] == 0
    assert again.exit_code == 0
