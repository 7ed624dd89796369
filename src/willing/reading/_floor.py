"""What a speaker says in a turn, and what a declaration says in the name of those who sign it.

A position needs no verb of saying there; what is no position (thanks, history, questions) is left
out.
"""

from __future__ import annotations

import re

from willing.reading._ascribed import EXPECTED
from willing.reading._cues import Cues
from willing.reading._draft import ELLIPTIC, Draft
from willing.reading._grammar import subject_of
from willing.reading._resolve import resolve
from willing.reading._what import Meaning, Reader, plain
from willing.reading._who import Holder, Sentence, State

__all__ = ["flat_subject", "in_turn"]

_FIRST_PERSON = re.compile(r"\b(?:I|we|We|our|Our|my|My|us|ourselves)\b")
_DEMAND = re.compile(r"\b(?:must|should|cannot|can not|can|needs? to|has to|have to|ought)\b", re.I)
_COURTESY = re.compile(
    r"\b(?:thank\w*|grateful|gratitude|condolences|ladies and gentlemen|dear colleagues|"
    r"good (?:morning|afternoon|evening)|mourn\w*|tribute|honou?red to|pleasure to|pleased to be|"
    r"(?:congratulat|greet)\w*|give way|next question|point of order|the motion|read the|"
    r"we have (?:gathered|met|assembled|convened))\b",
    re.I,
)
#: comments on what another has said
_COMMENT = re.compile(
    r"^\W*(?:i|we) (?:do not |don't |can |fully |perfectly )?(?:accept|respect|understand|"
    r"recogni[sz]e|hear|know|regret) (?:that|this|it)\b[^,]{0,20}$",
    re.I,
)
#: verbs and adjectives with which a speaker takes a stand
_STAND = re.compile(
    r"\b(?:will|won't|would|shall|must|should|cannot|can't|want|wish|need|hope|expect|believe|"
    r"think|agree|disagree|refuse|support|oppose|welcome|ask|asked|call|urge|decided?|resolved?|"
    r"ready|prepared|willing|unwilling|reject|condemn|remain|stand|insist|intend|plan|commit\w*|"
    r"reaffirm|reiterate|promise|pledge|offer|propose|accept|share|regret|deplore|demand|"
    r"favou?r|prefer|going to|in favou?r|against|part of|not)\b",
    re.I,
)
#: `Decides to remain seized`, `3. Also calls upon all parties`
_ITEM = re.compile(
    r"\W*(?:\d{1,2}[.)] |\(\w\) )?(?:(?:also|further|strongly|again|once) )*"
    r"(?P<verb>[a-z]+(?:s|ing))\b",
    re.I,
)
_GUESS = {
    "expect", "assume", "suspect", "guess", "predict", "think", "believe", "imagine", "doubt",
    "fear", "suppose", "hope", "know", "bet",
}  # fmt: skip
_SURE = {"afraid", "sure", "confident", "convinced", "certain"}
#: verbs that say nothing of what is said
_BARE = {"say", "tell", "add", "ask", "answer", "write", "note", "call", "recall", "comment"}
_FUTURE = {"will", "would", "wo", "'ll", "going"}
_YES = re.compile(r"\W*(?:yes|of course|certainly|absolutely|definitely|naturally|indeed)\b", re.I)
_NO = re.compile(
    r"\W*(?:no|never|not at all|certainly not|absolutely not|of course not)\b[,.!]", re.I
)


def in_turn(
    reader: Reader,
    sentence: Sentence,
    n: int,
    state: State,
    turn: Holder,
    cues: Cues,
    *,
    warm: bool,
    asked: str | None,
) -> list[Draft]:
    """A position in the words of who has the floor; at most one a sentence.

    `warm`: the text around is about a force. `asked`: the
    question that is being answered.
    """
    text = sentence.text
    if (
        not turn.actors
        or text.rstrip(" \"'").endswith("?")
        or _COURTESY.search(text)
        or _COMMENT.match(text)
    ):
        return []
    item = _ITEM.match(text)
    listed = item is not None and turn.speaker is None and item["verb"].lower() in cues.verbs
    first = bool(_FIRST_PERSON.search(text)) or listed
    kind = "actor"
    other = flat_subject(sentence, state) or _spoken_of(sentence, state)
    guessed = _guessed(sentence, state)
    if guessed is not None and not set(guessed.actors) & set(turn.actors):
        turn, kind, first = guessed, "forecast", False
    elif other is not None and set(other.actors) < set(turn.actors):
        turn = other
    elif other is not None and set(other.actors) != set(turn.actors) and not _DEMAND.search(text):
        said = {w.strip(",.;").lower() for w in text.split()}
        kind = "forecast" if said & (EXPECTED | {"will"}) else "ascribed"
        turn, first = other, False
    meaning = reader.read(text, frozenset(turn.actors), sentence.names, None, warm=warm)
    answer = _answer(reader, text, asked) if kind == "actor" else None
    if answer is None and kind == "actor":
        answer = _lean(sentence, cues) if first else None
    stands = (answer is not None and warm) or listed or (first and _says(sentence, cues))
    if not stands and not _position(meaning, text, kind, first=first, warm=warm):
        return []
    return [
        Draft(
            sentence.offset,
            sentence.offset + len(text),
            turn,
            n,
            kind,
            "speech",
            None,
            text,
            sentence.names,
            answer if meaning.rule == "none" else None,
        )
    ]


