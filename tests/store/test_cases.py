"""Cases over time: loss-free both ways, every earlier state, faults, conflicts."""

import csv
import io

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.conftest import SMALL, small
from willing.case.folder import list_cases, locate
from willing.case.folder._source import texts as folder_texts
from willing.errors import FaultsError, UnreadableError, UsageError
from willing.store import ConflictError, MissingError, Store
from willing.store.tables import metadata
from willing.workbench.archives import pack, unpack


def test_migrations_make_the_tables_that_are_declared(store: Store) -> None:
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_twice_changes_nothing(store: Store, url: str) -> None:
    again = Store.open(url)
    assert again.cases.texts(SMALL) == small()
    again.close()


def test_every_shipped_case_comes_out_as_it_went_in(store: Store) -> None:
    added = store.add_shipped()
    assert added == list_cases()
    for id in added:
        assert store.cases.texts(id) == folder_texts(locate(id)), id
    assert store.add_shipped() == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_odd_but_sound_texts_come_out_byte_for_byte(store: Store, end: str) -> None:
    texts = small()
    head, *rows = texts["statements.csv"].splitlines()
    odd = [head, "", rows[0], *rows[1:], ""]
    texts["statements.csv"] = end.join(odd) + end + end
    texts["case.yaml"] = "# a note of my own\n" + texts["case.yaml"]
    store.cases.put(texts, "a")
    assert store.cases.texts(SMALL) == texts
    no_last_end = {**texts, "statements.csv": texts["statements.csv"].rstrip("\r\n")}
    store.cases.put(no_last_end, "a")
    assert store.cases.texts(SMALL) == no_last_end


#: text a file can hold: no control characters but those of lines (the case room refuses them)
CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"), max_size=40
)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=4), end=st.sampled_from(["\n", "\r\n"]),
       quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), last=st.booleans())  # fmt: skip
def test_whatever_is_said_comes_out_as_it_went_in(
    cells: list[str], end: str, quoting: int, last: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A folder through the store and an archive and back: every byte, however it was quoted."""
    texts = small()
    head, *rows = list(csv.reader(io.StringIO(texts["statements.csv"])))
    place = head.index("summary")
    for row, cell in zip(rows, cells, strict=False):
        row[place] = cell or "-"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows([head, *rows])  # type: ignore[arg-type]
    texts["statements.csv"] = out.getvalue() if last else out.getvalue().removesuffix(end)
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('round') / 's.db'}")
    try:
        case, revision = store.cases.put(texts, "a")
    except FaultsError:
        return  # refused with its faults (a blank summary), so nothing to lose
    finally:
        kept = store.cases.texts(SMALL) if store.cases.every() else None
        store.close()
    assert kept == texts
    assert unpack(pack(case.id, kept)) == texts
    assert revision == 1


def test_every_earlier_state_can_be_read_and_stands_again(store: Store) -> None:
    first = store.cases.texts(SMALL)
    second = {**first, "case.yaml": first["case.yaml"].replace("A small case", "Another title")}
    _, number = store.cases.put(second, "b", "better title")
    assert number == 2
    assert store.cases.get(SMALL)[0].title == "Another title"
    assert store.cases.texts(SMALL, 1) == first
    moment = store.statements.revisions(SMALL)[1]["at"]
    assert store.cases.texts(SMALL, moment) == first
    assert store.cases.get(SMALL, moment[:10])[1] == 2  # a day counts to its end
    store.cases.put(store.cases.texts(SMALL, 1), "c", "back")
    assert store.cases.texts(SMALL) == first
    assert [r["by"] for r in store.statements.revisions(SMALL)] == ["c", "b", "tester"]


def test_the_same_again_is_no_revision(store: Store) -> None:
    assert store.cases.put(small(), "b")[1] == 1


def test_faults_keep_everything_as_it_was(store: Store) -> None:
    texts = small()
    texts["statements.csv"] = texts["statements.csv"].replace("GBR", "XXX")
    with pytest.raises(FaultsError) as caught:
        store.cases.put(texts, "b")
    assert any("XXX" in f.found for f in caught.value.faults)
    assert store.cases.texts(SMALL) == small()
    assert store.cases.revision(SMALL) == 1


def test_a_change_from_an_older_revision_is_a_conflict(store: Store) -> None:
    texts = small()
    texts["case.yaml"] = texts["case.yaml"].replace("A small case", "One")
    store.cases.put(texts, "a", expected=1)
    texts["case.yaml"] = texts["case.yaml"].replace("title: One", "title: Two")
    with pytest.raises(ConflictError) as caught:
        store.cases.put(texts, "b", expected=1)
    assert caught.value.theirs == {"revision": 2}
    assert store.cases.get(SMALL)[0].title == "One"


def test_what_is_not_there(store: Store) -> None:
    with pytest.raises(MissingError, match="did you mean 'small-2025'"):
        store.cases.get("small-2026")
    with pytest.raises(MissingError, match="no revision 9"):
        store.cases.get(SMALL, 9)
    with pytest.raises(MissingError, match="was not here"):
        store.cases.get(SMALL, "1999-01-01")
    with pytest.raises(UnreadableError, match=r"statements\.csv"):
        store.cases.put({"case.yaml": "", "actors.csv": ""}, "a")
    with pytest.raises(UsageError, match="passwd"):
        store.cases.put({**small(), "../passwd": "x"}, "a")


@pytest.mark.parametrize("wrong", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be(wrong: str) -> None:
    with pytest.raises(UsageError, match="--store"):
        Store.open(wrong)
