"""Killed at random moments while writing: what was acknowledged is there, nothing is torn."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100


def test_every_acknowledged_change_survives(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.killing", url, str(KILLS), "8420"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    print(report)
    assert report["kills"] == KILLS
    assert report["acknowledged"] >= KILLS  # each child got to write before it was killed
    assert report["lost"] == []
    assert report["torn"] == []
    assert report["rows_match_revisions"]
