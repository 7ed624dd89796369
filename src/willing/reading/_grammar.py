"""Small questions to a dependency tree: subject, agent, nesting."""

from __future__ import annotations

from dataclasses import dataclass

from willing.reading._cues import Cue
from willing.reading._types import Kind
from willing.reading._who import Holder, Sentence

__all__ = [
    "MODAL",
    "Utterance",
    "agent_of",
    "fits",
    "hypothetical",
    "is_verb",
    "nested",
    "subject_of",
]


MODAL = {"may", "might", "could"}
_IF = {"if", "unless", "until", "before", "once", "provided"}


@dataclass(slots=True)
class Utterance:
    """A statement inside one sentence, in offsets of the sentence."""

    holder: Holder
    cue: Cue | None
    cue_start: int
    cue_end: int
    start: int
    end: int
    kind: Kind
    mode: str = "indirect"
    negated: bool = False
    tail: int = -1  # where `..., the ministry said on Friday` begins, if it does


def is_verb(sentence: Sentence, i: int) -> bool:
    parsed = sentence.parsed
    if not parsed.tags[i].startswith("VB"):
        # the tagger takes "Bulgaria and Romania back the idea" for an adverb; the tree knows better
        return parsed.deps[i] == "ROOT" and parsed.child(i, "nsubj") is not None
    if parsed.deps[i] in {"amod", "compound", "aux", "auxpass"}:
        return False
    if (
        parsed.tags[i] == "VBN"
        and parsed.deps[i] == "advcl"
        and parsed.child(i, "aux", "auxpass") is None
    ):
        return False  # "asked whether", "if asked"
    # "troops promised by France" describes the troops
    return not (parsed.deps[i] == "acl" and parsed.tags[i] == "VBN")


def fits(sentence: Sentence, i: int, options: list[Cue]) -> Cue | None:
    parsed = sentence.parsed
    for cue in options:
        if cue.particle is not None:
            reach = 10 if cue.particle == "disposal" else 5
            following = [w.lower() for w in parsed.words[i + 1 : i + reach]]
            if cue.particle not in following:
                continue
        thing = parsed.child(i, "dobj")
        if cue.lemma == "add" and thing is not None and '"' not in sentence.text[parsed.end(i) :]:
            continue  # "will add a platoon"
        if cue.needs_that and parsed.child(i, "ccomp") is None:
            near = sentence.text[parsed.end(i) : parsed.end(i) + 12]
            if '"' not in near and " that " not in near:
                continue
        return cue
    return None


def subject_of(sentence: Sentence, i: int) -> tuple[int | None, bool]:
    """Subject of a verb, looked for up the tree; and whether it is the verb's own."""
    parsed = sentence.parsed
    owns = [k for k in parsed.children(i) if parsed.deps[k] in {"nsubj", "nsubjpass"}]
    owns = owns or [k for k in parsed.children(i) if parsed.deps[k] == "csubj"]
    if owns:  # where the parser found two, the nearer one
        return max((k for k in owns if k < i), default=owns[0]), True
    seen = 0
    while (
        parsed.deps[i] in {"conj", "xcomp", "advcl", "ccomp", "acl", "pcomp", "parataxis"}
        and seen < 4
    ):
        i = parsed.heads[i]
        seen += 1
        if parsed.tags[i].startswith(("NN", "PR")):
            if parsed.deps[i] != "dobj":  # "sent a letter offering": the sender offers
                return i, False
            i = parsed.heads[i]
        own = parsed.child(i, "nsubj", "nsubjpass")
        if own is not None:
            return own, False
    if parsed.deps[i] == "relcl":
        return parsed.heads[i], False
    return None, False


def agent_of(sentence: Sentence, i: int) -> int | None:
    parsed = sentence.parsed
    by = parsed.child(i, "agent")
    return parsed.child(by, "pobj") if by is not None else None


def nested(sentence: Sentence, i: int, upper: int) -> bool:
    """Whether word i is inside what word `upper` says."""
    parsed = sentence.parsed
    below = i
    for up in parsed.ancestors(i):
        if up == upper:
            dep = parsed.deps[below]
            if dep in {"conj", "parataxis"}:
                return parsed.child(below, "nsubj", "nsubjpass") is None
            if dep == "advcl":
                return parsed.child(below, "nsubj", "nsubjpass") is None or not _contrast(
                    sentence, below
                )
            return True
        below = up
    return False


def hypothetical(sentence: Sentence, i: int) -> bool:
    """Whether a verb stands in a clause of condition: what is said there is not said yet."""
    parsed = sentence.parsed
    for up in [i, *parsed.ancestors(i)]:
        if parsed.deps[up] == "advcl" and _IF & {
            parsed.words[k].lower()
            for k in parsed.children(up)
            if parsed.deps[k] in {"mark", "advmod"}
        }:
            return True
    return False


def _contrast(sentence: Sentence, i: int) -> bool:
    parsed = sentence.parsed
    mark = parsed.child(i, "mark", "advmod")
    return mark is not None and parsed.words[mark].lower() in {
        "while",
        "whereas",
        "as",
        "though",
        "although",
    }
