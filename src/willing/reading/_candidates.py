"""From a draft to a candidate: meaning, dates, places in the document."""

from __future__ import annotations

import re
from datetime import date

from willing.reading._draft import ELLIPTIC, Draft, Paragraph, meaning_of
from willing.reading._types import Candidate, Span, When
from willing.reading._what import Meaning, Reader
from willing.reading._when import dates
from willing.reading._who import Sentence

__all__ = ["SAME", "candidate_of"]

SAME = re.compile(
    r"\b(?:[Tt]he same(?! (?:time|day|week|month|year|way|person|hour|place|evening|morning|"
    r"meeting))|likewise|"
    r"follow(?:ed|s|ing)? suit|similar (?:line|position|stance|view|message|pledge|commitment|"
    r"refusal|terms)|so (?:do|does|did|has|have|will|would|is|are)(?= [A-Z])|"
    r"neither (?:do|does|did|has|have|will|would|is|are)(?= [A-Z])|"
    r"(?:a )?different (?:stance|position|view|line)|did so too|same (?:line|position|stance))\b"
)
#: words for the force as such, which has no one domain
_GENERAL = re.compile(
    r"\b(?:missions?|forces?|operations?|coalition|plans?|guarantees?|initiative|mandate|framework|"
    r"talks|peace|ceasefire|truce|war|agreement|deal|negotiat\w+|security|support|backstop)\b",
    re.I,
)
#: words that only look ahead, wherever they stand
_AHEAD = re.compile(
    r"(?:within|by|before|until|till|no later|tomorrow|next|(?:in|over) the (?:coming|next)|"
    r"in (?:about|around|an?|half|\d{1,3}|two|three|four|five|six|several)\b)",
    re.I,
)
_SINCE = re.compile(r"\bsince (?:the )?$", re.I)
_PAST = re.compile(r"\b(?:last|ago|yesterday|past|since|previous|recent|earlier)\b", re.I)


def candidate_of(
    reader: Reader,
    extractor: str,
    draft: Draft,
    paragraph: Paragraph,
    published: date | None,
    last: list[Candidate],
    count: int,
) -> Candidate | None:
    meaning = meaning_of(reader, draft)
    holder = draft.holder
    view = paragraph.view
    inferred: str | None = None
    kind = draft.kind
    stance, domain, issue, rule = meaning.stance, meaning.domain, meaning.issue, meaning.rule
    condition_ids: tuple[str, ...] = meaning.condition.ids if meaning.condition else ()
    sure = meaning.confidence
    if SAME.search(draft.words):
        source = next(
            (
                c
                for c in reversed(last)
                if c.stance != "undecided"
                and (c.speaker != holder.speaker or c.actor != tuple(sorted(holder.actors)))
            ),
            None,
        )
        if source is not None:
            stance, domain, issue = source.stance, source.domain, source.issue
            inferred, rule, sure = source.id, "same", 0.6
            kind = source.kind if draft.mode == "flat" else kind
    if draft.host and rule == "support.calls":
        stance = "lead"  # who asks for a force on his own territory
    if draft.host and issue == "participation":
        issue = "mission"  # it is no candidate to take part
    if draft.kind != "actor" and (
        (issue == "other" and not draft.warm) or (rule == "none" and draft.lean is None)
    ):
        return None
    cued = draft.utterance.cue if draft.utterance else None
    says = rule != "none" or draft.lean is not None
    says = says or '"' in view.text[draft.start : draft.end]  # it calls the plan "a scandal"
    off_topic = issue == "other" and rule not in ELLIPTIC and not (draft.warm and says)
    if cued is not None and cued.needs_topic and off_topic:
        return None
    known = holder.speaker is not None and rule not in {"none", "cue", "same"} and issue != "other"
    if not holder.actors and not (known and draft.kind == "actor"):  # a speaker, if no actor
        return None
    if domain == "any" and draft.domain != "finance" and not _GENERAL.search(draft.words):
        domain = draft.domain  # "it would not take part": in what was spoken of
    span = view.span(draft.start, draft.end)
    if span.length <= 0:
        return None
    sentence = paragraph.sentences[draft.sentence]
    said, due = times(draft, sentence, paragraph, published)
    if said is not None and kind == "ascribed":
        kind = "actor"  # done on a day: an act of the actor
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
        kind=kind,  # type: ignore[arg-type]
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
        extractor=extractor,
        notes=(f"rule:{rule}", *_attitude(meaning, stance)),
    )


def _attitude(meaning: Meaning, stance: str) -> tuple[str, ...]:
    return (f"attitude:{meaning.attitude}",) if meaning.attitude != stance else ()


def times(
    draft: Draft, sentence: Sentence, paragraph: Paragraph, published: date | None
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
        late = past.earliest is not None and published is not None and past.earliest > published
        late = late or _AHEAD.match(past.text) is not None
        if said is None and not late and _with_cue(draft, sentence, place):
            said = _placed(past, span)
        elif (
            due is None
            and not _SINCE.search(text[: past.span.start])
            and not _told(sentence, place)
            and not _PAST.search(past.text)
            and past.text.lower() != "today"
        ):
            late = future.latest is not None and published is not None and future.latest < published
            if not late:
                due = _placed(future, span)
    return said, due


def _placed(when: When, span: Span) -> When:
    return When(span, when.text, when.earliest, when.latest, when.precision, when.approximate)


def _with_cue(draft: Draft, sentence: Sentence, place: int) -> bool:
    """Whether a date belongs to the act of saying."""
    u = draft.utterance
    local = place - sentence.offset
    if u is not None and 0 <= u.tail <= local < u.end:
        return True
    if u is not None and sentence.parsed.has_tree and u.mode in {"flat", "ascribed"}:
        verb = sentence.parsed.tags[sentence.parsed.at(u.cue_start)]
        return verb == "VBD" and _beside(sentence.text, local, u.cue_start, u.cue_end)
    if u is None or u.cue is None or u.cue.group != "said" or u.mode == "nominal":
        return False
    if sentence.in_quote(local) or not 0 <= local < len(sentence.text):
        return False
    if _beside(sentence.text, local, u.cue_start, u.cue_end):
        return True
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


def _beside(text: str, place: int, cue_start: int, cue_end: int) -> bool:
    """`on Monday rejected`, `said on Monday`: a day that touches the cue, wherever it is hung."""
    if place >= cue_end:
        return text[cue_end:place].strip().lower() in {"", "on"}
    return len(text[place:cue_start].split()) <= 2 and "," not in text[place:cue_start]


def _told(sentence: Sentence, place: int) -> bool:
    """Whether a date belongs to something past that the statement only mentions."""
    parsed = sentence.parsed
    local = place - sentence.offset
    if not parsed.has_tree or not 0 <= local < len(sentence.text):
        return False
    i = parsed.at(local)
    if i >= len(parsed.words):
        return False
    for up in parsed.ancestors(i):
        if parsed.tags[up].startswith("VB"):
            helps = {parsed.words[k].lower() for k in parsed.children(up)}
            return parsed.deps[up] in {"relcl", "acl", "advcl"} and (
                parsed.tags[up] == "VBD" or bool(helps & {"was", "were", "had"})
            )
    return False
