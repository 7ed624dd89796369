"""The out-of-sample check on event-coded sentences: how they are read and what is counted.

Many sentences use invented countries, whose names are derived from the codes of their own record
(the first three letters); nothing else of the data is looked at. A source is found where a
candidate's holder is the source's country. A stance is right where the CAMEO root of an event of
that source may stand for it (`willing/data/reading/plover.csv`). CAMEO codes an attitude to
anything, our stance one to the force alone (`undecided` elsewhere), so the candidate's attitude is
what is compared.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

from willing.data.reading import gazetteer
from willing.reading import Candidate, Document, Name, default_extractor
from willing.reading.interchange import cameo_stances

VERBAL = {"01", "02", "03", "04", "05", "09", "10", "11", "12", "13"}


def records(shared: Path) -> list[dict[str, Any]]:
    rows = []
    with (shared / "petrarch2" / "records.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            events = []
            for part in row["events"].split(";"):
                bits = part.strip().split(">")
                if len(bits) == 3 and bits[0] and re.fullmatch(r"\d{2,4}", bits[2]):
                    events.append((bits[0][:3], bits[2][:2]))
            rows.append(
                {"id": row["id"], "text": row["text"], "events": events, "raw": row["events"]}
            )
    return rows


def invented(rows: list[dict[str, Any]]) -> list[Name]:
    known = gazetteer()
    names: dict[str, Name] = {}
    for row in rows:
        codes = {code[:3] for code in re.findall(r"[A-Z]{3,}", row["raw"])}
        for word in re.findall(r"\b[A-Z][a-z]{3,}\b", row["text"]):
            if word[:3].upper() in codes and not known.find(word):
                names[word] = Name(word, "name", (word[:3].upper(),))
    return list(names.values())


def attitude(candidate: Candidate) -> str:
    noted = [n.removeprefix("attitude:") for n in candidate.notes if n.startswith("attitude:")]
    return noted[0] if noted else candidate.stance


def evaluate(shared: Path, parser: str = "auto") -> dict[str, Any]:
    rows = records(shared)
    extractor = default_extractor(parser, gazetteer().with_names(invented(rows)))
    sources = found = candidates = right_holder = verbal = with_cue = 0
    judged = hits = 0
    coded: Counter[str] = Counter()
    options: list[frozenset[str]] = []
    for row in rows:
        read = extractor.read(Document.from_text(row["text"])).statements
        holders = {a for c in read for a in c.actor}
        wanted = {source for source, _ in row["events"]}
        sources += len(wanted)
        found += len(wanted & holders)
        candidates += len(read)
        right_holder += sum(bool(set(c.actor) & wanted) for c in read)
        if any(root in VERBAL for _, root in row["events"]):
            verbal += 1
            with_cue += bool(read)
        for candidate in read:
            roots = {root for source, root in row["events"] if source in candidate.actor}
            valid = (
                frozenset().union(*(cameo_stances(root) for root in roots))
                if roots
                else frozenset()
            )
            if valid:
                judged += 1
                hits += attitude(candidate) in valid
                options.append(valid)
                coded.update(valid)
    common = coded.most_common(1)[0][0] if coded else ""
    return {
        "sentences": len(rows),
        "sources": sources,
        "source_recall": found / sources,
        "candidates": candidates,
        "holder_precision": right_holder / candidates if candidates else None,
        "verbal_sentences": verbal,
        "cue_recall": with_cue / verbal,
        "stance_judged": judged,
        "stance_accuracy": hits / judged if judged else None,
        "stance_baseline": sum(common in v for v in options) / judged if judged else None,
        "baseline_stance": common,
    }
