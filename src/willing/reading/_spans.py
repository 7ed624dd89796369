"""Which words of a sentence belong to which statement."""

from __future__ import annotations

import re

from willing.reading._grammar import Utterance
from willing.reading._who import Sentence, State

__all__ = ["give_spans", "is_tail", "trim", "without_tails"]


_TURN = re.compile(r"[;,]\s+(?:but|while|whereas|although|though)\b")
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
        inverted = u.holder.start < u.cue_start and u.start >= u.holder.phrase - 2
        if kept and inverted and _TAIL.fullmatch(rest):
            kept[-1].end = u.end
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


def _clause(sentence: Sentence, u: Utterance, heads: list[int]) -> tuple[int, int, bool]:
    """Words of the clause of a cue: from its subject or antecedent to the end of what is said.

    The flag says whether it is the main clause of the sentence.
    """
    parsed = sentence.parsed
    i = parsed.at(u.cue_start)
    embedded = None
    for up in [i, *parsed.ancestors(i)]:
        dep = parsed.deps[up]
        if dep in {"relcl", "acl", "advcl", "pcomp", "csubj"}:
            embedded = up
            break
        if dep == "conj" and parsed.heads[up] not in heads:
            subject = parsed.child(up, "nsubj", "nsubjpass")
            joint = parsed.child(parsed.heads[up], "cc")
            if subject is not None and joint is not None and joint < subject:
                words = parsed.subtree(up)
                start = parsed.starts[words[0]]
                if start <= u.cue_start and joint < words[0]:
                    return start, len(sentence.text), False
        if up != i and up in heads:
            break
    if embedded is None:
        subjects = [k for k in parsed.children(i) if parsed.deps[k] in {"nsubj", "nsubjpass"}]
        if len(subjects) > 1 and 0 < u.holder.start < u.cue_start < parsed.end(i):
            # the parser ran two clauses into one: keep to the nearer subject's
            start = u.holder.phrase if u.holder.phrase > 0 else u.holder.start
            turn = _TURN.search(sentence.text, u.cue_end)
            return start, turn.start() if turn else len(sentence.text), False
        return 0, len(sentence.text), True
    words = parsed.subtree(embedded)
    start, end = parsed.starts[words[0]], parsed.end(words[-1])
    if parsed.deps[embedded] in {"relcl", "acl"}:
        start = min(start, u.holder.start)
    else:
        mark = parsed.child(embedded, "mark")
        if mark is not None and mark == words[0]:
            start = parsed.end(mark) + 1
        start = min(start, max(u.holder.start, start)) if u.holder.start >= start else start
    return min(start, u.cue_start), max(end, u.cue_end), False


def give_spans(sentence: Sentence, found: list[Utterance], heads: list[int]) -> None:
    """Give every utterance its span; several in one sentence share it without overlap."""
    text = sentence.text
    if not found:
        return
    ordered = sorted(found, key=lambda u: u.cue_start)
    if len(ordered) == 1:
        u = ordered[0]
        start, end, main = _clause(sentence, u, heads)
        if main or end - start >= 0.75 * len(text):
            start, end = 0, len(text)
        u.start, u.end = start, end
    else:
        for n, u in enumerate(ordered):
            start, end, main = _clause(sentence, u, heads)
            if n:
                low = ordered[n - 1].cue_end
                start = max(
                    start, _boundary(text, low, _anchor(u) if _anchor(u) > low else u.cue_start)
                )
            if n + 1 < len(ordered):
                nxt = ordered[n + 1]
                stop = _anchor(nxt) if _anchor(nxt) > u.cue_end else nxt.cue_start
                end = min(end, _boundary(text, u.cue_end, stop))
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
    joints = list(
        re.finditer(
            r"[,;:]?\s(?:and|but|while|whereas|though|although|as)\s|[,;:]\s|\.\s", text[low:high]
        )
    )
    return low + joints[-1].end() if joints else high


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    words = re.compile(r"^(?:\s|,|;|:|-|–|and\s|but\s|while\s|whereas\s)+", re.I)
    match = words.match(text[start:end])
    if match and start > 0:
        start += match.end()
    while end > start and (
        text[end - 1] in " ,;:-–" or text[start:end].endswith((" and", " but", " while"))
    ):
        end -= (
            4
            if text[start:end].endswith((" and", " but"))
            else 6
            if text[start:end].endswith(" while")
            else 1
        )
    return start, end
