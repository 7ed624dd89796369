"""The default extractor: rules as data over parsed sentences, paragraph by paragraph.

Pure: a document, a gazetteer, rules and a parser in; candidates out. It streams: memory does not grow
with the length of the text beyond what is found in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Protocol

from willing.reading._blocks import Block, blocks
from willing.reading._clauses import Utterance, utterances
from willing.reading._cues import Cues, Roles
from willing.reading._gazetteer import Found, Gazetteer
from willing.reading._introductions import introduce
from willing.reading._parse import Parsed, Parser
from willing.reading._plain import plain_utterances
from willing.reading._sentences import quotations, sentences
from willing.reading._setting import Setting
from willing.reading._types import Candidate, Document, Mention, Reading, Span, When, numbered
from willing.reading._view import View, view_of
from willing.reading._what import Meaning, Reader, plain
from willing.reading._when import dates
from willing.reading._who import Holder, Sentence, State, names_in

__all__ = ["Extractor", "RuleExtractor"]

VERSION = "rules-1"
_CHUNK = 96
_LONG_QUOTE = 5
_SAME = re.compile(
    r"\b(?:the same(?! (?:time|day|week|month|year|way|person|hour|place|evening|morning|meeting))|likewise|"
    r"follow(?:ed|s|ing)? suit|similar (?:line|position|stance|view|message|pledge|commitment|refusal|terms)|"
    r"(?:a )?different (?:stance|position|view|line)|did so too|same (?:line|position|stance))\b",
    re.I,
)
_PAST = re.compile(r"\b(?:last|ago|yesterday|past|since|previous|recent|earlier)\b", re.I)
_DEMAND = re.compile(r"\b(?:must|should|cannot|can not|can|needs? to|has to|have to|ought)\b", re.I)
#: rules that show a position though an answer does not repeat what it is about
_ELLIPTIC = {"undecided.early", "consider.not-excluded", "decline.own", "commit.strong"}
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


@dataclass(slots=True)
class _Draft:
    """A statement in the making, in offsets of the paragraph's view."""

    start: int
    end: int
    holder: Holder
    sentence: int
    kind: str
    mode: str
    utterance: Utterance | None = None
    words: str = ""
    names: list[Found] = field(default_factory=list)
    lean: str | None = None


