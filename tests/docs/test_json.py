"""Every key that a command prints stands on the page of documents."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.docs.console import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reference" / "json.md").read_text(encoding="utf-8")
COMMANDS = {
    "check": "check haiti-2023",
    "new": "new made --title T",
    "assess": "assess haiti-2023 --draws 60",
    "score": "score haiti-2023 --draws 60",
    "read": "read article.txt --queue queue",
    "review": "review queue",
    "positions": "positions haiti-2023 --profile",
    "routes": "routes haiti-2023 --draws 60",
    "forum": "forum unsc --date 2025-04-05",
    "bargain": "bargain ukraine-2025#mission --model mean --sensitivity",
    "force": "force haiti-2023 --time-limit 1 --draws 20 --checked 0",
    "backtest": "backtest missions",
    "sweep": "sweep haiti-2023 --over levers --draws 40 --workers 1",
}


def section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_key_stands_there(name: str, tmp_path: Path) -> None:
    shutil.copy(DOCS / "tutorials" / "article.txt", tmp_path)
    if name == "review":
        run(f"willing {COMMANDS['read']}", tmp_path)
    status, out, err = run(f"willing {COMMANDS[name]} --json", tmp_path)
    assert status == 0, err
    named = set(re.findall(r"`([a-z_0-9]+)`", section(name)))
    assert set(json.loads(out)) <= named


def test_backtest_of_statements(tmp_path: Path) -> None:
    _, out, _ = run("willing backtest statements haiti-2023 --json", tmp_path)
    assert set(json.loads(out)) <= set(re.findall(r"`([a-z_0-9]+)`", section("backtest")))
