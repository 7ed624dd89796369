"""From a parsed sentence to utterances: which word marks a statement, whose, and over which words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from willing.reading._cues import Cue, Cues
from willing.reading._types import Kind
from willing.reading._who import Holder, Sentence, State, resolve

__all__ = ["Utterance", "utterances"]

_CLAUSAL = {"ccomp", "xcomp", "acl", "relcl", "advcl", "pcomp", "csubj", "dobj"}
_MODAL = {"may", "might", "could"}
_APART = re.compile(r"(?:,|;)?\s*(?:and|but|while|whereas|though|;)\s+(?:that\s+)?$")
_ABOUT_FORCE = re.compile(
    r"\b(?:troops?|soldiers?|peacekeep\w*|forces?|contingents?|mission|coalition|personnel|battalions?|"
    r"brigades?|batter(?:y|ies)|patriots?|air defen[cs]e|policing|engineers?|peace|ships?|frigates?|vessels?|minehunters?|jets?|aircraft|planes?|instructors?|deployment|"
    r"operation|boots|guarantees?)\b",
    re.I,
)


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


def utterances(sentence: Sentence, state: State, cues: Cues) -> list[Utterance]:
    """Find statements in a sentence with a dependency tree."""
    parsed = sentence.parsed
    said: list[tuple[int, Utterance]] = []
    for i, word in enumerate(parsed.words):
        options = cues.verbs.get(word.lower())
        if options is None or sentence.in_quote(parsed.starts[i]):
            continue
        cue = _fits(sentence, i, [c for c in options if c.group == "said"])
        if cue is None or not _is_verb(sentence, i):
            continue
        if any(
            _nested(sentence, i, j) and not _breaks_out(sentence, i, j, u, state) for j, u in said
        ):
            continue
        made = _said(sentence, i, cue, state, cues)
        if made is not None:
            said.append((i, made))
    found = [u for _, u in said]
    spoken = [i for i, _ in said]
    tails = [(j, u) for j, u in said if _is_tail(sentence, j)]
    source = _according(sentence, state)
    if source is not None and not found:
        found.append(source)
    if not (source is not None and found == [source]):
        found += _held(sentence, state, cues, spoken, [u.cue_start for _, u in tails])
    _spans(sentence, found, spoken)
    found = _without_tails(sentence, [u for u in found if not u.holder.dropped], state)
    found += _nouns(sentence, state, cues, spoken, found)
    return sorted(found, key=lambda u: u.start)


_TAIL = re.compile(
    r"\W*(?:(?:also|later|then|has|had|in a (?:statement|post|speech|letter|tweet|briefing|press release)|"
    r"(?:to|with|told|in) (?:reporters|journalists|parliament|lawmakers|an interview)|reporters|"
    r"on (?:\w+day|x|twitter|telegram|facebook|social media))\W*)*",
    re.I,
)


def _without_tails(sentence: Sentence, found: list[Utterance], state: State) -> list[Utterance]:
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


def _is_verb(sentence: Sentence, i: int) -> bool:
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


def _fits(sentence: Sentence, i: int, options: list[Cue]) -> Cue | None:
    parsed = sentence.parsed
    for cue in options:
        if cue.particle is not None:
            following = [w.lower() for w in parsed.words[i + 1 : i + 5]]
            if cue.particle not in following:
                continue
        if cue.needs_that and parsed.child(i, "ccomp") is None:
            near = sentence.text[parsed.end(i) : parsed.end(i) + 12]
            if '"' not in near and " that " not in near:
                continue
        return cue
    return None


def _subject(sentence: Sentence, i: int) -> tuple[int | None, bool]:
    """Subject of a verb, looked for up the tree; and whether it is the verb's own."""
    parsed = sentence.parsed
    own = parsed.child(i, "nsubj", "nsubjpass", "csubj")
    if own is not None:
        return own, True
    seen = 0
    while (
        parsed.deps[i] in {"conj", "xcomp", "advcl", "ccomp", "acl", "pcomp", "parataxis"}
        and seen < 4
    ):
        i = parsed.heads[i]
        seen += 1
        if parsed.tags[i].startswith(("NN", "PR")):
            return i, False
        own = parsed.child(i, "nsubj", "nsubjpass")
        if own is not None:
            return own, False
    if parsed.deps[i] == "relcl":
        return parsed.heads[i], False
    return None, False


def _agent(sentence: Sentence, i: int) -> int | None:
    parsed = sentence.parsed
    by = parsed.child(i, "agent")
    return parsed.child(by, "pobj") if by is not None else None


