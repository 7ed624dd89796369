"""What the author ascribes to an actor or expects of it: verbs and adjectives of holding, and
nouns.
"""

from __future__ import annotations

import re

from willing.reading._cues import Cue, Cues
from willing.reading._grammar import MODAL, Utterance, agent_of, fits, is_verb, nested, subject_of
from willing.reading._resolve import resolve
from willing.reading._segments import Segment
from willing.reading._spans import trim
from willing.reading._types import Kind
from willing.reading._who import Holder, Sentence, State

__all__ = ["EXPECTED", "flat", "held", "nominal"]


#: words of the author that turn a position into an expectation
EXPECTED = MODAL | {"likely", "unlikely", "probably", "presumably", "expected", "perhaps", "hardly"}

#: verbs that answer what another has said
_ANSWERS = ("welcom", "prais", "commend", "note", "noting", "applaud", "hail", "reject", "regret")
#: verbs of events, not of positions
_EVENTS = {"met", "meet", "meets", "began", "started", "arrived", "gathered", "happened", "died"}
_ABOUT_FORCE = re.compile(
    r"\b(?:troops?|soldiers?|peacekeep\w*|forces?|contingents?|mission|coalition|personnel|"
    r"battalions?|"
    r"brigades?|batter(?:y|ies)|patriots?|air defen[cs]e|policing|engineers?|peace|ships?|"
    r"frigates?|vessels?|minehunters?|jets?|aircraft|planes?|instructors?|deployment|"
    r"operation|boots|guarantees?|compan(?:y|ies)|platoons?|police|officers|observers?|monitors?|"
    r"helicopters?|hospitals?|medics|instructors|staff|headquarters|marines|gendarmes|it)\b",
    re.I,
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
        if not options or not is_verb(sentence, i):
            continue
        cue = fits(sentence, i, options)
        purpose = parsed.deps[i] == "advcl" and parsed.tags[i] == "VB"  # "met to discuss"
        if (
            cue is not None
            and not purpose
            and parsed.deps[i] not in {"amod", "compound", "acl", "pcomp"}
        ):
            out.append((i, cue))
    return out


def held(
    sentence: Sentence,
    state: State,
    cues: Cues,
    parts: list[Segment],
    spoken: list[int],
    tails: list[int],
) -> list[Utterance]:
    """What the author ascribes or expects: wants, plans, is ready, is unlikely."""
    parsed = sentence.parsed
    out: list[tuple[int, Utterance]] = []
    for i, cue in _predicates(sentence, cues):
        if any(parsed.starts[i] < tail for tail in tails):  # "..., the minister said" speaks of it
            continue
        here = _segment(parts, parsed.starts[i])
        if any(nested(sentence, i, j) or i == j for j in spoken) or any(
            nested(sentence, i, j) and _segment(parts, parsed.starts[j]) is here for j, _ in out
        ):
            continue
        verb = i
        if cue.group == "adjective" and parsed.deps[i] in {"acomp", "oprd", "attr", "prep"}:
            verb = parsed.heads[i]
        if any(nested(sentence, verb, j) or verb == j for j in spoken):
            continue
        if cue.group == "act" and (
            (parsed.tags[i] in {"VBD", "VBN"} and not _has(sentence, i, {"has", "have"}))
            or not _ABOUT_FORCE.search(sentence.text[parsed.end(i) :])
        ):
            continue
        subject, _own = subject_of(sentence, verb)
        if subject is None:
            continue
        agent = agent_of(sentence, i)
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
        if words & EXPECTED or future:
            kind = "forecast"
        if cue.lemma in {"likely", "unlikely"} or (
            parsed.deps[verb] == "xcomp"
            and parsed.words[parsed.heads[verb]].lower()
            in {"expected", "likely", "unlikely", "set", "poised"}
        ):
            kind = "forecast"
        out.append(
            (
                verb,
                Utterance(
                    holder,
                    cue,
                    parsed.starts[i],
                    parsed.end(i),
                    0,
                    0,
                    kind,
                    "ascribed",
                    "not" in words,
                ),
            )
        )
    # predicates of one holder in one clause are one statement
    kept: list[Utterance] = []
    for _, u in sorted(out, key=lambda pair: _aside(sentence, pair[0])):  # the main clause first
        place = _segment(parts, u.cue_start)
        if not any(
            k.holder.actors == u.holder.actors and _segment(parts, k.cue_start) is place
            for k in kept
        ):
            kept.append(u)
    spoken += [v for v, _ in out]
    return kept


def _segment(parts: list[Segment], place: int) -> Segment | None:
    return next((p for p in reversed(parts) if p.start <= place), parts[0] if parts else None)


def flat(
    sentence: Sentence,
    state: State,
    parts: list[Segment],
    found: list[Utterance],
    spoken: list[int],
) -> list[Utterance]:
    """Clauses of an actor without any cue: `Riyadh stays away`, `and so does Cairo`.

    Whether they say something is for the reader of meanings to judge.
    """
    parsed = sentence.parsed
    out: list[Utterance] = []
    for n, part in enumerate(parts):
        end = parts[n + 1].start if n + 1 < len(parts) else len(sentence.text) + 1
        inside = [u for u in found if (part.start if n else 0) <= u.cue_start < end]
        verb = part.verb
        if inside or sentence.in_quote(parsed.starts[verb]):
            continue
        subject, own = subject_of(sentence, verb)
        if subject is None or (not own and not out and not found):
            continue
        if parsed.child(verb, "nsubjpass") is not None or parsed.words[verb].lower() in _EVENTS:
            continue
        holder = resolve(sentence, subject, state)
        if holder is None or not holder.actors or holder.dropped:
            continue
        if not own and not any(u.holder.actors == holder.actors for u in (*found, *out)):
            continue
        words = {w.lower() for w in parsed.words[parsed.at(part.start) : parsed.at(part.end - 1)]}
        kind: Kind = "forecast" if words & EXPECTED else "ascribed"
        out.append(
            Utterance(holder, None, parsed.starts[verb], parsed.end(verb), 0, 0, kind, "flat")
        )
    return out


def _aside(sentence: Sentence, i: int) -> bool:
    """Whether a verb stands in a relative clause."""
    return any(sentence.parsed.deps[k] == "relcl" for k in (i, *sentence.parsed.ancestors(i)))


def _has(sentence: Sentence, i: int, words: set[str]) -> bool:
    parsed = sentence.parsed
    return any(parsed.words[c].lower() in words for c in parsed.children(i))


def nominal(
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
        if any(nested(sentence, i, j) for j in spoken) or parsed.deps[i] == "compound":
            continue
        holder = _noun_holder(sentence, i, state)
        if holder is None or not holder.actors:
            continue
        around = [u for u in found if u.kind == "actor" and u.start <= parsed.starts[i] < u.end]
        if any(set(u.holder.actors) & set(holder.actors) for u in around) or (
            around and not _taken_up(sentence, i)
        ):
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
        start, end = trim(sentence.text, start, min(end, len(sentence.text)))
        _part_relative(sentence, found, start)
        if any(
            min(end, u.end) - max(start, u.start) > 0.5 * (end - start)
            and set(u.holder.actors) & set(holder.actors)
            for u in (*found, *out)
        ):
            continue
        out.append(
            Utterance(
                holder, cue, parsed.starts[i], parsed.end(i), start, end, "ascribed", "nominal"
            )
        )
    return out


def _taken_up(sentence: Sentence, i: int) -> bool:
    """`welcomed the offer of Benin`: what one actor answers is another's statement as well."""
    parsed = sentence.parsed
    verb = parsed.words[parsed.heads[i]].lower()
    return parsed.deps[i] in {"dobj", "pobj"} and verb.startswith(_ANSWERS)


def _part_relative(sentence: Sentence, found: list[Utterance], start: int) -> None:
    """End an ascription before a `, which ...` that holds a statement of its own."""
    for u in found:
        if u.kind != "actor" and u.cue_end < start < u.end:
            which = sentence.text.rfind(", which ", u.cue_end, start)
            if which >= 0:
                u.end = which


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
                listed = [
                    f
                    for f in sentence.names
                    if any(f.start <= parsed.starts[k] < f.end for k in parsed.subtree(noun))
                    and f.role in {"name", "organisation", "metonym", "group"}
                    and _after_such(sentence, f.start)
                ]
                if listed:
                    actors = tuple(dict.fromkeys(a for f in listed for a in f.actors))
                    return Holder(
                        actors,
                        sentence.text[listed[0].start : listed[-1].end],
                        listed[0].start,
                        listed[-1].end,
                        "text",
                        0.7,
                        plural=len(actors) > 1,
                    )
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
