"""A corpus: Parquet in, Parquet out, the same from one process and a pool."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from willing.cli import app
from willing.errors import UnreadableError
from willing.scale import read_corpus

TEXTS = [
    "France said on Monday it was ready to send troops to Ukraine after a ceasefire.",
    "Hungary will not take part, Foreign Minister Peter Szijjarto said.",
    "The weather in Lisbon stayed fair.",
    None,
]


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "news.parquet"
    table = pa.table(
        {
            "id": [f"D{k}" for k in range(12)],
            "text": [TEXTS[k % 4] for k in range(12)],
            "published": ["2025-04-05", "soon"] + ["2025-04-05"] * 10,
        }
    )
    pq.write_table(table, file, row_group_size=5)
    return file


def read(folder):
    return pa.concat_tables([pq.read_table(f) for f in sorted(folder.glob("*.parquet"))])


def test_statements_come_out_with_their_document_and_words(corpus, tmp_path):
    found = read_corpus(corpus, tmp_path / "out", parser="plain", workers=1, part=3)
    rows = read(tmp_path / "out").to_pylist()
    assert found["documents"] == 12
    assert len(rows) == found["statements"] > 0
    assert len(found["files"]) == 4
    french = next(r for r in rows if r["document"] == "D0")
    assert french["actors"] == ["FRA"]
    whole = TEXTS[0]
    assert french["quote"] == whole[french["start"] : french["start"] + french["length"]]


def test_what_cannot_be_read_is_named_and_the_rest_is_done(corpus, tmp_path):
    found = read_corpus(corpus, tmp_path / "out", parser="plain", workers=1)
    assert [f["document"] for f in found["faults"]] == ["D1", "D3", "D7", "D11"]


def test_one_process_and_a_pool_write_the_same(corpus, tmp_path):
    for name, workers in (("one", 1), ("two", 2)):
        read_corpus(corpus, tmp_path / name, parser="plain", workers=workers, part=3)
    one, two = (
        {f.name: f.read_bytes() for f in (tmp_path / n).glob("*.parquet")} for n in ("one", "two")
    )
    assert one == two


def test_no_column_of_text_is_one_sentence(tmp_path):
    pq.write_table(pa.table({"body": ["a"]}), tmp_path / "x.parquet")
    with pytest.raises(UnreadableError, match="found columns body; expected one named text"):
        read_corpus(tmp_path / "x.parquet", tmp_path / "out")


def test_something_else_is_no_parquet(tmp_path):
    (tmp_path / "x.parquet").write_text("hello")
    with pytest.raises(UnreadableError, match="not a Parquet file"):
        read_corpus(tmp_path / "x.parquet", tmp_path / "out")


def test_the_command(corpus, tmp_path):
    done = CliRunner().invoke(
        app, ["corpus", str(corpus), str(tmp_path / "o"), "--extractor", "plain", "--json"]
    )
    assert done.exit_code == 1  # some could not be read
    assert json.loads(done.stdout)["documents"] == 12
