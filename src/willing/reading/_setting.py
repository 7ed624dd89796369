"""The setting of a text: who has the floor, who signs, whose parliament it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from willing.case.ladder import Domain
from willing.reading._blocks import Block
from willing.reading._gazetteer import Found
from willing.reading._profile import Profile
from willing.reading._sentences import sentences
from willing.reading._view import fold
from willing.reading._what import Reader, plain
from willing.reading._who import Holder, State

__all__ = ["Setting"]

_FADE = 0.2
_WARM = 0.25

_SPEAKS = re.compile(
    r"\b(?:minist(?:er|ry)|spokes\w+|secretary|sts|admiral|general|lieutenant|ambassador|chief|"
    r"chancellor|commissioner|under-?secretary|director)\b",
    re.I,
)
_OWN = re.compile(r"\b(?:I|we|We|our|Our|my|My|us|yes|Yes|no|No)\b")
_ASK = re.compile(r"\?[*\"”'_]*\s*$")
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
_HOUSE = re.compile(
    r"\b(?:speaker (?:of|for) the (?:opposition|coalition|\w+ (?:group|party))|opposition|"
    r"(?:parliamentary )?group|rapporteur|deputy|senator|member of (?:parliament|congress))\b",
    re.I,
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
    """Follows labels and questions through a document whose profile is known."""

    state: State
    profile: Profile
    turn: Holder | None = None
    question: str | None = None  # the one that is being answered
    topic: Domain = "any"  # the domain named last
    heat: float = 0.0  # share of the last sentences that were about a force, fading
    _asked: bool = False
    _answered: bool = False  # the paragraph before was the first of an answer

    def __post_init__(self) -> None:
        self.state.default = self.profile.default
        self.state.signatories = self.profile.signatories
        if self.profile.signatories is not None and self.profile.signatories.actors:
            self.turn = self.state.turn = self.profile.signatories

    @property
    def warm(self) -> bool:
        """Whether the text around is about a force, so that what stays unnamed is about it too."""
        return self.heat >= _WARM

    def heard(self, reader: Reader, text: str) -> None:
        """Take note of what a sentence was about."""
        about = reader.issue(plain(text)) in {"participation", "mission", "mandate"}
        self.heat += _FADE * (about - self.heat)
        self.named(reader, text)

    def named(self, reader: Reader, text: str) -> None:
        """Take note of the domain some words name."""
        domain = reader.domain(plain(text))
        if domain != "any":
            self.topic = domain

    def enter(self, block: Block, text: str, names: list[Found]) -> None:
        """Take in a block before its statements are read."""
        for found in names:
            if text[found.start : found.end] in _PARLIAMENT and not self.state.default:
                self.state.default = found.actors
        if block.kind == "question":
            self._asked = True
            self.question = text
        elif block.label is not None:
            self._labelled(block.label)
        elif block.kind == "heading":
            self.topic = "any"
            label = self._name_only(text, names)
            if label is not None:
                self._asked = False
                self.turn = self.state.turn = label
        elif self._is_put(text):
            self._asked = True
            self.question = text
        elif self._asked and self.profile.interviewee is not None:
            self.turn = self.state.turn = self.profile.interviewee
            self._asked = False
            self._answered = True
            return
        self._answered = False
        if self._asked and block.label is not None:
            self.question = text

    def _is_put(self, text: str) -> bool:
        """Whether a paragraph without a label is put to the one who is interviewed."""
        if not self.profile.prompts:
            return False
        asks = len(text.split()) <= 45 and _asks(text)
        return asks or (self._answered and _is_prompt(text))

    def _labelled(self, label: str) -> None:
        self._asked = False
        self.state.third = None
        turn = self._speaker(label)
        if fold(label) in self.profile.askers and (
            turn.dropped or turn.via == "inherited" or turn == self.profile.interviewee
        ):
            self._asked = True
            return
        self.turn = self.state.turn = turn
        if turn.actors:
            self.state.note(turn)

    def skips(self, block: Block) -> bool:
        """Whether a block is a question of an interviewer."""
        return self._asked or (self.turn is not None and self.turn.dropped)

    def speaks(self, holder: Holder) -> bool:
        """Whether a holder is the one who has the floor or signs."""
        floor = self.turn or self.state.signatories
        return floor is not None and bool(holder.actors) and set(holder.actors) <= set(floor.actors)

    def _name_only(self, text: str, names: list[Found]) -> Holder | None:
        """`Keir Starmer` or `The Prime Minister (Keir Starmer)` alone on a line opens a turn."""
        people = [f for f in names if f.role == "person"]
        if not people and self.state.default and _OFFICE_ONLY.fullmatch(fold(text).strip(" :*")):
            return self._speaker(text.strip())
        held = self.turn is not None and self.turn.person and bool(self.state.default)
        if not people and held and _MEMBER.fullmatch(text.strip()):
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
        if _ANSWER.match(label.strip()) and self.profile.interviewee is not None:
            return self.profile.interviewee
        introduced = self.profile.introduced.get(fold(label))
        if introduced:
            return Holder(introduced, label, -1, -1, "text", 0.8, True)
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
            self.profile.interviewee is not None
            and self.profile.interviewee.speaker
            and fold(label) in fold(self.profile.interviewee.speaker)
        ):
            return self.profile.interviewee
        if (
            self.profile.interview
            and self.profile.interviewee
            and (len(self.profile.labels) <= 2 or _SPEAKS.search(label))
        ):
            return self.profile.interviewee
        if state.default and _HOUSE.search(label):
            return Holder(state.default, label, -1, -1, "inherited", 0.5, True)
        others = [name for name in self.profile.labels if name not in self.profile.askers]
        if state.default and self.profile.interview and others == [fold(label)]:
            return Holder(state.default, label, -1, -1, "inherited", 0.6, True)
        if state.default and (self.profile.briefing or _SPEAKS.search(label)):
            return Holder(state.default, label, -1, -1, "inherited", 0.6, True)
        return Holder((), label, -1, -1, "none", 0.2, True, dropped=True)


def _is_prompt(text: str) -> bool:
    """`Paris proposes a stronger mandate.` between two answers is put to the one who answers."""
    return len(text.split()) <= 20 and len(sentences(text)) == 1 and not _OWN.search(text)


def _asks(text: str) -> bool:
    return _ASK.search(text) is not None