@dataclass(slots=True)
class _Paragraph:
    block: Block
    view: View
    ranges: list[tuple[int, int]]
    quotes: list[tuple[int, int]]
    sentences: list[Sentence] = field(default_factory=list)


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
        setting = Setting(state)
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
                    candidate = self._candidate(draft, paragraph, document.published, last, count)
                    if candidate is not None:
                        count += 1
                        found.append(candidate)
                        last = [*last[-8:], candidate]
                yield found, mentions

    # paragraphs

    def _parsed(self, chunk: list[Block], text: str) -> Iterator[_Paragraph]:
        paragraphs: list[_Paragraph] = []
        for block in chunk:
            view = view_of(text[block.body : block.end], block.body)
            quotes, _ = quotations(view)
            quotes = [q for q in quotes if view.text.count(" ", *q) + 1 >= _LONG_QUOTE]
            paragraphs.append(_Paragraph(block, view, sentences(view.text), quotes))
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

    def _prepare(self, paragraph: _Paragraph, state: State) -> list[Found]:
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

    # statements

    def _drafts(self, paragraph: _Paragraph, state: State, setting: Setting) -> list[_Draft]:
        if paragraph.block.kind in {"heading", "question"} or setting.skips(paragraph.block):
            return []
        drafts: list[_Draft] = []
        opener = state.last_speaker
        for n, sentence in enumerate(paragraph.sentences):
            made = self._sentence(sentence, n, state, setting)
            drafts += made
        drafts = self._quotations(paragraph, drafts, opener, state)
        return sorted(drafts, key=lambda d: (d.start, d.end))

    def _sentence(self, sentence: Sentence, n: int, state: State, setting: Setting) -> list[_Draft]:
        found = (
            utterances(sentence, state, self._cues)
            if sentence.parsed.has_tree
            else plain_utterances(sentence, state, self._cues)
        )
        drafts: list[_Draft] = []
        if (
            setting.turn is not None
            and found
            and all(
                _is_first(sentence, u) and set(u.holder.actors) == set(setting.turn.actors)
                for u in found
            )
        ):
            return self._unmarked(sentence, n, state, setting)  # "What I can say is that we ..."
        for u in found:
            if u.holder.actors or u.holder.speaker:
                state.note(u.holder)
            if u.holder.dropped:
                continue
            own = setting.speaks(u.holder)
            kind = "actor" if own and u.kind == "ascribed" else u.kind
            words, names = _words(sentence, u)
            drafts.append(
                _Draft(u.start + sentence.offset, u.end + sentence.offset, u.holder, n, kind, u.mode,
                       u, words, names, u.cue.lean if u.cue and not u.negated else None)
            )  # fmt: skip
        if not drafts and not (sentence.quoted and sentence.quoted[0] == (0, len(sentence.text))):
            drafts += self._unmarked(sentence, n, state, setting)
        if not drafts:
            self._remember_subject(sentence, state)
        return drafts

    def _unmarked(self, sentence: Sentence, n: int, state: State, setting: Setting) -> list[_Draft]:
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
            elliptic = meaning.rule in _ELLIPTIC and kind == "actor"
            if (meaning.issue == "other" and not elliptic) or (meaning.rule == "none" and not (
                first and meaning.issue in {"participation", "mandate"}
            )):  # fmt: skip
                return []
            if meaning.issue == "talks" and not (first or elliptic):
                return []
            return [
                _Draft(sentence.offset, sentence.offset + len(sentence.text), turn, n, kind, "speech",
                       None, sentence.text, sentence.names)
            ]  # fmt: skip
        flat = _flat_subject(sentence, state)
        if flat is None:
            return []
        meaning = self._reader.read(sentence.text, frozenset(flat.actors), sentence.names, None)
        if meaning.rule in {
            "none", "support.words", "undecided.early", "consider.could"
        } or meaning.issue not in {
            "participation", "mission", "mandate",
        }:  # fmt: skip
            return []
        return [
            _Draft(sentence.offset, sentence.offset + len(sentence.text), flat, n, "ascribed", "flat",
                   None, sentence.text, sentence.names)
        ]  # fmt: skip

    def _remember_subject(self, sentence: Sentence, state: State) -> None:
        flat = _flat_subject(sentence, state)
        if flat is not None:
            speaker = state.last_speaker
            state.note(flat)
            state.last_speaker = speaker

    def _quotations(
        self, paragraph: _Paragraph, drafts: list[_Draft], opener: Holder | None, state: State
    ) -> list[_Draft]:
        text = paragraph.view.text
        out = list(drafts)
        for a, b in paragraph.quotes:
            touching = [n for n, (s, e) in enumerate(paragraph.ranges) if s < b and a < e]
            spoken = [d for d in out if d.kind == "actor" and d.utterance is not None]
            here = [d for d in spoken if d.sentence in touching and d.start < b + 160]
            lead = [d for d in spoken if touching and d.sentence == touching[0] - 1
                    and text[paragraph.ranges[d.sentence][1] - 1] in ":,"]  # fmt: skip
            if here:
                nearest = min(here, key=lambda d: min(abs(_cue(d, paragraph)[1] - a),
                                                      abs(_cue(d, paragraph)[0] - b)))  # fmt: skip
                self._attach(nearest, a, b, paragraph, out)
            elif lead:
                self._attach(lead[0], a, b, paragraph, out)
            else:
                before = [d for d in out if d.kind == "actor" and 0 <= a - d.end <= 3]
                holder = before[-1].holder if before else (opener if a <= 2 else None)
                if (
                    holder is None
                    or not holder.actors
                    or any(d.start < b and a < d.end for d in out)
                ):
                    continue
                quoted = _Draft(
                    a, b, Holder(holder.actors, holder.speaker, -1, -1, "inherited", min(holder.sure, 0.7),
                                 holder.person, holder.plural),
                    touching[0], "actor", "direct", None, text[a:b], _within(paragraph, a, b),
                )  # fmt: skip
                if before and not self._differs(before[-1], quoted):
                    before[-1].end = b
                    before[-1].words += " " + text[a:b]
                else:
                    out += self._split(quoted, paragraph)
        return out

    def _attach(
        self, draft: _Draft, a: int, b: int, paragraph: _Paragraph, out: list[_Draft]
    ) -> None:
        """Join a quotation to the words that attribute it; part them where they say two things."""
        text = paragraph.view.text
        cue_start, cue_end = _cue(draft, paragraph)
        ahead = text[draft.start : cue_start]
        holder_words = len((draft.holder.speaker or "").split()) + 4
        if a >= cue_end and len(ahead.split()) > holder_words + 3 and b > draft.end - 3:
            clause = text[draft.start : min(a, draft.end)].rstrip(' ,:"')
            rest = _Draft(a, b, draft.holder, draft.sentence, "actor", "direct", None, text[a:b],
                          _within(paragraph, a, b))  # fmt: skip
            draft.end = draft.start + len(clause)
            draft.words = clause
            out += self._split(rest, paragraph)
            return
        draft.mode = "direct"
        extra = text[a:b]
        draft.start, draft.end = min(draft.start, a), max(draft.end, b)
        draft.words = extra if len(extra) > 40 else draft.words + " " + extra
        if len(extra) > 40:
            draft.words = f"{text[cue_start:cue_end]} {extra}"
        draft.names = []

    def _differs(self, first: _Draft, second: _Draft) -> bool:
        one, two = self._meaning(first), self._meaning(second)
        return two.rule != "none" and one.rule != "none" and one.stance != two.stance

    def _split(self, draft: _Draft, paragraph: _Paragraph) -> list[_Draft]:
        """Part a long quotation where the position changes in it."""
        inside = [(max(s, draft.start), min(e, draft.end)) for s, e in paragraph.ranges
                  if s < draft.end and draft.start < e]  # fmt: skip
        if len(inside) < 2:
            return [draft]
        groups: list[tuple[int, int, Meaning]] = []
        for s, e in inside:
            words = paragraph.view.text[s:e]
            meaning = self._reader.read(words, frozenset(draft.holder.actors), [], None)
            if groups and (meaning.rule == "none" or groups[-1][2].rule == "none"
                           or meaning.stance == groups[-1][2].stance):  # fmt: skip
                kept = groups[-1][2] if meaning.rule == "none" else meaning
                groups[-1] = (groups[-1][0], e, kept)
            else:
                groups.append((s, e, meaning))
        if len(groups) == 1:
            return [draft]
        return [
            _Draft(s, e, draft.holder, draft.sentence, draft.kind, draft.mode, None,
                   paragraph.view.text[s:e], _within(paragraph, s, e))
            for s, e, _ in groups
        ]  # fmt: skip

    def _meaning(self, draft: _Draft) -> Meaning:
        return self._reader.read(
            draft.words,
            frozenset(draft.holder.actors),
            draft.names,
            draft.lean,  # type: ignore[arg-type]
        )

    # candidates

    def _candidate(
        self,
        draft: _Draft,
        paragraph: _Paragraph,
        published: date | None,
        last: list[Candidate],
        count: int,
    ) -> Candidate | None:
        meaning = self._meaning(draft)
        holder = draft.holder
        inferred: str | None = None
        stance, domain, issue, rule = meaning.stance, meaning.domain, meaning.issue, meaning.rule
        condition_ids: tuple[str, ...] = meaning.condition.ids if meaning.condition else ()
        sure = meaning.confidence
        if _SAME.search(draft.words):
            source = next((c for c in reversed(last) if c.stance != "undecided"
                           and (c.speaker != holder.speaker or c.actor != tuple(sorted(holder.actors)))),
                          None)  # fmt: skip
            if source is not None:
                stance, domain, issue = source.stance, source.domain, source.issue
                inferred, rule, sure = source.id, "same", 0.6
        if draft.kind != "actor" and (issue == "other" or (rule == "none" and draft.lean is None)):
            return None
        cued = draft.utterance.cue if draft.utterance else None
        if cued is not None and cued.needs_topic and issue == "other" and rule not in _ELLIPTIC:
            return None
        if not holder.actors and not (
            holder.person and holder.speaker and rule not in {"none", "cue"}
        ):
            return None
        view = paragraph.view
        span = view.span(draft.start, draft.end)
        if span.length <= 0:
            return None
        sentence = paragraph.sentences[draft.sentence]
        said, due = _times(draft, sentence, paragraph, published)
        condition, condition_span, condition_text = None, None, None
        if meaning.condition is not None and inferred is None:
            words = draft.words[meaning.condition.start : meaning.condition.end].strip(' "')
            place = view.text.find(words, draft.start, draft.end + 1)
            condition_text = " ".join(words.split())
            condition = " and ".join(condition_ids) or condition_text
            if place >= 0:
                condition_span = view.span(place, place + len(words))
        u = draft.utterance
        cue_span = speaker_span = None
        cue = None
        if u is not None and u.cue is not None:
            first = sentence.offset + u.cue_start
            cue_span = view.span(first, sentence.offset + u.cue_end)
            cue = view.text[first : sentence.offset + u.cue_end]
        if u is not None and 0 <= holder.start < holder.end:
            speaker_span = view.span(sentence.offset + holder.start, sentence.offset + holder.end)
        shallow = 0.8 if not sentence.parsed.has_tree else 1.0
        return Candidate(
            id=f"C{count}",
            span=span,
            actor=tuple(sorted(holder.actors)),
            speaker=holder.speaker,
            speaker_span=speaker_span,
            cue=cue,
            cue_span=cue_span,
            stance=stance,
            domain=domain,
            kind=draft.kind,  # type: ignore[arg-type]
            issue=issue,
            mode=draft.mode,
            via=holder.via,
            condition=condition,
            condition_span=condition_span,
            condition_text=condition_text,
            said_at=said,
            due=due,
            confidence={
                "holder": holder.sure * shallow,
                "stance": sure,
                "domain": 0.8 if domain != "any" else 0.6,
                "span": (0.9 if draft.mode in {"direct", "speech"} else 0.75) * shallow,
            },
            inferred_from=inferred,
            extractor=self.name,
            notes=(f"rule:{rule}", *_attitude(meaning, stance)),
        )


