"""The setting of a text: who has the floor, who signs, whose parliament it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from willing.reading._blocks import Block
from willing.reading._gazetteer import Found
from willing.reading._view import fold
from willing.reading._who import Holder, State

__all__ = ["Setting"]

_HEAD = 8
_SIGNED = re.compile(
    r"\b(?:(?:leaders|ministers|chairs?|co-chairs|heads of state)['’]? (?:joint )?statement|"
    r"joint (?:statement|declaration|communiqu\w+|press release)|communiqu\w+|declaration|"
    r"(?:official |press |written )?statement (?:by|of|from|on behalf of)|conclusions|press "
    r"release|"
    r"chair'?s (?:statement|summary)|co-chairs|we, the|the undersigned|heads of state (?:and|or) "
    r"government of|"
    r"ministers of [A-Z])",
    re.I,
)
_CUT = re.compile(
    r"\s(?:on|regarding|concerning|about|following|at the|with a view|in support)\s", re.I
)
_INTERVIEW = re.compile(
    r"\binterview(?:ed)?\b|\bin conversation\b|\btalks to\b|\bQ\s?&\s?A\b|\bspoke to\b", re.I
)
_OFFICIAL_SETTING = re.compile(
    r"\b(?:press (?:conference|briefing)|news conference|regierungspressekonferenz|estimates|"
    r"hearing|"
    r"committee|debate|oral questions|question time|plenary|official report|hansard|doorstop)\b",
    re.I,
)
_BRIEFING = re.compile(
    r"\b(?:government|ministry|federal|official)\b.{0,30}\b(?:conference|briefing)\b", re.I
)
_SPEAKS = re.compile(
    r"\b(?:minist(?:er|ry)|spokes\w+|secretary|sts|admiral|general|lieutenant|ambassador|chief|"
    r"chancellor|commissioner|under-?secretary|director)\b",
    re.I,
)
_ANSWER = re.compile(r"^(?:a|answer|reply|response)$", re.I)
_OFFICE = (
    (re.compile(r"prime minister|taoiseach|chancellor|premier", re.I), "head_of_government"),
    (re.compile(r"president", re.I), "head_of_state"),
    (
        re.compile(r"foreign (?:secretary|minister|affairs)|secretary of state$", re.I),
        "foreign_minister",
    ),
    (re.compile(r"defen[cs]e", re.I), "defence_minister"),
    (re.compile(r"secretary[- ]general", re.I), "secretary_general"),
)
_OFFICE_ONLY = re.compile(
    r"(?:the )?(?:prime minister|(?:deputy |vice )?president|chancellor|taoiseach|foreign "
    r"(?:secretary|minister)|"
    r"(?:secretary of state|minister) (?:for|of) (?:defen[cs]e|foreign affairs)|defen[cs]e "
    r"(?:secretary|minister))"
)
_MEMBER = re.compile(r"(?:[A-Z][\w'’.-]+ ){1,4}[A-Z][\w'’.-]+(?: \([^)]*\)){0,3}")
_PARLIAMENT = {
    "House of Commons",
    "House of Lords",
    "Bundestag",
    "Sejm",
    "Riksdag",
    "Storting",
    "Folketing",
    "Folketinget",
    "Eduskunta",
    "Riigikogu",
    "Saeima",
    "Seimas",
    "Dail",
    "Dáil",
    "Oireachtas",
    "Tweede Kamer",
    "State Duma",
    "Verkhovna Rada",
    "Congress",
    "Assemblee nationale",
    "Westminster",
    "Assemblée nationale",
}


@dataclass(slots=True)
class Setting:
    """Follows labels, titles and signatures through a document."""

    state: State
    turn: Holder | None = None
    _asked: bool = False
    _interviewee: Holder | None = None
    _count: int = 0
    _signed: bool = False
    _setting: bool = False
    _briefing: bool = False

    def enter(self, block: Block, text: str, names: list[Found]) -> None:
        """Take in a block before its statements are read."""
        self._count += 1
        if self._count <= _HEAD:
            self._header(block, text, names)
        if block.kind == "question":
            self._asked = True
            return
        if block.label is not None:
            self._asked = False
            self.turn = self._speaker(block.label)
            self.state.turn = self.turn
            if self.turn.actors:
                self.state.note(self.turn)
        elif block.kind == "heading":
            label = self._name_only(text, names)
            if label is not None:
                self.turn = self.state.turn = label
        elif (
            self._interviewee is not None and self.turn is None and text.rstrip(" *").endswith("?")
        ):
            self._asked = True
        elif self._asked and self._interviewee is not None:
            self.turn = self.state.turn = self._interviewee
            self._asked = False

    def skips(self, block: Block) -> bool:
        """Whether a block is a question of an interviewer."""
        return self._asked or (self.turn is not None and self.turn.dropped)

    def speaks(self, holder: Holder) -> bool:
        """Whether a holder is the one who has the floor or signs."""
        floor = self.turn or self.state.signatories
        return floor is not None and bool(holder.actors) and set(holder.actors) <= set(floor.actors)

    def _header(self, block: Block, text: str, names: list[Found]) -> None:
        state = self.state
        for found in names:
            if text[found.start : found.end] in _PARLIAMENT and not state.default:
                state.default = found.actors
        if not state.default and _OFFICIAL_SETTING.search(text) and block.label is None:
            self._briefing = self._briefing or bool(_BRIEFING.search(text))
            self._setting = True
        if self._setting and not state.default and self._count <= 4 and block.label is None:
            states = {
                f.actors for f in names if f.role in {"name", "adjective", "capital", "metonym"}
            }
            if len(states) == 1:
                state.default = states.pop()
        if _INTERVIEW.search(text) and self._interviewee is None:
            person = next((f for f in names if f.role == "person"), None)
            if person is not None:
                actors, via, sure = state.person(person.label)
                self._interviewee = Holder(actors, person.label, -1, -1, via, sure, True)
        match = _SIGNED.search(text)
        if match is None or block.label is not None or (self._signed and state.signatories):
            return
        if block.kind != "heading" and not re.match(
            r"\W*(?:we,? the |joint |communiqu|declaration|statement (?:by|of|from))", text, re.I
        ):
            return
        cut = _CUT.search(text, match.end())
        reach = cut.start() if cut else min(len(text), 400)
        if not any(f.start < reach for f in names):  # "statement following the meeting of the ..."
            names = [f for f in names if f.role in {"organisation", "group"}]
            reach = len(text)
        actors = tuple(
            dict.fromkeys(
                a
                for f in names
                if f.start < reach and not f.place
                for a in (f.actors or state.person(f.label)[0])
            )
        )
        if actors or "ministers" in text.lower() or "leaders" in text.lower():
            state.signatories = Holder(
                actors, None, -1, -1, "inherited", 0.75, plural=len(actors) > 1
            )
            self._signed = bool(actors)
            if actors:
                self.turn = state.turn = state.signatories

    def _name_only(self, text: str, names: list[Found]) -> Holder | None:
        """`Keir Starmer` or `The Prime Minister (Keir Starmer)` alone on a line opens a turn."""
        people = [f for f in names if f.role == "person"]
        if not people and self.state.default and _OFFICE_ONLY.fullmatch(fold(text).strip(" :*")):
            return self._speaker(text.strip())
        if not people and self.turn is not None and _MEMBER.fullmatch(text.strip()):
            return Holder((), text.strip(), -1, -1, "none", 0.2, True, dropped=True)
        bare = re.sub(r"\([^)]*\)", "", text).strip(" :*")
        if len(text) > 90 or len(people) != 1:
            return None
        rest = fold(bare.replace(text[people[0].start : people[0].end], ""))
        rest = re.sub(
            r"\b(?:the|sir|dame|lord|mr|mrs|ms|prime|minister|president|secretary|of|"
            r"state|for|"
            r"foreign|defence|chancellor|affairs|and)\b|[^a-z]",
            "",
            rest,
        )
        return self._speaker(text.strip()) if not rest else None

    def _by_surname(self, label: str) -> Found | None:
        """The one office holder of the day with a surname of the label: labels give no more."""
        day = self.state.published
        for word in re.findall(r"[^\W\d_][\w'’-]+", re.sub(r"\([^)]*\)", " ", label))[::-1]:
            held = {
                h.person
                for h in self.state.gazetteer.holdings
                if fold(h.person.split()[-1]) == fold(word)
                and (h.in_force(day) if day is not None else not h.until)
            }
            if len(held) == 1:
                return Found(0, 0, "person", (), held.pop())
        return None

    def _speaker(self, label: str) -> Holder:
        """Resolve the words that name the speaker of a turn."""
        state = self.state
        names = state.gazetteer.find(label)
        hints = [a for f in names if f.role != "person" for a in f.actors]
        person = next((f for f in names if f.role == "person"), None)
        if person is None:
            for word in re.findall(r"[^\W\d_][\w'’-]+", label):
                known = state.persons.get(fold(word))
                if known is not None:
                    actors, via, sure = (
                        (known[1], "text", 0.85) if known[1] else state.person(known[0], hints)
                    )
                    return Holder(actors, known[0], -1, -1, via, sure, True, dropped=known[2])  # type: ignore[arg-type]
        if person is None:
            person = self._by_surname(label)
        if person is not None:
            actors, via, sure = state.person(person.label, hints)
            return Holder(actors, person.label, -1, -1, via, sure, True)
        if _ANSWER.match(label.strip()) and self._interviewee is not None:
            return self._interviewee
        if hints:
            return Holder((hints[0],), label, -1, -1, "text", 0.85, True)
        for pattern, office in _OFFICE:
            if pattern.search(label) and state.default:
                holding = state.gazetteer.office(state.default[0], [office], state.published)
                speaker = holding.person if holding and state.published else label
                return Holder(
                    state.default, speaker, -1, -1, "table" if holding else "inherited", 0.7, True
                )
        if (
            self._interviewee is not None
            and self._interviewee.speaker
            and fold(label) in fold(self._interviewee.speaker)
        ):
            return self._interviewee
        if state.default and (self._briefing or _SPEAKS.search(label)):
            return Holder(state.default, label, -1, -1, "inherited", 0.6, True)
        return Holder((), label, -1, -1, "none", 0.2, True, dropped=True)
