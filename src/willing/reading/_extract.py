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
from willing.reading._draft import ELLIPTIC, Draft, Paragraph, is_first, words_of
from willing.reading._gazetteer import Found, Gazetteer
from willing.reading._introductions import introduce
from willing.reading._parse import Parsed, Parser
from willing.reading._plain import plain_utterances
from willing.reading._profile import profile
from willing.reading._quotes import with_quotations
from willing.reading._resolve import resolve
from willing.reading._sentences import quotations, sentences
from willing.reading._setting import Setting
from willing.reading._types import Candidate, Document, Mention, Reading, numbered
from willing.reading._view import view_of
from willing.reading._what import Reader, plain
from willing.reading._who import Holder, Sentence, State, names_in

__all__ = ["Extractor", "RuleExtractor"]

VERSION = "rules-1"
_CHUNK = 96
_LONG_QUOTE = 5
_DEMAND = re.compile(r"\b(?:must|should|cannot|can not|can|needs? to|has to|have to|ought)\b", re.I)
_AS_FOR = re.compile(r"(?:As (?:for|to)|Regarding|Concerning) (?:the )?", re.I)
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|our|Our|my|My|us|ourselves)\b")


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
            return []
        drafts: list[Draft] = []
        opener = state.last_speaker
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
        drafts: list[Draft] = []
        if (
            setting.turn is not None
            and found
            and all(
                is_first(sentence, u) and set(u.holder.actors) == set(setting.turn.actors)
                for u in found
            )
        ):
            return self._unmarked(sentence, n, state, setting)  # "What I can say is that we ..."
        for u in found:
            if u.holder.actors or u.holder.speaker:
                state.note(u.holder)
            if u.holder.dropped:
                continue
            own = setting.speaks(u.holder) and u.mode != "nominal"
            if u.kind != "actor" and not own and not self._says_something(sentence, u):
                continue
            kind = "actor" if own and u.kind == "ascribed" else u.kind
            words, names = words_of(sentence, u)
            drafts.append(
                Draft(
                    u.start + sentence.offset,
                    u.end + sentence.offset,
                    u.holder,
                    n,
                    kind,
                    u.mode,
                    u,
                    words,
                    names,
                    u.cue.lean if u.cue and not u.negated else None,
                )
            )
        if not drafts and not (sentence.quoted and sentence.quoted[0] == (0, len(sentence.text))):
            drafts += self._unmarked(sentence, n, state, setting)
        if not drafts:
            self._remember_subject(sentence, state)
        return drafts

    def _says_something(self, sentence: Sentence, u: Utterance) -> bool:
        """Whether what the author ascribes bears on the force and leans one way."""
        words, names = words_of(sentence, u)
        lean = u.cue.lean if u.cue and not u.negated else None
        meaning = self._reader.read(words, frozenset(u.holder.actors), names, lean)
        same = SAME.search(words) is not None
        return same or (meaning.issue != "other" and (meaning.rule != "none" or lean is not None))

    def _unmarked(self, sentence: Sentence, n: int, state: State, setting: Setting) -> list[Draft]:
        """A position without a cue: in a speaker's turn, or stated flatly by the author."""
        turn = setting.turn
        if turn is not None:
            if not turn.actors or sentence.text.rstrip(" \"'").endswith("?"):
                return []
            first = bool(_FIRST_PERSON.search(sentence.text))
            other = _flat_subject(sentence, state)
            kind = "actor"
            if other is not None and set(other.actors) != set(turn.actors) and not first:
                if set(other.actors) < set(turn.actors):
                    turn = other
                elif not _DEMAND.search(sentence.text):
                    turn, kind = other, "ascribed"
                    if self._reader.issue(plain(sentence.text)) != "participation":
                        return []
            meaning = self._reader.read(sentence.text, frozenset(turn.actors), sentence.names, None)
            elliptic = meaning.rule in ELLIPTIC and kind == "actor"
            position = first or elliptic or _DEMAND.search(sentence.text) is not None
            if meaning.issue == "other" and not elliptic:
                return []
            if meaning.issue == "talks" and not position:
                return []
            if meaning.rule == "none" and not (
                kind == "actor"
                and (meaning.issue in {"participation", "mandate"} or position)
                and meaning.issue != "talks"
            ):
                return []
            return [
                Draft(
                    sentence.offset,
                    sentence.offset + len(sentence.text),
                    turn,
                    n,
                    kind,
                    "speech",
                    None,
                    sentence.text,
                    sentence.names,
                )
            ]
        flat = _flat_subject(sentence, state)
        if flat is None:
            return []
        meaning = self._reader.read(sentence.text, frozenset(flat.actors), sentence.names, None)
        if meaning.rule in {
            "none",
            "support.words",
            "undecided.early",
            "undecided.yet",
            "consider.could",
        } or meaning.issue not in {
            "participation",
            "mission",
            "mandate",
        }:
            return []
        return [
            Draft(
                sentence.offset,
                sentence.offset + len(sentence.text),
                flat,
                n,
                "ascribed",
                "flat",
                None,
                sentence.text,
                sentence.names,
            )
        ]

    def _remember_subject(self, sentence: Sentence, state: State) -> None:
        flat = _flat_subject(sentence, state) or _owner_of_subject(sentence, state)
        if flat is not None:
            speaker = state.last_speaker
            state.note(flat)
            state.last_speaker = speaker


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


def _flat_subject(sentence: Sentence, state: State) -> Holder | None:
    """Actor that is the subject of the main clause by its own name."""
    parsed = sentence.parsed
    if not parsed.has_tree:
        return None
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    if root is None or sentence.in_quote(parsed.starts[root]):
        return None
    subject = parsed.child(root, "nsubj", "nsubjpass")
    if subject is None:
        return None
    holder = resolve(sentence, subject, state)
    if holder is None or not holder.actors or holder.via == "inherited" or holder.dropped:
        return None
    return holder


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
