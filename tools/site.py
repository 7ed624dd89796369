"""What MkDocs cannot do by itself: formulas as MathML, and pages that a folder brings.

Browsers draw MathML themselves: the site needs no script and no fetch for a formula. A formula that
cannot be turned fails the build, because a reader would otherwise meet raw TeX.
"""

import html
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

_FORMULA = re.compile(
    r'<(span|div) class="arithmatex">(?:\\\((.*?)\\\)|\\\[(.*?)\\\])</\1>', re.DOTALL
)
#: names of operators that the converter does not know, in ways it knows
_OPERATORS = re.compile(r"\\operatorname\*?\{(\w+)\}")


def on_config(config: Any) -> Any:
    """Put every page of a folder named `folder/*.md` into the navigation, but those named before.

    A new model, case or decision then has its place without a line here.
    """
    docs = Path(config["docs_dir"])
    named = {page for page in _pages(config["nav"]) if "*" not in page}
    config["nav"] = _filled(config["nav"], docs, named)
    return config


def _pages(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in _pages(part)]


def _filled(nav: Any, docs: Path, named: set[str]) -> Any:
    if isinstance(nav, str):
        found = sorted(str(path.relative_to(docs)) for path in docs.glob(nav)) if "*" in nav else []
        return [page for page in found if page not in named] if "*" in nav else nav
    if isinstance(nav, dict):
        filled = {title: _filled(part, docs, named) for title, part in nav.items()}
        return {title: part for title, part in filled.items() if part}
    return [part for part in (_filled(one, docs, named) for one in nav) if part]


def mathml(tex: str, block: bool) -> str:
    """Return a formula as MathML, with its TeX beside it for whoever copies it."""
    said = html.unescape(tex).strip()
    plain = _OPERATORS.sub(r"\\mathrm{\1}\\,", said)
    made = convert(plain, display="block" if block else "inline")
    return made.replace("<math ", f'<math aria-label="{html.escape(said)}" ', 1)


def on_page_content(content: str, **_: object) -> str:
    """Turn every formula of a page (called by MkDocs)."""
    return _FORMULA.sub(
        lambda m: mathml(m[2] if m[2] is not None else m[3], block=m[1] == "div"), content
    )
