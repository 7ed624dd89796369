"""Statements: appended versions, and two who edit one at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.store.conftest import SMALL
from willing.case import Statement
from willing.errors import FaultsError, UsageError
from willing.store import ConflictError, MissingError, Store


def first(store: Store) -> tuple[Statement, int]:
    row = store.statements.every(SMALL)[0]
    version = row["version"]
    fields = {k: v for k, v in row.items() if k not in ("version", "revision")}
    return Statement.model_validate(fields), version


def test_an_edit_changes_one_line_and_keeps_the_old_one(store: Store) -> None:
    one, version = first(store)
    before = store.cases.texts(SMALL)["statements.csv"].splitlines()
    changed = one.model_copy(update={"summary": 'Said "no", twice,\nthen left.'})
    assert store.statements.edit(SMALL, one.id, changed, version, "ann", "misread") == 2
    after = store.cases.texts(SMALL)["statements.csv"]
    assert store.cases.get(SMALL)[0].statements[0] == changed
    assert all(line in after for line in before[2:])
    history = store.statements.history(SMALL, one.id)
    assert [(v["by"], v["why"]) for v in history] == [
        ("tester", "to begin with"),
        ("ann", "misread"),
    ]
    assert history[0]["statement"]["summary"] == one.summary
    assert store.statements.get(SMALL, one.id, at=1)["summary"] == one.summary


def test_a_column_that_was_not_there_is_added(store: Store) -> None:
    one, version = first(store)
    texts = store.cases.texts(SMALL)
    head, *rows = texts["statements.csv"].splitlines()
    at = head.split(",").index("document")
    assert at == len(head.split(",")) - 3
    narrow = "\n".join(line.rsplit(",", 3)[0] for line in (head, *rows)) + "\n"
    store.cases.put({**texts, "statements.csv": narrow}, "a")
    changed = one.model_copy(update={"document": "abc"})
    store.statements.edit(SMALL, one.id, changed, version + 1, "b", "")
    case, _ = store.cases.get(SMALL)
    assert case.statements[0] == changed
    assert len(case.statements) == len(rows)
    assert store.cases.texts(SMALL, 2)["statements.csv"] == narrow


def test_two_at_once_lose_nothing(store: Store) -> None:
    one, version = first(store)
    gate = Barrier(8)

    def edit(k: int) -> str | ConflictError:
        mine = one.model_copy(update={"summary": f"edit {k}"})
        gate.wait()
        try:
            store.statements.edit(SMALL, one.id, mine, version, f"analyst {k}", "")
        except ConflictError as error:
            return error
        return f"edit {k}"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(edit, range(8)))
    won = [r for r in results if isinstance(r, str)]
    lost = [r for r in results if isinstance(r, ConflictError)]
    assert len(won) == 1
    assert len(lost) == 7
    assert store.statements.get(SMALL, one.id)["summary"] == won[0]
    for error in lost:
        assert error.theirs["statement"]["summary"] == won[0]
        assert error.yours["statement"]["summary"] != won[0]


def test_many_add_at_once_and_all_are_there(store: Store) -> None:
    one, _ = first(store)

    def add(k: int) -> int:
        new = one.model_copy(update={"id": f"NEW-{k}", "event": f"e-{k}"})
        return store.statements.add(SMALL, [new], f"a{k}", "")

    with ThreadPoolExecutor(6) as pool:
        revisions = list(pool.map(add, range(12)))
    assert sorted(revisions) == list(range(2, 14))
    there = {s["id"] for s in store.statements.every(SMALL)}
    assert {f"NEW-{k}" for k in range(12)} <= there


def test_removed_is_kept_in_history_and_can_come_back(store: Store) -> None:
    one, version = first(store)
    store.statements.remove(SMALL, one.id, version, "a", "no source")
    with pytest.raises(MissingError):
        store.statements.get(SMALL, one.id)
    assert one.id not in store.cases.texts(SMALL)["statements.csv"]
    assert store.statements.get(SMALL, one.id, at=1)["id"] == one.id
    with pytest.raises(ConflictError):
        store.statements.edit(SMALL, one.id, one, version, "b", "")
    store.statements.add(SMALL, [one], "b", "found it")
    assert [v["action"] for v in store.statements.history(SMALL, one.id)] == [
        "import",
        "remove",
        "add",
    ]


def test_what_does_not_fit_changes_nothing(store: Store) -> None:
    one, version = first(store)
    with pytest.raises(FaultsError):
        store.statements.edit(
            SMALL, one.id, one.model_copy(update={"actor": "XXX"}), version, "a", ""
        )
    with pytest.raises(ConflictError, match="there is a statement"):
        store.statements.add(SMALL, [one], "a", "")
    changed = one.model_copy(update={"summary": "a\x00b"})
    with pytest.raises(UsageError, match="NUL"):
        store.statements.edit(SMALL, one.id, changed, version, "a", "")
    with pytest.raises(UsageError, match="ids do not change"):
        store.statements.edit(SMALL, "other", one, version, "a", "")
    assert store.cases.revision(SMALL) == 1
