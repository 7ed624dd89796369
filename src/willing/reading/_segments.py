"""The coordinate clauses of a sentence: where one assertion ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass

from willing.reading._who import Sentence

__all__ = ["Segment", "segments"]

_CONTRAST = {"while", "whereas", "though", "although"}
_VERBAL = {"VB", "VBD", "VBZ", "VBP", "VBN", "VBG", "MD"}
_OPENERS = {"and", "but", "or", "nor", "yet", "with", ",", ";", ":", "-", "–", *_CONTRAST}


@dataclass(frozen=True, slots=True)
class Segment:
    """A clause that stands by itself: half-open range, its verb, and its subject if it has one."""

    start: int
    end: int
    verb: int
    subject: int | None


def segments(sentence: Sentence) -> list[Segment]:
    """Clauses joined by coordination, contrast or a semicolon, left to right.

    Clauses inside what is said, wanted or meant are no segments: `A said that B goes and C stays`
    is one. A predicate that shares its subject with the clause before is a segment without one.
    """
    parsed = sentence.parsed
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    if root is None:
        return []
    tops = [root]
    for top in tops:  # grows
        for k in parsed.children(top):
            if _stands_alone(sentence, k, top):
                tops.append(k)
    tops += [k for k in range(len(parsed.words)) if _with_subject(sentence, k)]
    cuts: list[tuple[int, int]] = []
    for top in tops[1:]:
        first = parsed.subtree(top)[0]
        while first < top and parsed.words[first].lower() in _OPENERS:
            first += 1
        cuts.append((first, top))
    ahead = [parsed.subtree(top)[-1] + 1 for top in tops[1:] if top < root]
    opening = max(ahead, default=0)
    while opening < root and parsed.words[opening].lower() in _OPENERS:
        opening += 1
    bounds = sorted([*cuts, (opening, root)])
    out: list[Segment] = []
    for n, (start, verb) in enumerate(bounds):
        stop = bounds[n + 1][0] if n + 1 < len(bounds) else len(parsed.words)
        while stop - 1 > start and parsed.words[stop - 1].lower() in _OPENERS:
            stop -= 1
        end = parsed.end(stop - 1) if stop <= len(parsed.words) else len(sentence.text)
        if n + 1 == len(bounds):
            end = len(sentence.text)
        subject = parsed.child(verb, "nsubj", "nsubjpass")
        out.append(Segment(parsed.starts[start] if n else 0, end, verb, subject))
    return out


def _trails(sentence: Sentence, k: int) -> bool:
    """`A will go, the minister announced on Friday`, where the parser coordinates the two."""
    parsed = sentence.parsed
    words = parsed.subtree(k)
    between = parsed.words[parsed.heads[k] + 1 : words[0]]
    last = next((w.lower() for w in reversed(between) if w not in {",", "-", "–"}), "")
    joined = last in {"and", "but", "or", "nor", "yet", ";"}
    after = parsed.tags[k + 1 :]
    quoted = '"' in sentence.text[parsed.end(k) :]
    return not joined and not quoted and not any(tag in _VERBAL for tag in after)


def _with_subject(sentence: Sentence, k: int) -> bool:
    """`..., with Berlin abstaining`: a clause of its own behind a preposition."""
    parsed = sentence.parsed
    if parsed.deps[k] != "pcomp" or parsed.tags[k] != "VBG":
        return False
    subject = parsed.child(k, "nsubj")
    above = parsed.words[parsed.heads[k]].lower()
    return above == "with" and subject is not None and not sentence.in_quote(parsed.starts[k])


def _stands_alone(sentence: Sentence, k: int, top: int) -> bool:
    parsed = sentence.parsed
    dep = parsed.deps[k]
    if parsed.tags[k] not in _VERBAL or sentence.in_quote(parsed.starts[k]):
        return False
    if dep == "conj":
        joint = {parsed.words[c].lower() for c in parsed.children(top) if parsed.deps[c] == "cc"}
        return k > top and "nor" not in joint and not _trails(sentence, k)
    subject = parsed.child(k, "nsubj", "nsubjpass")
    if subject is None:
        return False
    if dep == "advcl":
        mark = parsed.child(k, "mark", "advmod")
        return mark is not None and parsed.words[mark].lower() in _CONTRAST
    if k < top:
        other = parsed.child(top, "nsubj", "nsubjpass")
        after = parsed.end(parsed.subtree(k)[-1])
        return (
            dep == "ccomp"
            and other is not None
            and ";" in sentence.text[after : parsed.starts[other]]
        )
    if dep in {"ccomp", "parataxis"}:
        between = sentence.text[parsed.end(top) : parsed.starts[subject]]
        return ";" in between
    return False