def _said(sentence: Sentence, i: int, cue: Cue, state: State, cues: Cues) -> Utterance | None:
    parsed = sentence.parsed
    subject, own = _subject(sentence, i)
    passive = parsed.child(i, "nsubjpass") is not None or parsed.child(i, "auxpass") is not None
    kind: Kind = "actor"
    mode = "indirect"
    if passive:
        agent = _agent(sentence, i)
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
        return None
    if not own and parsed.deps[i] == "xcomp" and _is_cue_verb(sentence, parsed.heads[i], cues):
        return None  # "refused to rule out": the upper verb speaks
    holder = resolve(sentence, subject, state)
    if holder is None:
        return None
    aux = {parsed.words[c].lower() for c in parsed.children(i) if parsed.deps[c] in {"aux", "neg"}}
    if kind == "actor" and aux & (_MODAL | {"will", "would", "should"}):
        head = parsed.words[i].lower()
        if aux & {"would", "should"} and not (holder.via == "inherited"):
            kind = "ascribed"
        else:
            kind = "forecast" if head not in {"call"} else "ascribed"
    if parsed.deps[i] == "xcomp":
        above = parsed.words[parsed.heads[i]].lower()
        if above in {"expected", "likely", "set", "due", "poised", "unlikely"}:
            kind = "forecast"
    return Utterance(holder, cue, parsed.starts[i], parsed.end(i), 0, 0, kind, mode, "not" in aux)


def _is_tail(sentence: Sentence, i: int) -> bool:
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


def _is_cue_verb(sentence: Sentence, i: int, cues: Cues) -> bool:
    options = cues.verbs.get(sentence.parsed.words[i].lower(), [])
    return any(c.group == "said" for c in options)


def _nested(sentence: Sentence, i: int, upper: int) -> bool:
    """Whether word i is inside what word `upper` says."""
    parsed = sentence.parsed
    below = i
    for up in parsed.ancestors(i):
        if up == upper:
            dep = parsed.deps[below]
            if dep in {"conj", "parataxis"}:
                return parsed.child(i, "nsubj", "nsubjpass") is None or below != i
            if dep == "advcl":
                return parsed.child(below, "nsubj", "nsubjpass") is None or not _contrast(
                    sentence, below
                )
            return True
        below = up
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


def _breaks_out(sentence: Sentence, i: int, j: int, upper: Utterance, state: State) -> bool:
    """`A said ..., and his ambassador B said ...` where the parser nests the second in the first."""
    parsed = sentence.parsed
    subject = parsed.child(i, "nsubj")
    if (
        subject is None
        or i < j
        or parsed.words[subject].lower() in {"he", "she", "it", "they", "who", "which", "that"}
    ):
        return False
    left = parsed.starts[min(parsed.subtree(subject))]
    if not _APART.search(sentence.text[:left]):
        return False
    holder = resolve(sentence, subject, state)
    return holder is not None and bool(holder.actors) and holder.speaker != upper.holder.speaker


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


def _predicates(sentence: Sentence, cues: Cues) -> list[tuple[int, Cue]]:
    parsed = sentence.parsed
    out: list[tuple[int, Cue]] = []
    for i, word in enumerate(parsed.words):
        if sentence.in_quote(parsed.starts[i]):
            continue
        low = word.lower()
        adjective = cues.adjectives.get(low)
        if adjective is not None and parsed.deps[i] in {
            "acomp",
            "oprd",
            "ROOT",
            "conj",
            "attr",
            "prep",
            "advcl",
            "ccomp",
        }:
            out.append((i, adjective))
            continue
        options = [c for c in cues.verbs.get(low, []) if c.group in {"held", "act"}]
        if not options or not _is_verb(sentence, i):
            continue
        cue = _fits(sentence, i, options)
        purpose = parsed.deps[i] == "advcl" and parsed.tags[i] == "VB"  # "met to discuss"
        if (
            cue is not None
            and not purpose
            and parsed.deps[i] not in {"amod", "compound", "acl", "pcomp"}
        ):
            out.append((i, cue))
    return out


def _held(
    sentence: Sentence, state: State, cues: Cues, spoken: list[int], tails: list[int]
) -> list[Utterance]:
    """What the author ascribes or expects: wants, plans, is ready, is unlikely."""
    parsed = sentence.parsed
    out: list[tuple[int, Utterance]] = []
    for i, cue in _predicates(sentence, cues):
        if any(parsed.starts[i] < tail for tail in tails):  # "..., the minister said" speaks of it
            continue
        if any(_nested(sentence, i, j) or i == j for j in spoken) or any(
            _nested(sentence, i, j) for j, _ in out
        ):
            continue
        verb = i
        if cue.group == "adjective" and parsed.deps[i] in {"acomp", "oprd", "attr", "prep"}:
            verb = parsed.heads[i]
        if any(_nested(sentence, verb, j) or verb == j for j in spoken):
            continue
        if cue.group == "act" and (
            parsed.tags[i] in {"VBD", "VBN"}
            and not _has(sentence, i, {"has", "have"})
            or not _ABOUT_FORCE.search(sentence.text[parsed.end(i) :])
        ):
            continue
        subject, own = _subject(sentence, verb)
        if subject is None:
            continue
        agent = _agent(sentence, i)
        if parsed.child(i, "auxpass") is not None:
            if agent is None:
                continue
            subject = agent
        holder = resolve(sentence, subject, state)
        if holder is None or not holder.actors or holder.dropped:
            continue
        kind: Kind = "ascribed"
        words = {parsed.words[c].lower() for v in {i, verb} for c in parsed.children(v)}
        future = words & {"will", "would"} and cue.group == "held"
        if words & _MODAL or words & {"likely", "probably", "presumably", "expected"} or future:
            kind = "forecast"
        if cue.lemma in {"likely", "unlikely"} or (
            parsed.deps[verb] == "xcomp"
            and parsed.words[parsed.heads[verb]].lower()
            in {"expected", "likely", "unlikely", "set", "poised"}
        ):
            kind = "forecast"
        out.append((verb, Utterance(holder, cue, parsed.starts[i], parsed.end(i), 0, 0, kind,
                                    "ascribed", "not" in words)))  # fmt: skip
    # coordinated predicates of one holder are one statement
    kept: list[Utterance] = []
    for _, u in out:
        if not any(k.holder.actors == u.holder.actors for k in kept):
            kept.append(u)
    spoken += [v for v, _ in out]
    return kept


