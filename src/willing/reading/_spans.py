"""Which words of a sentence belong to which statement."""

from __future__ import annotations

import re

from willing.reading._grammar import Utterance
from willing.reading._segments import Segment
from willing.reading._who import Sentence, State, phrase_of

__all__ = ["give_spans", "is_tail", "trim", "without_tails"]


_TURN = re.compile(r"[;,]\s+(?:but|while|whereas|although|though)\b")
_JOINT = re.compile(
    r"[,;:]?\s(?:and|but|while|whereas|though|although|as)\s|[,;:]\s|\.\s", re.IGNORECASE
)
_BEFORE = re.compile(r"^(?:\s|,|;|:|-|–|and\s|but\s|while\s|whereas\s|though\s|although\s)+", re.I)
_AFTER = re.compile(r"(?:[ ,;:–-]|\s(?:and|but|while|whereas))+$")
_TAIL = re.compile(
    r"\W*(?:(?:also|later|then|has|had|in a (?:statement|post|speech|letter|tweet|briefing|press "
    r"release)|"
    r"(?:to|with|told|in) (?:reporters|journalists|parliament|lawmakers|an interview)|reporters|"
    r"on (?:\w+day|x|twitter|telegram|facebook|social media))\W*)*",
    re.I,
)


def without_tails(sentence: Sentence, found: list[Utterance], state: State) -> list[Utterance]:
    """`X reiterated that ..., her office said`: the tail only says where it was said."""
    if len(found) < 2:
        return found
    kept: list[Utterance] = []
    for u in sorted(found, key=lambda u: u.start):
        rest = sentence.text[max(u.cue_end, u.holder.end) : u.end]
        ahead = sentence.text[u.start : min(u.cue_start, u.holder.start)]
        inverted = u.start >= u.holder.phrase - 2 or _TAIL.fullmatch(ahead) is not None
        if kept and inverted and _TAIL.fullmatch(rest):
            kept[-1].end = u.end
            kept[-1].tail = u.start
            if not kept[-1].holder.actors:  # "Military chiefs agreed ..., the French ministry said"
                kept[-1].holder = u.holder
            state.note(u.holder)
            continue
        kept.append(u)
    return kept


def is_tail(sentence: Sentence, i: int) -> bool:
    """Whether a verb of saying follows what was said: nothing said comes after it."""
    parsed = sentence.parsed
    right = [k for k in parsed.subtree(i) if k > i]
    if (
        any(parsed.tags[k].startswith(("VB", "MD")) for k in right)
        or '"' in sentence.text[parsed.end(i) :]
    ):
        return False
    before = [k for k, tag in enumerate(parsed.tags) if k < i and tag.startswith("VB")]
    return bool(before) and "," in sentence.text[: parsed.starts[i]]


def _clause(sentence: Sentence, u: Utterance, segment: tuple[int, int]) -> tuple[int, int]:
    """Words of the clause of a cue inside its segment, from its subject or antecedent on."""
    parsed = sentence.parsed
    i = parsed.at(u.cue_start)
    embedded = next(
        (
            up
            for up in [i, *parsed.ancestors(i)]
            if parsed.deps[up] in {"relcl", "acl", "advcl", "pcomp", "csubj"}
        ),
        None,
    )
    subjects = [k for k in parsed.children(i) if parsed.deps[k] in {"nsubj", "nsubjpass"}]
    if embedded is None and len(subjects) > 1 and 0 < u.holder.start < u.cue_start < parsed.end(i):
        # the parser ran two clauses into one: keep to the nearer subject's
        turn = _TURN.search(sentence.text, u.cue_end)
        return max(segment[0], _anchor(u)), min(segment[1], turn.start() if turn else segment[1])
    if embedded is None or parsed.starts[embedded] < segment[0]:
        return segment
    words = parsed.subtree(embedded)
    start, end = parsed.starts[words[0]], parsed.end(words[-1])
    if parsed.deps[embedded] == "advcl" and start - segment[0] <= len("whereas "):
        return segment  # the clause is the segment
    if parsed.deps[embedded] in {"relcl", "acl"}:
        start = min(start, u.holder.start) if u.holder.start >= segment[0] else start
        if u.holder.start > start:  # "an idea that Moscow rejected"
            start = parsed.starts[phrase_of(sentence, parsed.heads[embedded])[0]]
    else:
        mark = parsed.child(embedded, "mark")
        if mark is not None and mark == words[0]:
            start = parsed.end(mark) + 1
    return max(segment[0], min(start, u.cue_start)), min(segment[1], max(end, u.cue_end))


def _ranges(parts: list[Segment], found: list[Utterance], size: int) -> dict[int, tuple[int, int]]:
    """For each utterance, by its identity, the range of its segment.

    A predicate without a subject of its own and without a statement belongs to the one before.
    """
    if not parts:
        return {id(u): (0, size) for u in found}
    bounds: list[list[int]] = []
    holds: list[list[Utterance]] = []
    for n, part in enumerate(parts):
        end = parts[n + 1].start if n + 1 < len(parts) else size + 1
        inside = [u for u in found if (part.start if n else 0) <= u.cue_start < end]
        if n and not inside and part.subject is None and bounds:
            bounds[-1][1] = part.end
            continue
        bounds.append([part.start, part.end])
        holds.append(inside)
    return {
        id(u): (low, high)
        for (low, high), inside in zip(bounds, holds, strict=True)
        for u in inside
    }


def give_spans(sentence: Sentence, found: list[Utterance], parts: list[Segment]) -> None:
    """Give every utterance its span; several in one segment share it without overlap."""
    text = sentence.text
    ranges = _ranges(parts, found, len(text))
    ordered = sorted(found, key=lambda u: u.cue_start)
    for n, u in enumerate(ordered):
        low, high = ranges[id(u)]
        alone = sum(r == (low, high) for r in ranges.values()) == 1
        start, end = _clause(sentence, u, (low, high))
        if alone and end - start >= 0.75 * (high - low):
            start, end = low, high
        if n and ranges[id(ordered[n - 1])] == (low, high):
            floor = ordered[n - 1].cue_end
            anchor = _anchor(u)
            start = max(start, _boundary(text, floor, anchor if anchor > floor else u.cue_start))
        if n + 1 < len(ordered) and ranges[id(ordered[n + 1])] == (low, high):
            nxt = ordered[n + 1]
            anchor = _anchor(nxt)
            end = min(
                end, _boundary(text, u.cue_end, anchor if anchor > u.cue_end else nxt.cue_start)
            )
        u.start, u.end = min(start, u.cue_start), max(end, u.cue_end)
    for u in ordered:
        u.start, u.end = trim(text, u.start, u.end)


def _anchor(u: Utterance) -> int:
    """Where the words of an utterance begin: its holder's phrase, or the cue."""
    return min(p for p in (u.cue_start, u.holder.start, u.holder.phrase) if p >= 0)


def _boundary(text: str, low: int, high: int) -> int:
    """Where one statement ends and the next begins: the last joint between two cues."""
    if high <= low:
        return high
    joints = list(_JOINT.finditer(text[low:high]))
    return low + joints[-1].end() if joints else high


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out connectives and punctuation at both ends of a stretch inside a sentence."""
    match = _BEFORE.match(text[start:end])
    if match and start > 0:
        start += match.end()
    if end < len(text):
        stop = _AFTER.search(text[start:end])
        if stop:
            end = start + stop.start()
    return start, end