def _attitude(meaning: Meaning, stance: str) -> tuple[str, ...]:
    return (f"attitude:{meaning.attitude}",) if meaning.attitude != stance else ()


def _is_first(sentence: Sentence, u: Utterance) -> bool:
    return sentence.text[u.holder.start : u.holder.end].lower() in {"i", "we", "me", "us"}


def _cue(draft: _Draft, paragraph: _Paragraph) -> tuple[int, int]:
    assert draft.utterance is not None
    base = paragraph.sentences[draft.sentence].offset
    return base + draft.utterance.cue_start, base + draft.utterance.cue_end


def _within(paragraph: _Paragraph, start: int, end: int) -> list[Found]:
    """Names inside a range of the view, with offsets from its start."""
    return [
        Found(
            f.start + s.offset - start, f.end + s.offset - start, f.role, f.actors, f.label, f.place
        )
        for s in paragraph.sentences
        for f in s.names
        if start <= f.start + s.offset and f.end + s.offset <= end
    ]


def _words(sentence: Sentence, u: Utterance) -> tuple[str, list[Found]]:
    """Words of an utterance without the name and office of who makes it."""
    text = sentence.text[u.start : u.end]
    a, b = u.holder.start - u.start, u.holder.end - u.start
    if u.kind == "actor" and 0 <= a < b <= len(text) and u.mode != "nominal":
        left = re.search(r"(?:[A-Z][\w'-]+ )*$", text[:a])
        a = left.start() if left else a
        text = text[:a] + " " * (b - a) + text[b:]
    names = [
        Found(f.start - u.start, f.end - u.start, f.role, f.actors, f.label, f.place)
        for f in sentence.names
        if u.start <= f.start and f.end <= u.end
    ]
    return text, names


