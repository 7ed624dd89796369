"""A sound case folder to break, and the command as a person runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import strategies
from willing.case.folder import scaffold


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def sound() -> dict[str, str]:
    """The texts of a sound case folder."""
    return scaffold("small", "A small case", strategies.DAY, "UKR", ("RUS",), ("FRA", "POL"))


@pytest.fixture
def folder(tmp_path: Path, sound: dict[str, str]) -> Path:
    """A sound case folder on disk."""
    place = tmp_path / "small"
    place.mkdir()
    for name, text in sound.items():
        (place / name).write_text(text, encoding="utf-8", newline="")
    return place


@pytest.fixture
def willing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Run]:
    """Run the command in this process, from its arguments to its exit status."""
    from willing.cli import main

    def run(*arguments: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["willing", *map(str, arguments)])
        capsys.readouterr()
        status: Any = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return Run(int(status or 0), out, err)

    return run
