"""Whatever the bytes: a case, or our own errors, and never anything else."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import strategies as own
from willing.case import check, load
from willing.case.expressions import Expr, unparse
from willing.case.folder import FILES, _csv, _yaml
from willing.case.folder._parse import parse
from willing.case.folder._render import _cell
from willing.errors import Fault, FaultsError, UnreadableError

on_disk = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def outcome(folder: Path) -> str:
    """Load, and say what came of it; an error that is not ours goes through."""
    try:
        load(folder)
    except FaultsError as error:
        clear = error.faults and all(fault_is_clear(f) for f in error.faults)
        return "faults" if clear and check(folder) == error.faults else "unclear"
    except UnreadableError as error:
        return "unreadable" if str(error) else "unclear"
    return "sound" if check(folder) == [] else "unclear"


def fault_is_clear(fault: Fault) -> bool:
    return (
        fault.file in FILES
        and fault.line >= 1
        and fault.column >= 1
        and bool(fault.found.strip())
        and bool(fault.expected.strip())
    )


@on_disk
@given(name=st.sampled_from(FILES), data=st.binary(max_size=200))
def test_any_bytes_in_any_file(name: str, data: bytes, folder: Path) -> None:
    kept = (folder / name).read_bytes()
    (folder / name).write_bytes(data)
    found = outcome(folder)
    (folder / name).write_bytes(kept)
    assert found != "unclear"
    assert outcome(folder) == "sound"


@on_disk
@given(
    name=st.sampled_from(FILES),
    start=st.integers(0, 9_999),
    length=st.integers(0, 60),
    data=st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b",", b": ", b"- ", b"&a ", b"{"]),
)
def test_any_damage_to_a_sound_file(
    name: str, start: int, length: int, data: bytes, folder: Path
) -> None:
    kept = (folder / name).read_bytes()
    start %= len(kept)
    (folder / name).write_bytes(kept[:start] + data + kept[start + length :])
    found = outcome(folder)
    (folder / name).write_bytes(kept)
    assert found != "unclear"


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | own.text
    | own.days
    | st.sampled_from(["ceasefire", "UKR", "event", "any", "lead"])
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "kind", "label", "low", "if", "when", "actor", "do", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(data=st.data(), tree=trees)
def test_any_value_in_any_place(data: st.DataObject, tree: object) -> None:
    """Replace one node of a sound case file by something else altogether."""
    import yaml

    texts = _sound()
    document = _yaml.read(texts["case.yaml"], "case.yaml")
    path = data.draw(st.sampled_from(sorted(filter(None, document.values), key=str)))
    holder = document.data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = tree
    text = yaml.safe_dump(document.data, allow_unicode=True)
    read = parse({**texts, "case.yaml": text})
    assert (read.case is None) == bool(read.faults)
    assert all(fault_is_clear(f) for f in read.faults)


@settings(max_examples=60)
@given(data=st.data(), cell=own.text | st.sampled_from(["nan", "-1", "1e999", "2025-02-30", "x;y"]))
def test_any_word_in_any_cell(data: st.DataObject, cell: str) -> None:
    texts = _sound()
    table = data.draw(st.sampled_from(FILES[1:-1]))
    lines = texts[table].splitlines()
    number = data.draw(st.integers(1, len(lines) - 1))
    row = [c.text for c in _csv.cells(lines[number], table, [])[0]]
    row[data.draw(st.integers(0, len(row) - 1))] = cell
    lines[number] = ",".join(map(_cell, row))
    read = parse({**texts, table: "\n".join(lines) + "\n"})
    assert (read.case is None) == bool(read.faults)
    assert all(fault_is_clear(f) for f in read.faults)


@settings(max_examples=60)
@given(own.expressions())
def test_any_expression_in_a_route(expr: Expr) -> None:
    texts = _sound()
    text = texts["case.yaml"].replace(
        "opens: un_mandate", f"opens: ({unparse(expr)}) and un_mandate"
    )
    read = parse({**texts, "case.yaml": text})
    assert all(fault_is_clear(f) for f in read.faults)


@given(st.lists(st.lists(own.text, min_size=2, max_size=4), max_size=5))
def test_cells_come_back_with_their_places(rows: list[list[str]]) -> None:
    text = "".join(",".join(map(_cell, row)) + "\n" for row in rows)
    faults: list[Fault] = []
    read = _csv.cells(text, "x.csv", faults)
    assert faults == []
    assert [[c.text for c in row] for row in read] == rows
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row in read:
        for cell in row:
            first = cell.text.replace('"', '""').replace("\r", "\n").split("\n")[0]
            assert lines[cell.line - 1][cell.column - 1 :].startswith(first)


@given(own.text)
def test_plain_words_mean_what_yaml_says(text: str) -> None:
    """A word that is no number, day or truth value stays the word."""
    meant = _yaml.resolve(text)
    if isinstance(meant, str):
        assert meant == text


def _sound() -> dict[str, str]:
    from willing.case.folder import scaffold

    return scaffold("small", "A small case", own.DAY, "UKR", ("RUS",), ("FRA", "POL"))
