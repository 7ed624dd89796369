"""What a statement amounts to: issue, stance, domain, condition. Rules come as data.

Every answer carries the id of the rule that gave it and a confidence by kind of evidence: a rule
about participation 0.85, the cue's own lean 0.6, nothing at all 0.35. These are rankings for
review.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from willing.case.ladder import Domain, Stance
from willing.reading._gazetteer import Found
from willing.reading._types import Issue
from willing.reading._view import fold

__all__ = ["Condition", "Meaning", "Reader", "plain"]

_LIMIT = 1200
_CONTRACTIONS = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"\bi'm\b"), "i am"),
)
_FOREIGN = re.compile(
    r"\b(?:foreign|nato|nato-led|western|european|eu|allied|alliance|international|coalition|"
    r"partner|"
    r"outside|third-country|multinational)(?:'s)?(?: (?:member )?(?:states?'?|countr\w+'?|and "
    r"\w+|military|"
    r"combat|ground|peacekeeping))?(?: \w+)? "
    r"(?:troops?|soldiers?|contingents?|peacekeepers?|forces?|units|personnel|peacekeeping|"
    r"presence|mission)\b"
    r"|\b(?:troops?|soldiers?|contingents?|peacekeepers?|forces|personnel|units) (?:from|of) "
    r"(?:any |the |other |some )?(?:foreign|nato|western|european|eu|allied|member|third|"
    r"countries|states)\b"
)
#: "take part in an EU mission": the force is another's, the part is the holder's own
_JOINS = re.compile(
    r"\b(?:tak\w+ part|took part|participat\w+|join\w*|contribut\w+|part of|serv\w+|member of)\b"
    r"(?: \w+){0,5} $"
)
_OWN = re.compile(
    r"\b(?:our|my|its|their|his|her|own) (?:own )?(?:\w+ )?(?:troops?|soldiers?|contingents?|"
    r"forces?|"
    r"servicemen|army|military|units|personnel|men and women|participation|contribution|sons)\b"
)
_TROOPS = re.compile(
    r"\b(?:troops?|soldiers?|contingents?|peacekeepers?|forces?|servicemen|units|personnel|boots|"
    r"presence)\b"
)
_TRAINED = re.compile(r"\btrain\w* (?:of )?(?:the )?(?:\w+ )?$")
_CLAUSE_END = re.compile(
    r"[.;!?]|,\s{3,}|, (?:and|but|while|although|though|adding|saying|he|she|according)\b|$"
)
_COMMA = re.compile(r"[,.;!?]|$")


def plain(text: str) -> str:
    """Lower case, no accents, contractions undone, quotation marks out. For rules only."""
    low = re.sub(
        r"\b(?:is|are|was|were|seems?|looks?) (?:very |highly )?unlikely to\b",
        "will not",
        fold(text),
    )
    low = low.replace('"', "")
    for pattern, words in _CONTRACTIONS:
        low = pattern.sub(words, low)
    return low


class Condition(NamedTuple):
    """A condition in the words of the text: half-open range, and the case conditions it names."""

    start: int
    end: int
    ids: tuple[str, ...]
    strong: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a statement says. `rule` names the evidence for the stance."""

    stance: Stance
    domain: Domain
    issue: Issue
    condition: Condition | None
    rule: str
    confidence: float
    attitude: Stance  # to whatever the statement is about; equals `stance` where that is the force


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    stance: Stance
    own: bool
    explicit: bool
    never: tuple[re.Pattern[str], ...]
    patterns: tuple[re.Pattern[str], ...]


