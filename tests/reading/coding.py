"""Codings beside the tests: reading them, running an extractor on them, scoring."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from willing.reading import Document, Extractor, Reading
from willing.reading.score import Coded, Matching, coding, match

HERE = Path(__file__).resolve().parent
#: written by others, coded before the rules ran on them; the rules are never changed on these
OUT_OF_SAMPLE = sorted((HERE / "texts").glob("*.json"))
#: written by someone who knew the rules, run once; the rules are not changed on these either
FRESH = sorted((HERE / "fresh").glob("*.json"))
#: written for the development of the rules, and used for it
DEVELOPMENT = sorted((HERE / "development").glob("*.json"))


def predicted(reading: Reading) -> list[Coded]:
    return [
        Coded(
            s.id,
            s.span.start,
            s.span.length,
            frozenset(s.actor),
            s.stance,
            s.domain,
            s.kind,
            s.kind == "actor",
            s.issue,
        )
        for s in reading.statements
    ]


def run(path: Path, extractor: Extractor) -> tuple[Reading, list[Coded], Matching]:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_suffix(".txt").read_bytes().decode("utf-8")
    day = gold["document"].get("published")
    published = date.fromisoformat(day) if day else None
    reading = extractor.read(Document.from_text(text, path.stem, published))
    coded = coding(gold, text, path.name)
    return reading, coded, match(predicted(reading), coded)


def explicit_only(matched_from: list[Coded], coded: list[Coded]) -> Matching:
    return match([p for p in matched_from if p.explicit], [c for c in coded if c.explicit])
