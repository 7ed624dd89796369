"""The codings of `texts/` fit their texts: spans, words, hashes and values. No rules run here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import get_args

import pytest

from willing.case.ladder import DOMAINS, STANCES
from willing.case.states import is_state
from willing.case.tables import Kind

TEXTS = sorted((Path(__file__).resolve().parent / "texts").glob("*.txt"))
ORGANISATIONS = {"NATO", "EU", "UN", "OSCE", "AU", "ECOWAS", "COW"}
ISSUES = {"participation", "mission", "mandate", "talks", "other"}


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_coding_fits_its_text(path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert gold["format"] == "willing-gold/1"
    assert gold["document"]["sha256"] == hashlib.sha256(raw).hexdigest()
    assert gold["document"]["characters"] == len(text)
    assert "describes no real event" in " ".join(text[:250].split()).replace(
        "describe ", "describes "
    )
    assert 180 <= len(text.split()) <= 450

    ids = [s["id"] for s in gold["statements"]]
    assert len(set(ids)) == len(ids)
    for s in gold["statements"]:
        start, length = s["span"]
        words = text[start : start + length]
        assert words == s["quote"] == words.strip(), s["id"]
        assert text.count(words, 0, start) + 1 == s["occurrence"], s["id"]
        assert hashlib.sha256(words.encode()).hexdigest()[:12] == s["sha256_12"], s["id"]
        assert s["cue"] is None or " ".join(s["cue"].split()) in " ".join(words.split()), s["id"]
        assert s["actor"], s["id"]
        assert all(is_state(a) or a in ORGANISATIONS for a in s["actor"]), s["id"]
        assert s["stance"] in STANCES, s["id"]
        assert s["domain"] in DOMAINS, s["id"]
        assert s["kind"] in get_args(Kind), s["id"]
        assert s["issue"] in ISSUES, s["id"]
        assert s["explicit"] == (s["kind"] == "actor"), s["id"]
        for field in ("speaker", "due", "said_at"):
            assert s[field] is None or s[field] in " ".join(text.split()), (s["id"], field)


def test_every_coding_has_a_text() -> None:
    assert {p.stem for p in TEXTS} == {p.stem for p in (TEXTS[0].parent).glob("*.json")}
