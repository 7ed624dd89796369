"""The default extractor: rules as data over parsed sentences, paragraph by paragraph.

Pure: a document, a gazetteer, rules and a parser in; candidates out. It streams: memory does not
grow with the length of the text beyond what is found in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from willing.reading._blocks import Block, blocks
from willing.reading._candidates import SAME, candidate_of
from willing.reading._clauses import Utterance, utterances
from willing.reading._cues import Cues, Roles
from willing.reading._draft import Draft, Paragraph, is_first, meaning_of, words_of
from willing.reading._floor import flat_subject, in_turn
from willing.reading._gazetteer import Found, Gazetteer
from willing.reading._introductions import introduce
from willing.reading._parse import Parsed, Parser
from willing.reading._plain import opening_name, plain_utterances
from willing.reading._profile import profile
from willing.reading._quotes import with_quotations
from willing.reading._resolve import resolve
from willing.reading._sentences import quotations, sentences
from willing.reading._setting import Setting
from willing.reading._types import Candidate, Document, Mention, Reading, numbered
from willing.reading._view import view_of
from willing.reading._what import Reader
from willing.reading._who import Holder, Sentence, State, names_in

__all__ = ["Extractor", "RuleExtractor"]

VERSION = "rules-1"
_CHUNK = 96
_LONG_QUOTE = 5
_OPENING = 1500  # characters from which a text is judged to be about a force
#: evidence too thin for a statement that no cue marks and whose surroundings are not about a force
_WEAK = {"none", "support.words", "undecided.early", "undecided.yet", "consider.could"}
_AS_FOR = re.compile(r"(?:As (?:for|to)|Regarding|Concerning) (?:the )?", re.I)


class Extractor(Protocol):
    """Anything that reads candidates out of a document."""

    @property
    def name(self) -> str:
        """Name and version, recorded with every candidate."""
        ...

    def read(self, document: Document) -> Reading:
        """Read a whole document."""
        ...


class RuleExtractor:
    """Rules on a parser; without a parser the surface rules of `_plain`, labelled as such."""

    def __init__(
        self, gazetteer: Gazetteer, reader: Reader, cues: Cues, roles: Roles, parser: Parser | None
    ) -> None:
        self._gazetteer = gazetteer
        self._reader = reader
        self._cues = cues
        self._roles = roles
        self._parser = parser

    @property
    def name(self) -> str:
        """`rules-1/spacy:...` or `rules-1/plain`."""
        return f"{VERSION}/{self._parser.name if self._parser else 'plain'}"

    def read(self, document: Document) -> Reading:
        """Read a whole document."""
        statements: list[Candidate] = []
        mentions: list[Mention] = []
        for found, named in self.stream(document):
            statements += found
            mentions += named
        return Reading(document, numbered(statements), tuple(mentions), self.name)

    def stream(self, document: Document) -> Iterator[tuple[list[Candidate], list[Mention]]]:
        """Yield the candidates and mentions of one paragraph after another."""
        state = State(self._gazetteer, self._roles, document.published)
        setting = Setting(state, profile(document.text, state))
        opening = view_of(document.text[:_OPENING]).text
        for start, end in sentences(opening):
            setting.heard(self._reader, opening[start:end])
        last: list[Candidate] = []
        count = 0
        source = blocks(document.text)
        while chunk := list(islice(source, _CHUNK)):
            for paragraph in self._parsed(chunk, document.text):
                names = self._prepare(paragraph, state)
                mentions = _mentions(paragraph, names, state)
                setting.enter(paragraph.block, paragraph.view.text, names)
                drafts = self._drafts(paragraph, state, setting)
                found: list[Candidate] = []
                for draft in drafts:
                    candidate = candidate_of(
                        self._reader, self.name, draft, paragraph, document.published, last, count
                    )
                    if candidate is not None:
                        count += 1
                        found.append(candidate)
                        last = [*last[-8:], candidate]
                yield found, mentions

    def _parsed(self, chunk: list[Block], text: str) -> Iterator[Paragraph]:
        paragraphs: list[Paragraph] = []
        for block in chunk:
            view = view_of(text[block.body : block.end], block.body)
            quotes, _ = quotations(view)
            quotes = [q for q in quotes if view.text.count(" ", *q) + 1 >= _LONG_QUOTE]
            paragraphs.append(Paragraph(block, view, sentences(view.text), quotes))
        wanted = [
            p.view.text[a:b] for p in paragraphs if p.block.kind != "heading" for a, b in p.ranges
        ]
        parses = iter(self._parse(wanted))
        for p in paragraphs:
            for a, b in p.ranges:
                parsed = next(parses) if p.block.kind != "heading" else Parsed([], [], [])
                inside = [(max(q, a) - a, min(r, b) - a) for q, r in p.quotes if q < b and a < r]
                p.sentences.append(Sentence(p.view.text[a:b], a, parsed, [], inside))
            yield p

    def _parse(self, wanted: list[str]) -> Iterable[Parsed]:
        if self._parser is None:
            return (Parsed([], [], []) for _ in wanted)
        return self._parser.parse(wanted)

    def _prepare(self, paragraph: Paragraph, state: State) -> list[Found]:
        """Names of every sentence; persons introduced on the way are known from there on."""
        everything: list[Found] = []
        for sentence in paragraph.sentences:
            names = names_in(sentence.text, state)
            before = len(state.persons)
            introduce(sentence.text, names, state)
            sentence.names = (
                names if len(state.persons) == before else names_in(sentence.text, state)
            )
            everything += [
                Found(
                    f.start + sentence.offset,
                    f.end + sentence.offset,
                    f.role,
                    f.actors,
                    f.label,
                    f.place,
                )
                for f in sentence.names
            ]
        return everything

    def _drafts(self, paragraph: Paragraph, state: State, setting: Setting) -> list[Draft]:
        if paragraph.block.kind in {"heading", "question"} or setting.skips(paragraph.block):
            setting.heard(self._reader, paragraph.view.text)
            return []
        drafts: list[Draft] = []
        opener, state.here = state.last_speaker, None
        for n, sentence in enumerate(paragraph.sentences):
            made = self._sentence(sentence, n, state, setting)
            drafts += made
        drafts = with_quotations(self._reader, paragraph, drafts, opener)
        return sorted(drafts, key=lambda d: (d.start, d.end))

    def _sentence(self, sentence: Sentence, n: int, state: State, setting: Setting) -> list[Draft]:
        opening = _AS_FOR.match(sentence.text)
        if opening is not None:
            topic = next((f for f in sentence.names if f.start == opening.end() and f.actors), None)
            if topic is not None:
                words = sentence.text[topic.start : topic.end]
                state.last_body = Holder(topic.actors, words, -1, -1, "text", 0.8)
        found = (
            utterances(sentence, state, self._cues)
            if sentence.parsed.has_tree
            else plain_utterances(sentence, state, self._cues)
        )
        turn = setting.turn
        if turn is not None and all(_own_words(sentence, u, turn) for u in found):
            found = []  # "What I can say is that we ..."
        drafts: list[Draft] = []
        for u in found:
            if u.holder.actors or u.holder.speaker:
                state.note(u.holder)
            if u.holder.dropped or (
                turn is not None and u.mode == "flat" and u.holder.via == "inherited"
            ):
                continue
            own = setting.speaks(u.holder) and u.mode != "nominal"
            draft = self._draft(sentence, n, u, own=own)
            draft.warm = setting.warm
            if self._joined(sentence, drafts, draft):
                continue
            marked = u.kind == "actor" or (own and u.cue is not None)
            if not marked and not self._says_something(draft, warm=setting.warm):
                continue
            drafts.append(draft)
        quoted = bool(sentence.quoted) and sentence.quoted[0] == (0, len(sentence.text))
        if turn is not None and not quoted and all(d.mode == "nominal" for d in drafts):
            drafts += in_turn(
                self._reader,
                sentence,
                n,
                state,
                turn,
                self._cues,
                warm=setting.warm,
                asked=setting.question,
            )
        if not drafts:
            self._remember_subject(sentence, state)
        for draft in drafts:
            if turn is not None and draft.holder.actors and draft.mode != "nominal":
                apart = not set(draft.holder.actors) & set(turn.actors)
                state.third = draft.holder if apart else state.third
            draft.warm = setting.warm
            draft.host = set(draft.holder.actors) == {setting.profile.host}
            if draft.mode == "speech" and setting.question is not None:
                draft.domain = setting.topic
        setting.heard(self._reader, sentence.text)
        return drafts

    def _draft(self, sentence: Sentence, n: int, u: Utterance, *, own: bool) -> Draft:
        words, names = words_of(sentence, u)
        return Draft(
            u.start + sentence.offset,
            u.end + sentence.offset,
            u.holder,
            n,
            "actor" if u.kind == "ascribed" and (own or _quoting(sentence, u)) else u.kind,
            u.mode,
            u,
            words,
            names,
            u.cue.lean if u.cue and not u.negated else None,
        )

    def _joined(self, sentence: Sentence, drafts: list[Draft], draft: Draft) -> bool:
        """Join a predicate to the one before where the same actor holds and says no more."""
        before = drafts[-1] if drafts else None
        shared = draft.holder.start < draft.start - sentence.offset  # "X said this and added that"
        if (
            before is None
            or not shared
            or draft.mode == "nominal"
            or set(before.holder.actors) != set(draft.holder.actors)
            or draft.start < before.end
        ):
            return False
        one, two = meaning_of(self._reader, before), meaning_of(self._reader, draft)
        if two.rule != "none" and (one.stance, one.domain, before.kind) != (
            two.stance,
            two.domain,
            draft.kind,
        ):
            return False
        before.end = draft.end
        before.words += " " + draft.words
        return True

    def _says_something(self, draft: Draft, *, warm: bool) -> bool:
        """Whether what the author ascribes bears on the force and leans one way."""
        meaning = meaning_of(self._reader, draft)
        if SAME.search(draft.words):
            return True
        if meaning.issue == "other" and not warm:
            return False
        if draft.mode == "flat":
            return meaning.rule not in ({"none"} if warm else _WEAK)
        return meaning.rule != "none" or draft.lean is not None

    def _remember_subject(self, sentence: Sentence, state: State) -> None:
        if sentence.parsed.has_tree:
            flat = flat_subject(sentence, state) or _owner_of_subject(sentence, state)
        else:
            flat = opening_name(sentence)
        turn = state.turn
        if flat is not None:
            speaker = state.last_speaker
            state.note(flat)
            if turn is not None and not set(flat.actors) & set(turn.actors):
                state.third = flat
            state.last_speaker = speaker


def _quoting(sentence: Sentence, u: Utterance) -> bool:
    """`finds the plan "premature"`: words of the actor make it his own."""
    return u.mode != "nominal" and '"' in sentence.text[u.cue_end : u.end]


def _own_words(sentence: Sentence, u: Utterance, turn: Holder) -> bool:
    """Whether a speaker says of himself that he says something."""
    return is_first(sentence, u) and set(u.holder.actors) == set(turn.actors)


def _owner_of_subject(sentence: Sentence, state: State) -> Holder | None:
    """`Moscow's answer came quickly` speaks of Moscow."""
    parsed = sentence.parsed
    if not parsed.has_tree:
        return None
    for i, dep in enumerate(parsed.deps):
        if dep == "poss" and parsed.deps[parsed.heads[i]] in {"nsubj", "nsubjpass"}:
            holder = resolve(sentence, i, state)
            return holder if holder is not None and holder.via in {"text", "table"} else None
    return None


def _mentions(paragraph: Paragraph, names: list[Found], state: State) -> list[Mention]:
    out: list[Mention] = []
    for found in names:
        actors = found.actors
        if found.role == "person" and not actors:
            actors = state.person(found.label)[0]
        span = paragraph.view.span(found.start, found.end)
        role = "place" if found.place else found.role
        out += [Mention(span, actor, role) for actor in actors]
    return out
