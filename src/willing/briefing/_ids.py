"""Ids within a drawing: the same for the same picture, and no other picture's on a page."""

from __future__ import annotations

import re
from hashlib import sha256

__all__ = ["settled"]

_ID = re.compile(r"\b(clip|gradient_)(\d+)\b")


def settled(svg: str) -> str:
    """Return SVG text with ids that depend on the picture alone.

    Vega counts clips and gradients over the life of a process, so that a picture's ids, and a
    page's bytes, would tell what was drawn before it.
    """
    order: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"{found[1]}{order.setdefault(found[0], len(order))}"

    plain = _ID.sub(numbered, svg)
    if not order:
        return svg
    mark = sha256(plain.encode()).hexdigest()[:8]
    return _ID.sub(lambda found: f"{found[1]}{mark}-{found[2]}", plain)
