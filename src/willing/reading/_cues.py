"""Cue words, compiled from data: which words mark a statement, and what they alone imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from willing.case.ladder import Stance

__all__ = ["Cue", "Cues", "Roles", "inflect"]

Group = Literal["said", "held", "act", "adjective", "noun"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue. `particle` must follow within three words; `needs_that` wants a clause or
    quotation, `needs_topic` a statement on the force, the war or the talks.
    """

    lemma: str
    group: Group
    lean: Stance | None = None
    particle: str | None = None
    needs_that: bool = False
    needs_topic: bool = False


def inflect(lemma: str) -> list[str]:
    """Regular forms of an English verb."""
    if lemma.endswith("e"):
        return [lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"]
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return [lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"]
    suffix = "es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"
    return [lemma, lemma + suffix, lemma + "ed", lemma + "ing"]


class Cues:
    """Cue words by form. Verbs, predicate adjectives and nouns are looked up apart."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.verbs: dict[str, list[Cue]] = {}
        self.adjectives: dict[str, Cue] = {}
        self.nouns: dict[str, Cue] = {}
        for group in get_args(Group)[:3]:
            for row in data[group]:
                head = row.get("head") or row["lemma"]
                cue = Cue(
                    row["lemma"],
                    group,
                    row.get("lean"),
                    row.get("particle"),
                    bool(row.get("that")),
                    bool(row.get("topic")),
                )
                for form in row.get("forms") or inflect(head):
                    self.verbs.setdefault(form, []).append(cue)
        for cues in self.verbs.values():  # those with a particle are tried first
            cues.sort(key=lambda c: (c.particle is None, ["said", "act", "held"].index(c.group)))
        for row in data["adjectives"]:
            self.adjectives[row["lemma"]] = Cue(row["lemma"], "adjective", row.get("lean"))
        for row in data["nouns"]:
            cue = Cue(row["lemma"], "noun", row.get("lean"))
            self.nouns[row["lemma"]] = self.nouns[row["lemma"] + "s"] = cue
        self.forecast: frozenset[str] = frozenset(data["forecast"])
        self.reported: frozenset[str] = frozenset(data["reported"])
        self.sourcing: tuple[str, ...] = tuple(data["sourcing"])
        self.forms: frozenset[str] = frozenset(
            {*self.verbs, *self.adjectives, *self.nouns, "according"}
        )


class Roles:
    """Words for those who speak for an actor, those who do not, and those who are many."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.official = frozenset(w.split()[-1] for w in data["official"]) | frozenset(
            data["official"]
        )
        self.unofficial = frozenset(data["unofficial"])
        self.collective = frozenset(data["collective"])
        self.former = frozenset(data["former"])
        self.bodies = frozenset(data["bodies"])

    def is_official(self, word: str) -> bool:
        """Whether a head noun names an office, a body or those who hold it."""
        low = word.lower()
        return low in self.official or (low.endswith("s") and low[:-1] in self.official)

    def is_body(self, word: str) -> bool:
        """Whether a head noun names a body, not one person in an office."""
        return word.lower() in self.bodies

    def is_unofficial(self, word: str) -> bool:
        """Whether a head noun names someone who speaks for no actor."""
        return word.lower() in self.unofficial
