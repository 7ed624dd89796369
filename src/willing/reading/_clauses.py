"""From a parsed sentence to utterances: which word marks a statement, whose, and over which
words.
"""

from __future__ import annotations

import re

from willing.reading._ascribed import flat, held, nominal
from willing.reading._cues import Cue, Cues
from willing.reading._grammar import (
    MODAL,
    Utterance,
    agent_of,
    fits,
    hypothetical,
    is_verb,
    nested,
    subject_of,
)
from willing.reading._resolve import resolve
from willing.reading._segments import Segment, segments
from willing.reading._spans import give_spans, is_tail, without_tails
from willing.reading._types import Kind
from willing.reading._who import Sentence, State

__all__ = ["Utterance", "utterances"]


_APART = re.compile(r"(?:,|;)?\s*(?:and|but|while|whereas|though|;)\s+(?:that\s+)?$")


def utterances(sentence: Sentence, state: State, cues: Cues) -> list[Utterance]:
    """Find statements in a sentence with a dependency tree."""
    parsed = sentence.parsed
    parts = segments(sentence)
    said: list[tuple[int, Utterance]] = []
    for i, word in enumerate(parsed.words):
        options = cues.verbs.get(word.lower())
        if options is None or sentence.in_quote(parsed.starts[i]):
            continue
        cue = fits(sentence, i, [c for c in options if c.group == "said"])
        if cue is None or not (is_verb(sentence, i) or _verb_by_place(sentence, i)):
            continue
        if hypothetical(sentence, i) or any(
            nested(sentence, i, j)
            and _part(sentence, parts, i) == _part(sentence, parts, j)
            and not _breaks_out(sentence, i, j, u, state)
            for j, u in said
        ):
            continue
        made = _said(sentence, i, cue, state, cues)
        if made is not None:
            said.append((i, made))
    found = [u for _, u in said]
    spoken = [i for i, _ in said]
    tails = [(j, u) for j, u in said if is_tail(sentence, j) and u.holder.actors]
    source = _according(sentence, state)
    if source is not None and not found:
        found.append(source)
    if not (source is not None and found == [source]):
        found += held(sentence, state, cues, parts, spoken, [u.cue_start for _, u in tails])
        found += flat(sentence, state, parts, found, spoken)
    give_spans(sentence, found, parts)
    found = without_tails(sentence, [u for u in found if not u.holder.dropped], state)
    found += nominal(sentence, state, cues, spoken, found)
    return sorted(found, key=lambda u: u.start)


def _part(sentence: Sentence, parts: list[Segment], i: int) -> int:
    """Which segment a word stands in."""
    place = sentence.parsed.starts[i]
    return max((n for n, part in enumerate(parts) if part.start <= place), default=0)


def _said(sentence: Sentence, i: int, cue: Cue, state: State, cues: Cues) -> Utterance | None:
    parsed = sentence.parsed
    subject, own = subject_of(sentence, i)
    passive = parsed.child(i, "nsubjpass") is not None or parsed.child(i, "auxpass") is not None
    kind: Kind = "actor"
    mode = "indirect"
    if passive:
        agent = agent_of(sentence, i)
        if agent is not None:
            subject = agent
        elif parsed.words[i].lower() in cues.reported or "quoted" in sentence.text:
            kind, mode = "ascribed", "reported"
        elif parsed.words[i].lower() not in {
            "committed",
            "agreed",
            "quoted",
            "resolved",
            "decided",
        }:
            return None
    if subject is None:
        subject = _left_neighbour(sentence, i)
    if subject is None:
        return None
    if not own and parsed.deps[i] == "xcomp" and _is_cue_verb(sentence, parsed.heads[i], cues):
        return None  # "refused to rule out": the upper verb speaks
    holder = resolve(sentence, subject, state)
    if holder is None:
        return None
    aux = {parsed.words[c].lower() for c in parsed.children(i) if parsed.deps[c] in {"aux", "neg"}}
    if kind == "actor" and aux & (MODAL | {"will", "would", "should"}):
        head = parsed.words[i].lower()
        if aux & {"would", "should"} and holder.via != "inherited":
            kind = "ascribed"
        else:
            kind = "forecast" if head not in {"call"} else "ascribed"
    if parsed.deps[i] == "xcomp":
        above = parsed.words[parsed.heads[i]].lower()
        if above in {"expected", "likely", "set", "due", "poised", "unlikely"}:
            kind = "forecast"
    return Utterance(holder, cue, parsed.starts[i], parsed.end(i), 0, 0, kind, mode, "not" in aux)


