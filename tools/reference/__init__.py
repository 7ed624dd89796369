"""The reference, written from the code so that it cannot drift.

A table stands between `<!-- maker: name -->` and `<!-- end -->`; what is around it is written by
hand and stays. `python -m tools.reference` (`make reference`) writes every table anew; a test
fails while a page says anything else than the code.
"""

import re
from collections.abc import Callable
from pathlib import Path

from tools.reference import _api, _article, _case, _commands, _python

__all__ = ["DOCS", "EVERY", "PAGES", "renewed", "stale"]

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = (
    "reference/case-folder.md",
    "reference/conditions.md",
    "reference/commands.md",
    "reference/api.md",
    "reference/python.md",
    "explanation/founding-article.md",
)
EVERY = _case.EVERY
MAKERS: dict[str, Callable[[str], str]] = {
    "fields": _case.fields,
    "functions": _case.functions,
    "command": _commands.command,
    "commands": _commands.commands,
    "routes": _api.routes,
    "bodies": _api.bodies,
    "run": _article.run,
    "today": _article.today,
    "members": _python.members,
    "facade": _python.facade,
}
_BLOCK = re.compile(r"(<!-- (\w+): ?([\w. -]*?) ?-->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """Return a page with every table written anew."""
    return _BLOCK.sub(
        lambda m: m.group(1) + "\n" + MAKERS[m.group(2)](m.group(3)) + "\n" + m.group(4), text
    )


def stale(page: str) -> bool:
    """Whether a page says something else than the code."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return renewed(text) != text
