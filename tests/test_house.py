"""The rules of the house that a machine can hold."""

import ast
import re
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


#: where a model stands in a file of its own, named as the literature names it
MODELS = ("forums", "bargaining", "force", "history", "participation", "record", "statistics")
#: modules without an underscore that are no model but a part of the room: what they do
PARTS = {
    "forums": "approvals critical_path expansion gates monotone power routes templates",
    "bargaining": "explain files fitting run scoring sensitivity uncertain",
    "force": "checker cost delivery_score evaluate export fielding from_case package past_missions"
    " report shortfall uncertainty",
    "history": "backtest features ramp reference_class two_stage",
    "participation": "backtest past_coalitions",
    "record": "backtest",
    "statistics": "track_record",
}
DOCS = SRC.parent.parent / "docs"
TESTS = SRC.parent.parent / "tests"


def models() -> list[Path]:
    return [
        path
        for room in MODELS
        for path in sorted((SRC / room).glob("*.py"))
        if not path.stem.startswith("_") and path.stem not in PARTS[room].split()
    ]


def theory() -> dict[str, str]:
    return {p.stem: p.read_text(encoding="utf-8") for p in (DOCS / "theory").glob("*.md")}


@pytest.mark.parametrize("path", models(), ids=lambda p: str(p.relative_to(SRC)))
def test_a_model_has_a_theory_page(path: Path) -> None:
    """Its own page, or a place by name on the page of what it is part of."""
    module = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)
    pages = theory()
    named = [s for s, text in pages.items() if path.stem in text]
    assert path.stem in pages or named, f"{module}: no page in docs/theory names it"


@pytest.mark.parametrize("path", models(), ids=lambda p: str(p.relative_to(SRC)))
def test_a_model_has_a_test(path: Path) -> None:
    room = path.relative_to(SRC).parts[0]
    own = TESTS / room / f"test_{path.stem}.py"
    texts = [p.read_text(encoding="utf-8") for p in (TESTS / room).rglob("test_*.py")]
    assert own.exists() or any(path.stem in text for text in texts), f"{path}: no test names it"


@pytest.mark.parametrize("page", sorted((DOCS / "theory").glob("*.md")), ids=lambda p: p.stem)
def test_a_theory_page_says_where_it_fails_and_on_what_it_rests(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    assert "willing." in text or "`" in text, "names no code"
    assert re.search(r"fail|weak|limit|does not|cannot|no evidence", text), "no known failures"


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "cli"])
def test_a_room_has_a_facade(room: str) -> None:
    tree = ast.parse((SRC / room / "__init__.py").read_text(encoding="utf-8"))
    named = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    assert named, f"willing.{room} has no __all__"
    assert named[0] == sorted(set(named[0])) or len(named[0]) == len(set(named[0]))


def test_the_story_is_told_once() -> None:
    """CONTRIBUTING lists the rooms in the order that the imports keep."""
    text = (SRC.parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"^```\n(case .*)\n```", text, re.MULTILINE)
    assert story.replace("|", " ").split() == ROOMS