def _has(sentence: Sentence, i: int, words: set[str]) -> bool:
    parsed = sentence.parsed
    return any(parsed.words[c].lower() in words for c in parsed.children(i))


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


def _spans(sentence: Sentence, found: list[Utterance], heads: list[int]) -> None:
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
        u.start, u.end = _trim(text, u.start, u.end)


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


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
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


def _nouns(
    sentence: Sentence, state: State, cues: Cues, spoken: list[int], found: list[Utterance]
) -> list[Utterance]:
    """Statements wrapped in a noun: `his promise to`, `the scepticism of the US`."""
    parsed = sentence.parsed
    out: list[Utterance] = []
    for i, word in enumerate(parsed.words):
        cue = cues.nouns.get(word.lower())
        if (
            cue is None
            or not parsed.tags[i].startswith("NN")
            or sentence.in_quote(parsed.starts[i])
        ):
            continue
        if cue.lean is None and cue.lemma not in {"signal", "stance", "insistence", "position"}:
            continue
        if any(_nested(sentence, i, j) for j in spoken) or parsed.deps[i] == "compound":
            continue
        if any(
            u.kind == "actor" and u.start <= parsed.starts[i] < u.end and u.mode != "x"
            for u in found
        ):
            continue
        holder = _noun_holder(sentence, i, state)
        if holder is None or not holder.actors:
            continue
        words = parsed.subtree(i)
        start, end = parsed.starts[words[0]], parsed.end(words[-1])
        if parsed.deps[i] in {
            "nsubj",
            "nsubjpass",
        }:  # "the signals are that ...": to the end of the clause
            end = parsed.end(parsed.subtree(parsed.heads[i])[-1])
            if parsed.deps[parsed.heads[i]] == "ROOT" and not out and not found:
                start = min(start, parsed.starts[words[0]])
        start, end = _trim(sentence.text, start, min(end, len(sentence.text)))
        if any(min(end, u.end) - max(start, u.start) > 0.5 * (end - start) and
               set(u.holder.actors) & set(holder.actors) for u in (*found, *out)):  # fmt: skip
            continue
        out.append(
            Utterance(
                holder, cue, parsed.starts[i], parsed.end(i), start, end, "ascribed", "nominal"
            )
        )
    return out


def _noun_holder(sentence: Sentence, i: int, state: State) -> Holder | None:
    parsed = sentence.parsed
    poss = parsed.child(i, "poss")
    if poss is None and parsed.deps[i] == "conj":
        poss = parsed.child(parsed.heads[i], "poss")
    if poss is not None:
        if parsed.words[poss].lower() in {"his", "her", "their", "its"}:
            back = {"his": state.last_person, "her": state.last_person}.get(
                parsed.words[poss].lower(), state.last_body
            )
            start = parsed.starts[poss]
            if back is None or not back.actors:
                return None
            return Holder(
                back.actors, back.speaker, start, parsed.end(poss), "inherited", 0.55, back.person
            )
        return resolve(sentence, poss, state)
    for prep in parsed.children(i):
        if parsed.deps[prep] == "prep" and parsed.words[prep].lower() in {"of", "from", "by"}:
            noun = parsed.child(prep, "pobj")
            if noun is not None:
                holder = resolve(sentence, noun, state)
                if holder is not None and holder.actors:
                    return holder
                listed = [f for f in sentence.names if any(
                    f.start <= parsed.starts[k] < f.end for k in parsed.subtree(noun)
                ) and f.role in {"name", "organisation", "metonym", "group"} and _after_such(sentence, f.start)]  # fmt: skip
                if listed:
                    actors = tuple(dict.fromkeys(a for f in listed for a in f.actors))
                    return Holder(actors, sentence.text[listed[0].start : listed[-1].end],
                                  listed[0].start, listed[-1].end, "text", 0.7, plural=len(actors) > 1)  # fmt: skip
    for k in parsed.children(i):
        if parsed.deps[k] in {"amod", "compound", "nmod"}:
            name = next((f for f in sentence.names if f.start <= parsed.starts[k] < f.end), None)
            if name is not None and name.role in {"adjective", "organisation", "group"}:
                return Holder(
                    name.actors,
                    sentence.text[name.start : name.end],
                    name.start,
                    name.end,
                    "text",
                    0.75,
                )
    return None


def _after_such(sentence: Sentence, place: int) -> bool:
    before = sentence.text[:place].lower()
    return "such as" in before or "including" in before
