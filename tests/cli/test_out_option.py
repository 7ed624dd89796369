"""`willing assess --out`: refused before the work, written whole."""

import pytest
from typer.testing import CliRunner

from willing.cli import app

RUN = CliRunner()


@pytest.mark.parametrize("where", ["nowhere/b.html", "."])
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path, where):
    result = RUN.invoke(app, ["assess", "ukraine-2025", "--out", str(tmp_path / where)])
    assert result.exit_code != 0
    assert "--out" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_page_is_written_whole_and_nothing_beside_it(tmp_path):
    out = tmp_path / "b.html"
    result = RUN.invoke(app, ["assess", "haiti-2023", "--draws", "40", "--out", str(out)])
    assert result.exit_code == 0
    assert out.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert list(tmp_path.iterdir()) == [out]