def _left_neighbour(sentence: Sentence, i: int) -> int | None:
    """Last word of the name right before a verb, adverbs and auxiliaries aside: the parser may
    err.
    """
    parsed = sentence.parsed
    k = i - 1
    while k >= 0 and (
        parsed.tags[k] in {"RB", "MD", "VBZ", "VBD", "VBP"} or parsed.words[k] == ","
    ):
        k -= 1
    if k < 0:
        return None
    place = parsed.starts[k]
    name = next((f for f in sentence.names if f.start <= place < f.end), None)
    return k if name is not None and name.role != "adjective" and not name.place else None


def _verb_by_place(sentence: Sentence, i: int) -> bool:
    """`The European Council underlines that`: taken for a noun, yet between a name and `that`."""
    parsed = sentence.parsed
    following = parsed.words[i + 1].lower() if i + 1 < len(parsed.words) else ""
    return following == "that" and _left_neighbour(sentence, i) == i - 1


def _is_cue_verb(sentence: Sentence, i: int, cues: Cues) -> bool:
    options = cues.verbs.get(sentence.parsed.words[i].lower(), [])
    return any(c.group == "said" for c in options)


def _breaks_out(sentence: Sentence, i: int, j: int, upper: Utterance, state: State) -> bool:
    """`A said ..., and his ambassador B said ...` where the parser nests the second in the
    first.
    """
    parsed = sentence.parsed
    subject = parsed.child(i, "nsubj")
    if (
        subject is None
        or i < j
        or parsed.words[subject].lower() in {"he", "she", "it", "they", "who", "which", "that"}
    ):
        return False
    if parsed.deps[i] == "relcl":
        return _aside(sentence, i, j, upper, state, subject)
    left = parsed.starts[min(parsed.subtree(subject))]
    if not _APART.search(sentence.text[:left]):
        return False
    holder = resolve(sentence, subject, state)
    return holder is not None and bool(holder.actors) and holder.speaker != upper.holder.speaker


def _aside(
    sentence: Sentence, i: int, j: int, upper: Utterance, state: State, subject: int
) -> bool:
    """`A offered ..., an idea that B rejected`: the answer of a second actor."""
    parsed = sentence.parsed
    for up in parsed.ancestors(i):
        if up == j:
            holder = resolve(sentence, subject, state)
            return holder is not None and bool(set(holder.actors) - set(upper.holder.actors))
        if parsed.deps[up] in {"ccomp", "advcl"}:
            return False
    return False


def _according(sentence: Sentence, state: State) -> Utterance | None:
    """`according to Paris`: what follows names the holder."""
    match = re.search(
        r"\b(according to|in the (?:words|view) of|as (?:stated|announced) by)\s",
        sentence.text,
        re.I,
    )
    if match is None or sentence.in_quote(match.start()):
        return None
    parsed = sentence.parsed
    first = parsed.at(match.end())
    head = next(
        (k for k in range(first, min(first + 14, len(parsed.words))) if parsed.deps[k] == "pobj"),
        None,
    )
    if head is None:
        return None
    holder = resolve(sentence, head, state)
    if holder is None or (not holder.actors and not holder.person):
        return None
    return Utterance(
        holder,
        Cue("according to", "said"),
        match.start(1),
        match.end(1),
        0,
        0,
        "actor",
        "according",
    )
