"""The rules of the house that a machine can hold."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "willing"
ROOMS = [
    "case",
    "reading",
    "record",
    "forums",
    "bargaining",
    "force",
    "history",
    "participation",
    "forecast",
    "scale",
    "briefing",
    "interchange",
    "store",
    "workbench",
    "cli",
]
ENGINES = {"forums", "bargaining", "force", "history", "participation"}
PURE = {"record", *ENGINES}
IMPURE_MODULES = {"socket", "urllib", "requests", "httpx", "subprocess", "random", "time"}


def modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Absolute dotted names imported by a module, relative ones resolved."""
    package = ("willing", *path.relative_to(SRC).with_suffix("").parts)[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, stem
            for alias in node.names:
                yield node.lineno, f"{stem}.{alias.name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SRC)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(SRC).parts[0]
    if room not in ROOMS:
        return
    for line, name in imported(path):
        parts = name.split(".")
        if parts[0] != "willing" or len(parts) < 2 or parts[1] not in ROOMS or parts[1] == room:
            continue
        other = parts[1]
        assert ROOMS.index(other) < ROOMS.index(room), f"{path}:{line} {room} imports {other}"
        assert not {room, other} <= ENGINES, f"{path}:{line} engine {room} imports {other}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SRC)))
def test_no_module_is_over_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_median_module_is_short() -> None:
    assert median(len(p.read_text(encoding="utf-8").splitlines()) for p in modules()) < 150


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SRC)))
def test_engines_are_pure(path: Path) -> None:
    if path.relative_to(SRC).parts[0] not in PURE:
        return
    for line, name in imported(path):
        assert name.split(".")[0] not in IMPURE_MODULES, f"{path}:{line} imports {name}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input", "eval", "exec"}, (
                f"{path}:{node.lineno} calls {node.func.id}"
            )
