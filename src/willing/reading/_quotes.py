"""Quotations: who speaks them, and where one statement ends and the next begins in them."""

from __future__ import annotations

from willing.reading._draft import Draft, Paragraph, cue_range, meaning_of, names_within
from willing.reading._what import Meaning, Reader
from willing.reading._who import Holder

__all__ = ["with_quotations"]


def with_quotations(
    reader: Reader, paragraph: Paragraph, drafts: list[Draft], opener: Holder | None
) -> list[Draft]:
    text = paragraph.view.text
    out = list(drafts)
    for a, b in paragraph.quotes:
        touching = [n for n, (s, e) in enumerate(paragraph.ranges) if s < b and a < e]
        spoken = [d for d in out if d.kind == "actor" and d.utterance is not None]
        here = [d for d in spoken if d.sentence in touching and d.start < b + 160]
        lead = [
            d
            for d in spoken
            if touching
            and d.sentence == touching[0] - 1
            and text[paragraph.ranges[d.sentence][1] - 1] in ":,"
        ]
        if here:
            nearest = min(
                here,
                key=lambda d: min(
                    abs(cue_range(d, paragraph)[1] - a), abs(cue_range(d, paragraph)[0] - b)
                ),
            )
            _attach(reader, nearest, a, b, paragraph, out)
        elif lead:
            _attach(reader, lead[0], a, b, paragraph, out)
        else:
            before = [d for d in out if d.kind == "actor" and 0 <= a - d.end <= 3]
            holder = before[-1].holder if before else (opener if a <= 2 else None)
            if holder is None or not holder.actors or any(d.start < b and a < d.end for d in out):
                continue
            quoted = Draft(
                a,
                b,
                Holder(
                    holder.actors,
                    holder.speaker,
                    -1,
                    -1,
                    "inherited",
                    min(holder.sure, 0.7),
                    holder.person,
                    holder.plural,
                ),
                touching[0],
                "actor",
                "direct",
                None,
                text[a:b],
                names_within(paragraph, a, b),
            )
            if before and not _differs(reader, before[-1], quoted):
                before[-1].end = b
                before[-1].words += " " + text[a:b]
            else:
                out += _split(reader, quoted, paragraph)
    return out


def _attach(
    reader: Reader, draft: Draft, a: int, b: int, paragraph: Paragraph, out: list[Draft]
) -> None:
    """Join a quotation to the words that attribute it; part them where they say two things."""
    text = paragraph.view.text
    cue_start, cue_end = cue_range(draft, paragraph)
    ahead = text[draft.start : cue_start]
    holder_words = len((draft.holder.speaker or "").split()) + 4
    if a >= cue_end and len(ahead.split()) > holder_words + 3 and b > draft.end - 3:
        clause = text[draft.start : min(a, draft.end)].rstrip(' ,:"')
        rest = Draft(
            a,
            b,
            draft.holder,
            draft.sentence,
            "actor",
            "direct",
            None,
            text[a:b],
            names_within(paragraph, a, b),
        )
        draft.end = draft.start + len(clause)
        draft.words = clause
        out += _split(reader, rest, paragraph)
        return
    draft.mode = "direct"
    extra = text[a:b]
    draft.start, draft.end = min(draft.start, a), max(draft.end, b)
    draft.words = extra if len(extra) > 40 else draft.words + " " + extra
    if len(extra) > 40:
        draft.words = f"{text[cue_start:cue_end]} {extra}"
    draft.names = []


def _differs(reader: Reader, first: Draft, second: Draft) -> bool:
    one, two = meaning_of(reader, first), meaning_of(reader, second)
    return two.rule != "none" and one.rule != "none" and one.stance != two.stance


def _split(reader: Reader, draft: Draft, paragraph: Paragraph) -> list[Draft]:
    """Part a long quotation where the position changes in it."""
    inside = [
        (max(s, draft.start), min(e, draft.end))
        for s, e in paragraph.ranges
        if s < draft.end and draft.start < e
    ]
    if len(inside) < 2:
        return [draft]
    groups: list[tuple[int, int, Meaning]] = []
    for s, e in inside:
        words = paragraph.view.text[s:e]
        meaning = reader.read(words, frozenset(draft.holder.actors), [], None)
        if groups and (
            meaning.rule == "none"
            or groups[-1][2].rule == "none"
            or meaning.stance == groups[-1][2].stance
        ):
            kept = groups[-1][2] if meaning.rule == "none" else meaning
            groups[-1] = (groups[-1][0], e, kept)
        else:
            groups.append((s, e, meaning))
    if len(groups) == 1:
        return [draft]
    return [
        Draft(
            s,
            e,
            draft.holder,
            draft.sentence,
            draft.kind,
            draft.mode,
            None,
            paragraph.view.text[s:e],
            names_within(paragraph, s, e),
        )
        for s, e, _ in groups
    ]