def _says(sentence: Sentence, cues: Cues) -> bool:
    """Whether the main verb is one of saying, with the speaker as its subject: `We called for`."""
    parsed = sentence.parsed
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    subject = parsed.child(root, "nsubj") if root is not None else None
    if root is None or subject is None or parsed.words[subject].lower() not in {"i", "we"}:
        return False
    options = cues.verbs.get(parsed.words[root].lower(), [])
    return any(c.group == "said" and c.lemma not in _BARE for c in options)


def _lean(sentence: Sentence, cues: Cues) -> str | None:
    """What the main verb alone says: `We welcome`, `I reject`."""
    parsed = sentence.parsed
    for i, dep in enumerate(parsed.deps):
        if dep == "ROOT":
            negated = any(parsed.deps[k] == "neg" for k in parsed.children(i))
            options = cues.verbs.get(parsed.words[i].lower(), [])
            return (
                next((c.lean for c in options if c.lean and not c.particle), None)
                if not negated
                else None
            )
    return None


def _guessed(sentence: Sentence, state: State) -> Holder | None:
    """Of whom a speaker expects something: `I believe that Washington will come round`."""
    parsed = sentence.parsed
    if not parsed.has_tree:
        return None
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    if root is None:
        return None
    feeling = parsed.child(root, "acomp")
    if feeling is not None and parsed.words[feeling].lower() in _SURE:
        root = feeling
    elif parsed.words[root].lower() not in _GUESS:
        return None
    clause = parsed.child(root, "ccomp")
    subject = parsed.child(clause, "nsubj", "nsubjpass") if clause is not None else None
    if clause is None or subject is None:
        return None
    if not {parsed.words[k].lower() for k in parsed.children(clause)} & (_FUTURE | EXPECTED):
        return None
    holder = _thirds(sentence, subject, state) or resolve(sentence, subject, state)
    if holder is None or not holder.actors or holder.via == "inherited":
        return None
    return holder


def _spoken_of(sentence: Sentence, state: State) -> Holder | None:
    """Whom a pronoun that is the subject means, where the turn speaks of someone else."""
    parsed = sentence.parsed
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    subject = parsed.child(root, "nsubj") if root is not None else None
    return _thirds(sentence, subject, state) if subject is not None else None


def _thirds(sentence: Sentence, subject: int, state: State) -> Holder | None:
    pronoun = sentence.parsed.words[subject].lower() in {"they", "he", "she"}
    return state.third if pronoun else None


def _position(meaning: Meaning, text: str, kind: str, *, first: bool, warm: bool) -> bool:
    """Whether a sentence in a turn takes a position."""
    said = meaning.rule != "none"
    elliptic = meaning.rule in ELLIPTIC
    stands = first and _STAND.search(text) is not None
    demands = _DEMAND.search(text) is not None
    if kind != "actor":
        return said and (meaning.issue in {"participation", "mission", "mandate"} or warm)
    if meaning.issue == "other":
        return elliptic or (warm and (stands or (said and demands)))
    if meaning.issue == "talks":
        return first and stands if not said else first or demands or elliptic
    return said or stands or demands or meaning.issue in {"participation", "mandate"}


def _answer(reader: Reader, text: str, asked: str | None) -> str | None:
    """What `yes` and `no` amount to as answers to a question about the speaker's own part."""
    if asked is None or len(text.split()) > 12:
        return None
    if reader.issue(plain(asked)) not in {"participation", "mission"}:
        return None
    if _NO.match(text):
        return "decline"
    return "commit" if _YES.match(text) else None


def flat_subject(sentence: Sentence, state: State) -> Holder | None:
    """Actor that is the subject of the main clause by its own name."""
    parsed = sentence.parsed
    if not parsed.has_tree:
        return None
    root = next((i for i, dep in enumerate(parsed.deps) if dep == "ROOT"), None)
    if root is None or sentence.in_quote(parsed.starts[root]):
        return None
    subject, own = subject_of(sentence, root)
    if subject is None or not own:
        return None
    holder = resolve(sentence, subject, state)
    if holder is None or not holder.actors or holder.via == "inherited" or holder.dropped:
        return None
    return holder
