"""The tool that changes the code and sees whether a test notices, on a code of two functions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mutmut", reason="mutmut is a developer's tool")
ROOT = Path(__file__).resolve().parent.parent

CODE = """
from functools import cache

@cache
def doubled(x):
    return 2 * x

def larger(x, y):
    return x if x > y else y

def never(x):
    return x - 1
"""
TESTS = """
from toy.sums import doubled, larger

def test_doubled():
    assert doubled(3) == 6

def test_larger():
    assert larger(1, 2) == larger(2, 1) == 2
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    (folder / "src" / "toy").mkdir(parents=True)
    (folder / "src" / "toy" / "__init__.py").touch()
    (folder / "src" / "toy" / "sums.py").write_text(CODE)
    (folder / "test_sums.py").write_text(TESTS)
    return folder


def run(toy: Path, *more: str) -> str:
    command = [sys.executable, "-m", "tools.mutation", "src", "--tests", "test_sums.py", *more]
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{toy / 'src'}"}
    done = subprocess.run(command, cwd=toy, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def results(toy: Path) -> list[dict]:
    lines = (toy / "build" / "mutation.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_what_a_test_notices_is_killed_and_what_none_notices_survives(toy: Path) -> None:
    said = run(toy)
    found = {(e["function"], e["before"], e["after"]): e["result"] for e in results(toy)}
    assert found["doubled", "2 * x", "2 / x"] == "killed"  # a cache does not hide it
    assert found["larger", "x > y", "x >= y"] == "survived"  # the larger of two alike is either
    assert {r for (f, *_), r in found.items() if f == "never"} == {"not reached"}
    killer = next(e["test"] for e in results(toy) if e["after"] == "2 / x")
    assert killer.endswith("test_doubled")
    assert f"| total | {len(found)} | {len(found)} |" in said


def test_a_run_that_was_stopped_goes_on_where_it_stopped(toy: Path) -> None:
    run(toy)
    whole = results(toy)
    file = toy / "build" / "mutation.jsonl"
    file.write_text("".join(json.dumps(e) + "\n" for e in whole[:-2]), encoding="utf-8")
    assert ", 2 to try" in run(toy)
    assert [e["key"] for e in results(toy)] == [e["key"] for e in whole]


def test_a_survivor_is_shown_and_tried_again_where_a_test_was_added(toy: Path) -> None:
    run(toy)
    assert "x > y" in run(toy, "--show", "survived")
    with (toy / "test_sums.py").open("a") as tests:
        tests.write("def test_of_two_alike():\n    assert type(larger(1, 1.0)) is float\n")
    run(toy, "--again", "survived")
    last = {e["key"]: e for e in results(toy)}
    assert [e["result"] for e in last.values() if e["after"] == "x >= y"] == ["killed"]
