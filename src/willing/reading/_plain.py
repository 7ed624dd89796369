"""The fallback without a parser: cue verbs, quotes and names by their order in the sentence.

Finds less and errs more than the parsed rules (see `docs/theory/reading.md`); every candidate it
makes carries a lower confidence and the extractor name `rules-1/plain`.
"""

from __future__ import annotations

import re

from willing.reading._clauses import Utterance
from willing.reading._cues import Cue, Cues
from willing.reading._gazetteer import Found
from willing.reading._types import Kind
from willing.reading._view import fold
from willing.reading._who import Holder, Sentence, State

__all__ = ["opening_name", "plain_utterances"]

#: statements in one sentence, at most: more is no sentence
_MOST = 12
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_BREAK = re.compile(
    r"[;:]|\bthat\b|\bbut\b|\bwhile\b|\bwhereas\b|\bbecause\b|\bafter\b|\bwhen\b|\bif\b|\""
)
#: `France, led by its president, ...`: who stands in an aside is not the subject
_ASIDE = re.compile(
    r",\"? (?:led|headed|backed|joined|along|including|such as|together|like|"
    r"whose|which|who)\b[^,]*"
)
#: a cue that a verb of the same subject came before: `Putin questioned ... and spoke out`
_AND = re.compile(
    r"\b(?:and|but|then)\s+(?:(?:\w+ly|also|then|has|have|had|will|would|is|are)\s+)*$"
)
_CONDITION = re.compile(r"\b(?:if|unless)\b[^,;:]*$")
_OPENS = re.compile(r"(?:The |A |An )?(?:(?:\w+ ){1,2}of (?:the )?)?")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being)\s+(?:\w+ly\s+)?$")
_PREPOSITION = re.compile(
    r"\b(?:in|at|to|with|on|against|by|from|about|between|over|near|for|of|into|alongside|"
    r"towards?)\s+(?:the\s+)?$",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(he|she|it|they|we|i)\s*(?:\w+ly\s+|also\s+|then\s+|has\s+|have\s+|had\s+|would\s+|"
    r"will\s+)*$",
    re.I,
)


def opening_name(sentence: Sentence) -> Holder | None:
    """Actor whose name opens a sentence, or owns what opens it: `The position of Russia ...`."""
    first = next((f for f in sentence.names if f.role != "person" and f.actors), None)
    if first is None or not _OPENS.fullmatch(sentence.text[: first.start]):
        return None
    words = sentence.text[first.start : first.end]
    return Holder(first.actors, words, first.start, first.end, "text", 0.6)


def plain_utterances(sentence: Sentence, state: State, cues: Cues) -> list[Utterance]:
    """Statements of a sentence by surface order alone."""
    text = sentence.text
    out: list[Utterance] = []
    last_end = 0
    for match in _WORD.finditer(text):
        if sentence.in_quote(match.start()):
            continue
        cue = _cue(text, match, cues)
        if cue is None:
            continue
        holder = _subject(sentence, last_end, match, state, out[-1].holder if out else None)
        if holder is None or holder.dropped:
            continue
        if len(out) >= _MOST:
            break
        if out and (out[-1].holder.actors == holder.actors or cue.group != "said"):
            continue
        kind: Kind = "actor" if cue.group == "said" else "ascribed"
        if kind == "ascribed" and re.search(
            r"\b(?:may|might|could|likely|unlikely|expected)\b", text
        ):
            kind = "forecast"
        if out:
            joint = re.search(
                r"[,;]?\s(?:and|but|while)\s(?!.*[,;]?\s(?:and|but|while)\s)",
                text[last_end : match.start()],
            )
            cut = last_end + joint.start() if joint else match.start()
            out[-1].end = cut
            start = last_end + joint.end() if joint else match.start()
        else:
            start = 0
        out.append(
            Utterance(holder, cue, match.start(), match.end(), start, len(text), kind, "surface")
        )
        last_end = match.end()
    source = re.search(r"\baccording to\s+", text, re.I)
    if source and not out:
        holder = _after(sentence, source.end(), state)
        if holder is not None:
            out.append(
                Utterance(
                    holder,
                    Cue("according to", "said"),
                    source.start(),
                    source.start() + 12,
                    0,
                    len(text),
                    "actor",
                    "according",
                )
            )
    return [u for u in out if u.end > u.start]


def _subject(
    sentence: Sentence, low: int, cue: re.Match[str], state: State, last: Holder | None
) -> Holder | None:
    """Whose a cue is: its agent, the subject of the cue before, a name before it or after it."""
    before, after = sentence.text[low : cue.start()], sentence.text[cue.end() :]
    if _PASSIVE.search(before) and after.startswith(" by "):
        low = cue.end() + len(" by ")
        agent = [f for f in sentence.names if low <= f.start <= low + len("the ")]
        return _holder(agent, sentence, state, 0.6)
    joined = _AND.search(before)
    if joined and last is not None:
        return last
    if joined and (holder := _before(sentence, low, low + joined.start(), state)):
        return holder
    if _CONDITION.search(before):
        return None  # a condition is no statement
    return _before(sentence, low, cue.start(), state) or _after(sentence, cue.end(), state)


def _cue(text: str, match: re.Match[str], cues: Cues) -> Cue | None:
    low = match.group().lower()
    for cue in cues.verbs.get(low, []):
        if cue.group == "act" or cue.needs_that:
            continue
        if (
            cue.particle
            and cue.particle not in text[match.end() : match.end() + 30].lower().split()[:4]
        ):
            continue
        if (
            cue.group == "held"
            and low.endswith(("ing", "ed"))
            and not re.search(
                r"\b(?:is|are|has|have|was|were)\s+(?:\w+\s+)?$", text[: match.start()]
            )
        ):
            continue
        before = text[: match.start()].rstrip().split()[-1:] or [""]
        if before[0].lower() in {"the", "a", "an", "his", "her", "their", "its", "to", "of"}:
            continue
        return cue
    adjective = cues.adjectives.get(low)
    if adjective and re.search(
        r"\b(?:is|are|was|were|remains?)\s+(?:\w+\s+)?$", text[: match.start()]
    ):
        return adjective
    return None


def _holder(found: list[Found], sentence: Sentence, state: State, sure: float) -> Holder | None:
    persons = [f for f in found if f.role == "person"]
    if persons:
        actors: tuple[str, ...] = ()
        for person in (
            persons[:2]
            if len(persons) == 2 and " and " in sentence.text[persons[0].end : persons[1].start]
            else persons[:1]
        ):
            actors += state.person(person.label, [a for f in found for a in f.actors])[0]
        first = persons[0]
        return Holder(
            tuple(dict.fromkeys(actors)),
            first.label,
            first.start,
            first.end,
            "table" if actors else "none",
            sure,
            True,
        )
    if not found:
        return None
    actors = tuple(dict.fromkeys(a for f in found for a in f.actors))
    return Holder(
        actors,
        sentence.text[found[0].start : found[-1].end],
        found[0].start,
        found[-1].end,
        "text",
        sure,
        plural=len(actors) > 1,
    )


def _before(sentence: Sentence, low: int, high: int, state: State) -> Holder | None:
    text = sentence.text[low:high]
    breaks = list(_BREAK.finditer(text))
    start = low + (breaks[-1].end() if breaks else 0)
    names = [f for f in sentence.names if start <= f.start and f.end <= high and not f.place]
    asides = [m.span() for m in _ASIDE.finditer(sentence.text, start, high)]
    names = [f for f in names if not any(a <= f.start < b for a, b in asides)] or names
    bare = [f for f in names if not _PREPOSITION.search(sentence.text[: f.start])]
    chunk = sentence.text[start:high]
    pronoun = _PRONOUN.search(chunk)
    if pronoun:
        back = {
            "he": state.last_person,
            "she": state.last_person,
            "it": state.last_body,
            "they": state.last_body,
        }.get(pronoun.group(1).lower(), state.turn or state.signatories)
        if back is None or not back.actors:
            return None
        return Holder(
            back.actors,
            back.speaker,
            start + pronoun.start(1),
            start + pronoun.end(1),
            "inherited",
            0.5,
            back.person,
            back.plural,
        )
    words = {fold(w) for w in _WORD.findall(chunk)}
    if words & state.roles.unofficial and not any(f.role == "person" for f in bare):
        return Holder((), chunk, start, high, "none", 0.1, dropped=True)
    return _holder(bare or names, sentence, state, 0.7)


def _after(sentence: Sentence, low: int, state: State) -> Holder | None:
    stop = re.search(r"[,.;:]|\bthat\b", sentence.text[low:])
    high = low + (stop.start() if stop else 60)
    names = [f for f in sentence.names if low <= f.start <= low + 45 and f.end <= high]
    names = [f for f in names if not _PREPOSITION.search(sentence.text[: f.start])]
    return _holder(names, sentence, state, 0.6)
