"""`willing assess` and `willing score` as a user meets them."""

import json
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from willing.cli import main

COMMAND = [sys.executable, "-m", "willing"]


def run(*args):
    """A process of its own, as a user starts one."""
    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, timeout=300)


@pytest.fixture
def willing(monkeypatch, capsys):
    """The same command in this process: what it is asked, printed and left with."""

    def said(*args):
        monkeypatch.setattr(sys, "argv", ["willing", *args])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return subprocess.CompletedProcess(args, end.value.code or 0, *capsys.readouterr())

    return said


def test_json_is_one_document_and_byte_identical_on_two_runs():
    args = ("assess", "ukraine-2025", "--draws", "100", "--seed", "3", "--json")
    one, two = run(*args), run(*args)
    assert one.returncode == 0, one.stderr
    assert one.stdout == two.stdout
    assert json.loads(one.stdout)["seed"] == 3


def test_it_writes_the_briefing_and_is_silent_about_progress_in_a_pipe(tmp_path):
    out = tmp_path / "briefing.html"
    done = run("assess", "ukraine-2025", "--draws", "60", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("assess", "ukraine-2026"), 2, "ukraine-2025"),
        (("assess", "ukraine-2025", "--draws", "3"), 2, "20"),
        (("assess", "ukraine-2025", "--as-of", "soon"), 2, "soon"),
        (("assess", "ukraine-2025", "--lever", "win_turky"), 2, "win_turkey"),
        (("score",), 2, "--all"),
        (("score", "ukraine-2025", "--questions", "nowhere.csv"), 2, "nowhere.csv"),
    ],
)
def test_bad_usage_says_what_would_be_right(args, status, words, willing):
    done = willing(*args)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_are_json_on_standard_error_when_json_is_asked_for(willing):
    done = willing("assess", "ukraine-2026", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "error" in json.loads(done.stderr)


def test_questions_with_outcomes_are_scored_beside_the_baselines(tmp_path, willing):
    path = tmp_path / "questions.csv"
    path.write_text(
        "id,kind,actor,domain,target,by,outcome\n"
        "A,milestone,,,deployed,2025-06-01,0\n"
        "B,stance_at_least,POL,land,conditional,2025-05-01,0\n"
        "C,condition,,,ceasefire,2025-05-01,\n",
        encoding="utf-8",
    )
    done = willing("score", "ukraine-2025", "--questions", str(path), "--draws", "60", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["n"] == 2
    assert result["baselines"]["persistence"]["brier"] == pytest.approx(0.15**2)
    assert result["brier"] < 0.25
    assert [q["outcome"] for q in result["questions"]] == [0, 0, None]


def test_questions_about_nothing_known_are_faults_with_their_places(tmp_path, willing):
    path = tmp_path / "questions.csv"
    path.write_text(
        "id,kind,actor,domain,target,by,outcome\nA,milestone,,,deploid,2025-06-01,\n"
        "\nA,stance_at_least,FRA,finance,lead,2025-06-01,\n",
        encoding="utf-8",
    )
    done = willing("score", "ukraine-2025", "--questions", str(path), "--json")
    assert done.returncode == 1
    faults = json.loads(done.stderr)["faults"]
    assert [(f["line"], f["column"], f["found"]) for f in faults] == [
        (2, 15, "'deploid'"),
        (4, 1, "'A' again"),
        (4, 23, "'finance'"),
    ]
    assert faults[0]["suggestion"] == "deployed"


def test_control_c_ends_it_cleanly():
    process = subprocess.Popen(
        [*COMMAND, "assess", "ukraine-2025", "--draws", "1000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a run in the background ignores the signal, and what it starts inherits that
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(20)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr


def test_draws_are_written_when_asked_for(tmp_path, willing):
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "draws.parquet"
    done = willing("assess", "ukraine-2025", "--draws", "60", "--draws-to", str(file), "--json")
    assert done.returncode == 0, done.stderr
    table = parquet.read_table(file)
    assert table.num_rows == 60
    by = {m["id"]: m["by"]["probability"] for m in json.loads(done.stdout)["milestones"]}
    within = sum(w <= 53 for w in table["milestone:mandate"].to_pylist()) / 60
    assert within == pytest.approx(by["mandate"])


def test_a_folder_that_is_not_there_is_said_before_anything_is_worked_out(tmp_path, willing):
    done = willing("assess", "ukraine-2025", "--out", str(tmp_path / "no" / "b.html"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
