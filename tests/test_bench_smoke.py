"""The benchmarks run: errors fail here, times never do."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def bench(*arguments):
    command = [sys.executable, "-m", "willing", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


def test_the_forecast_benchmarks_run_once():
    done = bench("forecast", "--quick", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    assert [r["name"] for r in document["benchmarks"]] == ["forecast"]
    assert document["machine"]["cores"] >= 1


def test_a_benchmark_that_fails_fails_the_run(tmp_path):
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "bench_broken.py").write_text("def test_it():\n    assert 1 == 2\n")
    done = bench("--folder", str(folder), "--quick", "--json")
    assert done.returncode == 1
    (row,) = json.loads(done.stdout)["benchmarks"]
    assert not row["ok"]
    assert "assert 1 == 2" in row["printed"]


def test_without_benchmarks_one_sentence(tmp_path):
    done = bench("--folder", str(tmp_path))
    assert done.returncode == 2
    assert "bench_*.py" in done.stderr