class Reader:
    """Compiled rules for stance, domain, issue and condition."""

    def __init__(
        self,
        stances: Mapping[str, Any],
        domains: Mapping[str, Sequence[str]],
        topics: Mapping[str, Sequence[str]],
        conditions: Mapping[str, Any],
    ) -> None:
        macros: Mapping[str, str] = stances["macros"]

        def compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
            return tuple(re.compile(_expand(p, macros)) for p in patterns)

        self._stances = [
            _Rule(
                r["id"],
                cast(Stance, r["stance"]),
                r.get("whose") in {"own", "explicit"},
                r.get("whose") == "explicit",
                compiled(r.get("none", ())),
                compiled(r["any"]),
            )
            for r in stances["rules"]
        ]
        self._about_own = {r.id for r in self._stances if r.own} | set(stances["participation"])
        self._domains = [(cast(Domain, d), compiled(p)) for d, p in domains.items()]
        self._topics = [(cast(Issue, i), compiled(p)) for i, p in topics.items()]
        self._strong = re.compile(r"\b(?:" + "|".join(conditions["strong"]) + r")", re.I)
        self._weak = re.compile(r"\b(?:" + "|".join(conditions["weak"]) + r")\b", re.I)
        self._map = [(m["id"], compiled(m["any"])) for m in conditions["map"]]

    def issue(self, text: str) -> Issue:
        """What a statement is about; `text` as `plain` gives it."""
        for issue, patterns in self._topics:
            if any(p.search(text) for p in patterns):
                return issue
        return "other"

    def domain(self, text: str) -> Domain:
        """Narrowest domain named; `any` where none or more than two are."""
        hits: list[tuple[int, Domain]] = []
        covered: list[tuple[int, int]] = []
        for domain, patterns in self._domains:
            places = [m.span() for p in patterns for m in p.finditer(text)]
            places = [s for s in places if not any(a <= s[0] < b for a, b in covered)]
            if places:
                hits.append((min(places)[0], domain))
            if domain == "air_defence":
                covered += places
        named = [d for _, d in sorted(hits) if d != "finance"]
        if not named:
            return "finance" if hits else "any"
        return named[0] if len(named) <= 2 else "any"

    def conditions(self, text: str) -> tuple[str, ...]:
        """Case conditions named in some words, in the order of the table."""
        low = plain(text)
        ids = [i for i, patterns in self._map if any(p.search(low) for p in patterns)]
        general = {"peace_agreement"} if {"ceasefire", "agreement_endorsed"} & set(ids) else set()
        explicit = "agreement" in low or "deal" in low or "treaty" in low
        return tuple(i for i in ids if i not in general or explicit)

    def condition(self, text: str) -> Condition | None:
        """The first condition in a clean text, strong ones before weak ones."""
        for pattern, strong in ((self._strong, True), (self._weak, False)):
            for match in pattern.finditer(text):
                opens = text[: match.start()].rstrip(' "')[-1:] in {"", ".", "!", "?"}
                end = (_COMMA if opens else _CLAUSE_END).search(text, match.end())
                stop = min(end.start() if end else len(text), match.start() + 260)
                words = text[match.start() : stop]
                ids = self.conditions(words)
                if not strong and not ids:
                    continue
                return Condition(
                    match.start(), match.start() + len(words.rstrip(' "')), ids, strong
                )
        return None

    def foreign(self, text: str, holder: frozenset[str], names: Sequence[Found]) -> bool:
        """Whether the forces spoken of are not the holder's own."""
        own = self.own(text, holder, names)
        if own is not None:
            return not own
        match = _FOREIGN.search(text)
        return match is not None and not _JOINS.search(text[: match.start()])

    def own(self, text: str, holder: frozenset[str], names: Sequence[Found]) -> bool | None:
        """Whether forces are said to be the holder's own; None where the text does not say."""
        if _OWN.search(text):
            return True
        owners: set[str] = set()
        for name in names:
            if _TRAINED.search(text[max(0, name.start - 40) : name.start]):
                continue  # "will train Ukrainian soldiers"
            if name.role in {"adjective", "group"} and _TROOPS.match(text, name.end + 1):
                owners.update(name.actors)
            window = text[name.end : name.end + 40]
            if name.role == "adjective" and re.match(
                r" (?:\w+ ){0,2}(?:troops|soldiers|forces|peacekeepers|contingent)", window
            ):
                owners.update(name.actors)
            before = text[max(0, name.start - 40) : name.start]
            if name.role == "name" and re.search(
                r"(?:troops|soldiers|forces|peacekeepers|contingents?|units) (?:from|of) (?:\w+ "
                r"){0,2}$",
                before,
            ):
                owners.update(name.actors)
        return bool(owners & holder) if owners else None

    def read(
        self,
        words: str,
        holder: frozenset[str],
        names: Sequence[Found],
        lean: Stance | None,
        *,
        warm: bool = False,
    ) -> Meaning:
        """Read a statement. `words` is clean text; `names` its names with offsets in `words`.

        `warm`: the text around is about a force, so that a position on nothing named is about it.
        """
        words = words[:_LIMIT]
        text = plain(words)
        issue = self.issue(text)
        unnamed = warm and issue == "other"
        if unnamed:
            issue = "mission"
        foreign = self.foreign(fold(words), holder, names)
        explicit = self.own(fold(words), holder, names) is True
        condition = self.condition(words)
        evidence = _bare(text)
        if condition is not None and condition.strong:
            evidence = plain(words[: condition.start] + " ... " + words[condition.end :])
            evidence = _bare(evidence)
            foreign = self.foreign(fold(words[: condition.start]), holder, names)
        stance, rule, sure = self._stance(evidence, foreign, explicit)
        if issue in {"mission", "mandate"} and rule in self._about_own:
            # whoever says what he himself will send speaks of taking part; `could` says too little
            # where nothing is named
            issue = issue if unnamed and stance == "consider" else "participation"
        elif issue == "participation" and foreign and stance in {"oppose", "threaten"}:
            issue = "mission"  # the forces of others
        if condition is not None and issue in {"talks", "other"}:
            # the condition speaks of a ceasefire; what depends on it need not
            own = stance in {"commit", "consider", "decline"} and rule != "cue"
            issue = "participation" if own else self.issue(evidence)
        if stance is None:
            if lean is not None:
                stance, rule, sure = lean, "cue", 0.6
                if foreign and lean in {"decline", "commit"}:
                    stance = "oppose" if lean == "decline" else "support_no_troops"
            else:
                stance, rule, sure = "undecided", "none", 0.35
        if condition is not None and condition.ids and issue == "other":
            issue = "mission"
        strong = condition is not None and condition.strong
        if condition is not None and issue in {"participation", "mission", "mandate"}:
            if (
                stance == "commit"
                or (stance == "consider" and (strong or condition.ids))
                or (strong and stance == "decline" and not _unless_absent(text, stance))
                or (strong and rule == "none")
            ):
                stance, rule = "conditional", rule + "+condition"
                sure = max(sure, 0.6)
        elif condition is not None and not strong:
            condition = None
        if unnamed and rule == "none":
            issue = "other"
        if issue == "other" and rule not in {
            "none",
            "cue",
            "support.words",
            "undecided.early",
            "oppose.others",
        }:
            issue = "mission"
        domain = self.domain(text)
        if domain == "finance" and stance in {"commit", "consider"}:
            stance = "support_no_troops"  # money is no participation
        attitude = stance
        if issue in {"talks", "other"}:  # no position on a force
            if stance in {"commit", "conditional", "consider", "decline", "lead"}:
                stance, sure = "undecided", 0.5
            if domain == "land":
                domain = "any"
        return Meaning(stance, domain, issue, condition, rule, sure, attitude)

    def _stance(self, text: str, foreign: bool, explicit: bool) -> tuple[Stance | None, str, float]:
        for rule in self._stances:
            if (rule.own and foreign) or (rule.explicit and not explicit):
                continue
            if any(p.search(text) for p in rule.never):
                continue
            if any(p.search(text) for p in rule.patterns):
                sure = 0.85 if rule.own or rule.stance in {"threaten", "oppose"} else 0.7
                return rule.stance, rule.id, sure
        return None, "none", 0.35


def _bare(text: str) -> str:
    """Without the marks that would part words a pattern counts: commas and apostrophes."""
    return text.replace(",", "").replace("'", "")


def _unless_absent(text: str, stance: str) -> bool:
    """A refusal stays one unless its condition could lift it (`not without a mandate`)."""
    return stance == "decline" and not re.search(
        r"\bunless\b|\bwithout\b|\bonly\b|\bif\b|\buntil\b|\bas long as\b|\boutside\b|\bbefore\b",
        text,
    )


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    for _ in range(3):
        for name, words in macros.items():
            pattern = pattern.replace("{" + name + "}", words)
    return pattern