def _flat_subject(sentence: Sentence, state: State) -> Holder | None:
    """Actor that is the subject of the main clause by its own name."""
    from willing.reading._who import resolve

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


def _mentions(paragraph: _Paragraph, names: list[Found], state: State) -> list[Mention]:
    out: list[Mention] = []
    for found in names:
        actors = found.actors
        if found.role == "person" and not actors:
            actors = state.person(found.label)[0]
        span = paragraph.view.span(found.start, found.end)
        role = "place" if found.place else found.role
        out += [Mention(span, actor, role) for actor in actors]
    return out


def _times(
    draft: _Draft, sentence: Sentence, paragraph: _Paragraph, published: date | None
) -> tuple[When | None, When | None]:
    """When it was said (looking back) and what it is due for (looking ahead)."""
    said: When | None = None
    due: When | None = None
    text = paragraph.view.text[draft.start : draft.end]
    back = list(dates(text, published, "back"))
    ahead = list(dates(text, published, "ahead"))
    for past, future in zip(back, ahead, strict=True):
        place = draft.start + past.span.start
        span = paragraph.view.span(place, place + past.span.length)
        if said is None and _with_cue(draft, sentence, place):
            said = _placed(past, span)
        elif due is None and not _PAST.search(past.text) and past.text.lower() != "today":
            late = future.latest is not None and published is not None and future.latest < published
            if not late:
                due = _placed(future, span)
    return said, due


def _placed(when: When, span: Span) -> When:
    return When(span, when.text, when.earliest, when.latest, when.precision, when.approximate)


def _with_cue(draft: _Draft, sentence: Sentence, place: int) -> bool:
    """Whether a date belongs to the act of saying."""
    u = draft.utterance
    if u is None or u.cue is None or u.cue.group != "said" or u.mode == "nominal":
        return False
    local = place - sentence.offset
    if sentence.in_quote(local) or not 0 <= local < len(sentence.text):
        return False
    parsed = sentence.parsed
    if not parsed.has_tree:
        before = local < u.holder.start <= local + 25  # "On Monday the minister said"
        return before or (
            0 <= local - u.cue_end <= 25 and " that " not in sentence.text[u.cue_end : local]
        )
    i = parsed.at(local)
    if i >= len(parsed.words):
        return False
    cue = parsed.at(u.cue_start)
    for up in parsed.ancestors(i):
        if up == cue:
            return True
        if parsed.tags[up].startswith("VB") or parsed.deps[up] in {"nsubj", "dobj"}:
            return False
    return False
