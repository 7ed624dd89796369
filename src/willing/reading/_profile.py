"""What kind of text it is, from its head and its labels: who is asked, who signs, whose house it
is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from willing.reading._blocks import label_of
from willing.reading._gazetteer import Found
from willing.reading._office import remember_office
from willing.reading._sentences import sentences
from willing.reading._view import fold, view_of
from willing.reading._who import Holder, State

__all__ = ["Profile", "profile"]

_HEAD = 1800
_TITLE_LINE = 160
_SCAN = 60_000
_SIGNED = re.compile(
    r"\b(?:(?:leaders|ministers|chairs?|co-chairs|heads of state)['’]? (?:joint )?statement|"
    r"joint (?:statement|declaration|communiqu\w+|press release)|communiqu\w+|declaration|"
    r"(?:official |press |written )?statement (?:by|of|from|on behalf of)|"
    r"(?:\w+ )?(?:remarks|speech|address|intervention) (?:by|of|from)|conclusions|press "
    r"release|"
    r"chair'?s (?:statement|summary)|final (?:act|document)|readout|memorandum of understanding|"
    r"the undersigned|resolution \d+)\b"
    r"|^[^\n.]{0,60}\b"
    r"(?:statement|declaration|understanding|appeal|accord|memorandum)[ \t]*(?= \.|\n|$)",
    re.I,
)
_TITLED = re.compile(
    r"\s(?:\w+\s)?(?:declaration|statement|communiqu\w+|summit|conclusions|accord|agreement|"
    r"understanding|document|appeal)",
    re.I,
)
_OFFICE_OF = re.compile(
    r"\bthe (?P<office>(?:\w+ )?(?:president|minister|chancellor|secretary|representative|envoy)) "
    r"(?:of|for) (?:\w+ )?(?:the )?(?=[A-Z])(?P<whose>)",
    re.I,
)
_DATED = re.compile(r",? (?:on )?\d{1,2} [A-Z][a-z]+|,? [A-Z][a-z]+ \d{1,2}")
_TOPIC = re.compile(
    r"\b(?:on|about|in|over|for|regarding|concerning|to|from|against|with) (?:the )?(?:\w+ )?$",
    re.I,
)
_WHERE = re.compile(r"\b(?:in|to|into|for|across|inside|over|on) (?:the )?$", re.I)
_MET = re.compile(
    r"\b(?:meeting|met|gathered|convened|assembled|adopted|issued|agreed|reviewed|undersigned)\b",
    re.I,
)
_CUT = re.compile(
    r"\s(?:on|regarding|concerning|about|following|at the|with a view|in support|after)\s", re.I
)
_LIST = re.compile(
    r"^[ \t\"'*#_-]{0,6}(?:participants?|present|participating states|signatories|signed by|"
    r"adopted by|"
    r"states represented|attending|delegations)\b[^:\n]{0,40}:[ \t]*(?P<names>[^\n]+(?:\n[^\n]+)*)",
    re.I | re.M,
)
_OPENING = re.compile(
    r"^[ \t\"'*#_-]{0,6}(?:\d{1,3}\.[ \t]*)?(?:we,? )?(?:the )?(?:undersigned )?(?:heads|leaders|"
    r"presidents|"
    r"prime ministers|(?:\w+ ){0,3}ministers|representatives|delegations|governments|"
    r"chiefs of (?:defence|staff)|envoys) (?:of (?:state|government|defence|foreign affairs|"
    r"state and government|the armed forces) )?(?:and \w+ )?of (?P<names>[^.;\n]+(?:\n[^.;\n]+)?)",
    re.I | re.M,
)
_INTERVIEW = re.compile(
    r"\binterview\w*|\b(?:in|a) conversation with\b|\btalks to\b|\bQ\s?&\s?A\b|\bspoke (?:to|"
    r"with)\b|"
    r"\bquestions? (?:to|and answers)\b|\bour (?:reporter|correspondent) asked\b",
    re.I,
)
_OFFICIAL = re.compile(
    r"\b(?:press (?:conference|briefing)|news conference|regierungspressekonferenz|estimates|"
    r"hearing|"
    r"committee|debate|oral (?:questions|answers)|question time|plenary|official (?:report|record)|"
    r"hansard|doorstop|chamber|senate|assembly|house of \w+|parliament|congress|sitting|session|"
    r"council of (?:ministers|states))\b",
    re.I,
)
_BRIEFING = re.compile(
    r"\b(?:government|ministry|federal|official)\b.{0,30}\b(?:conference|briefing)\b", re.I
)
_ROLE = re.compile(
    r"\b(?:president|(?:prime|foreign|defen[cs]e|interior) minister|minister|premier|chancellor|"
    r"taoiseach|secretary(?:[- ]general)?|ambassador|envoy|chief of (?:staff|defence)|general|"
    r"admiral|"
    r"commissioner|high representative|spokes\w+|ministry|government|chair\w*|head|leader|"
    r"speaker|lawmaker|deputy|senator|member|diplomat|commander|negotiator|official|adviser)\b",
    re.I,
)


@dataclass(slots=True)
class Profile:
    """What the prescan found. `askers` are labels whose turns are mostly questions."""

    askers: frozenset[str] = frozenset()
    interview: bool = False
    interviewee: Holder | None = None
    default: tuple[str, ...] = ()
    briefing: bool = False
    signatories: Holder | None = None
    host: str | None = None
    introduced: dict[str, tuple[str, ...]] = field(default_factory=dict)  # label -> of whom
    prompts: bool = False  # questions stand as paragraphs of their own, without labels
    labels: dict[str, int] = field(default_factory=dict)


def profile(text: str, state: State) -> Profile:
    """Look over a text once before it is read."""
    out = Profile()
    turns, first = _turns(text)
    out.labels = {label: len(said) for label, said in turns.items()}
    out.askers = frozenset(
        label for label, said in turns.items() if sum(said) >= 0.5 * len(said) and len(turns) > 1
    )
    head = view_of(text[: min(_HEAD, first)].replace("\n\n", " .\n\n")).text
    names = state.gazetteer.find(head)
    questions = re.findall(r"(?m)^[^\n]{8,220}\?[*\"”]*[ \t]*$", text[:_SCAN])
    out.prompts = not turns and len(questions) >= 2
    out.interview = bool(_INTERVIEW.search(head)) or bool(out.askers) or out.prompts
    if out.interview:
        out.interviewee = _interviewee(head, names, state)
    if len(turns) and (_OFFICIAL.search(head) or out.interview):
        out.default = _house(head, names, state)
    if turns and out.default == () and (_OFFICIAL.search(head) or out.interview):
        opened = view_of(text[: first + _HEAD].replace("\n\n", " .\n\n")).text
        named = _interviewee(opened, state.gazetteer.find(opened), state)
        out.default = named.actors if named is not None and len(named.actors) == 1 else ()
    out.introduced = _introduced(text, turns, state)
    out.briefing = bool(_BRIEFING.search(head))
    if not turns:
        out.signatories = _signatories(text, head, names, state)
    out.host = _host(text, state)
    for match in _OFFICE_OF.finditer(head):
        whose = next((f for f in names if f.start >= match.end("office") and f.actors), None)
        if whose is not None and whose.start == match.start("whose"):
            remember_office(match["office"], whose.actors, state)
    return out


def _house(head: str, names: list[Found], state: State) -> tuple[str, ...]:
    """Whose house or ministry speaks: the office named, the only state named, where it sits."""
    held = _interviewee(head, names, state)
    if held is not None and len(held.actors) == 1:
        return held.actors
    names = [f for f in names if not _TOPIC.search(head[max(0, f.start - 24) : f.start])]
    states = {f.actors for f in names if f.role in {"name", "adjective", "capital", "metonym"}}
    houses = [f for f in names if f.role == "organisation" and f.start < _TITLE_LINE]
    if not states and houses:
        return houses[0].actors
    if len(states) == 1:
        return next(iter(states))
    titled = {f.actors for f in names if f.role == "name" and f.start < _TITLE_LINE}
    if len(titled) == 1:  # "House of Commons Debates (Canada)"
        return next(iter(titled))
    for found in names:
        if found.role == "metonym":
            return found.actors
        if found.role == "capital" and _DATED.match(head, found.end):
            return found.actors
    return ()


def _introduced(
    text: str, labels: dict[str, list[bool]], state: State
) -> dict[str, tuple[str, ...]]:
    """Labels that the text expands: `I call the Special Representative of the European Union`."""
    found: dict[str, tuple[str, ...]] = {}
    opening = view_of(text[: 2 * _HEAD]).text
    low = opening.lower()
    for label in labels:
        if len(label) < 5:
            continue
        for match in re.finditer(re.escape(label) + r"(?: \w+){0,4}? (?:of|for) (?:the )?", low):
            names = state.gazetteer.find(opening[match.end() : match.end() + 60])
            if names and names[0].start <= 4 and names[0].actors:
                found[label] = names[0].actors
                break
    return found


def _host(text: str, state: State) -> str | None:
    """The state where the force is to stand: the one most often named as a place."""
    sample = view_of(text[: _HEAD * 4]).text
    counts = Counter(
        f.actors[0]
        for f in state.gazetteer.find(sample)
        if f.role == "name" and len(f.actors) == 1 and _WHERE.search(sample[: f.start][-12:])
    )
    first = counts.most_common(2)
    if not first or first[0][1] < 2 or (len(first) > 1 and first[0][1] < 1.5 * first[1][1]):
        return None
    return first[0][0]


def _turns(text: str) -> tuple[dict[str, list[bool]], int]:
    """Labels with, for each of their turns, whether it ends as a question; where the first
    stands.
    """
    turns: dict[str, list[bool]] = defaultdict(list)
    first = len(text)
    place = 0
    for line in text[:_SCAN].split("\n"):
        label = label_of(line)
        if label is not None:
            key = fold(label)
            turns[key].append(line.rstrip(' "”*').endswith("?"))
            first = min(first, place)
        place += len(line) + 1
    if len(turns) < 2 and sum(map(len, turns.values())) < 2:
        return {}, len(text)
    return dict(turns), first


def _interviewee(head: str, names: list[Found], state: State) -> Holder | None:
    """The office holder the head of an interview names, by name or by office."""
    person = next((f for f in names if f.role == "person"), None)
    if person is not None:
        actors, via, sure = state.person(person.label)
        if actors:
            return Holder(actors, person.label, -1, -1, via, sure, True)
    for found in names:
        if found.role not in {"name", "adjective", "organisation"}:
            continue
        after = head[found.end : found.end + 60]
        before = head[max(0, found.start - 60) : found.start]
        role = re.match(r"(?:'s?)?\s+(?:\w+ ){0,3}?" + _ROLE.pattern, after, re.I)
        of = re.search(_ROLE.pattern + r"(?: \w+){0,5} of (?:the )?$", before, re.I)
        if role or of:
            words = (
                head[found.start : found.end + role.end()]
                if role
                else head[
                    found.start
                    - len(before)
                    + of.start() : found.end  # type: ignore[union-attr]
                ]
            )
            return Holder(found.actors, " ".join(words.split()), -1, -1, "text", 0.8, True)
    return None


def _actors(head: str, names: list[Found], low: int, high: int, state: State) -> tuple[str, ...]:
    """Actors named in a stretch; the place a declaration is called after is none of them."""
    return tuple(
        dict.fromkeys(
            a
            for f in names
            if low <= f.start < high
            and not f.place
            and not (f.role == "capital" and _TITLED.match(head, f.end))
            for a in (f.actors or state.person(f.label)[0])
        )
    )


def _signatories(text: str, head: str, names: list[Found], state: State) -> Holder | None:
    """Those in whose name a declaration, communique or statement speaks."""
    titled = next((m for m in _SIGNED.finditer(head[:400]) if _entitles(head, m)), None)
    listed = _LIST.search(text[:_HEAD])
    opening = _OPENING.search(text[:_HEAD])
    actors: tuple[str, ...] = ()
    if titled is not None:
        cut = _CUT.search(head, titled.end())
        stop = head.find(" .", titled.end())
        reach = min(cut.start() if cut else len(head), stop if stop >= 0 else len(head), 400)
        actors = _actors(head, names, 0, reach, state)
        if not actors and stop >= 0:  # "statement following the meeting of the ..."
            inside = [f for f in names if f.role in {"organisation", "group"}]
            actors = _actors(head, inside, 0, stop, state)
    for match in (listed, opening):
        starts_we = match is opening and match is not None and "we" in match.group()[:8].lower()
        if match is not None and (titled is not None or starts_we) and len(actors) < 2:
            found = state.gazetteer.find(match["names"])
            cut = _CUT.search(match["names"])
            reach = cut.start() if cut and match is opening else len(match["names"])
            actors = _actors(match["names"], found, 0, reach, state) or actors
    body = any(f.role == "organisation" and set(f.actors) & set(actors) for f in names)
    if titled is not None and len(actors) < 2 and not body:
        actors = _gathered(head, names) or actors
    if titled is not None and not actors:  # "Adopted by the Security Council"
        actors = next((f.actors for f in names if f.role == "organisation" and f.start < 400), ())
    if titled is None and not actors:
        return None
    return Holder(actors, None, -1, -1, "inherited", 0.75, plural=len(actors) > 1)


def _entitles(head: str, match: re.Match[str]) -> bool:
    """Whether words such as `joint statement` stand in a title or open a text, not in a report."""
    first = head.rfind(" .", 0, match.start()) + 1
    stop = head.find(" .", match.end())
    line = head[first : stop if stop >= 0 else len(head)].strip(" .\n")
    ended = head[max(0, stop - 1) : stop] in {".", "!", "?", '"'} if stop >= 0 else True
    before = head[first : match.start()].strip(" .\n*_#").split()
    return (not ended and len(line.split()) <= 40) or len(before) <= 3


def _gathered(head: str, names: list[Found]) -> tuple[str, ...]:
    """States named together in the first sentence that tells of a meeting, or the one that
    speaks.
    """
    for start, end in sentences(head):
        inside = [f for f in names if start <= f.start < end and f.role in {"name", "organisation"}]
        states = tuple(dict.fromkeys(a for f in inside for a in f.actors))
        if len(states) > 1 and _MET.search(head[start:end]):
            return states
        speaks = re.match(
            r"\W*the (?:ministry|government|presidency|cabinet|office) of\b", head[start:end], re.I
        )
        if speaks and inside:
            return inside[0].actors
    return ()
