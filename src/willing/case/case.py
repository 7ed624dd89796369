"""The case: what `case.yaml` says, and the case as a whole with its tables."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from willing.case.ladder import Domain, Stance
from willing.case.tables import Actor, CalendarEntry, Pledge, Question, Resolution, Statement
from willing.case.values import (
    ActorId,
    CaseId,
    Day,
    Expression,
    Finite,
    Noun,
    Positive,
    Range,
    Rate,
    Share,
    Slug,
    Whole,
)


class Theatre(Noun):
    """Where the mission would go, and what the reference class needs to know about it."""

    countries: tuple[ActorId, ...]
    conflict: str = Field(description="Name of the conflict; its own past missions never train.")
    casualty_risk: Literal["low", "med", "high"]
    war: Literal["interstate", "internationalised", "civil", "none"] | None = None
    task: Literal["truce", "agreement", "protection", "support", "coercion", "sea"] | None = None
    nuclear_opponent: bool = False
    population: Positive | None = None
    line_km: Positive | None = None
    access: tuple[str, ...] = ()
    note: str = ""


class Parties(Noun):
    """Who is host, who is on the other side, who leads."""

    host: ActorId
    opposing: tuple[ActorId, ...] = ()
    leading: tuple[ActorId, ...] = ()


class Issue(Noun):
    """A 0-100 continuum with labelled ends."""

    id: Slug
    label: str
    low: str
    high: str
    note: str = ""


class Track(Noun):
    """A negotiating table: who sits at it, who is left out, and what that costs a deal."""

    id: Slug
    label: str
    participants: tuple[ActorId, ...]
    left_out: tuple[ActorId, ...] = ()
    issues: tuple[Slug, ...] = ()
    slows: tuple[Slug, ...] = Field(
        default=(), description="Conditions whose beginning the exclusion makes less likely."
    )
    exclusion_cost: Share | None = Field(
        default=None,
        description="Share of the beginning rate that is lost while some are left out.",
    )
    mended_by: Expression = Field(
        default="", description="When this holds, the exclusion no longer costs anything."
    )
    note: str = ""
    sources: tuple[str, ...] = ()


class Push(Noun):
    """Something that multiplies a rate while it holds (at least 1 for a beginning)."""

    when: Expression = Field(alias="if")
    times: Positive


class Event(Noun):
    """A fact from outside that begins and ends with a hazard."""

    kind: Literal["event"]
    id: Slug
    label: str
    begin: Rate
    end: Rate | None = None
    initially: bool = False
    possible: Expression = Field(default="", alias="while")
    hastened_by: tuple[Push, ...] = ()
    settle_weeks: Annotated[Whole, Field(ge=0, le=26)] = 0
    adverse: bool = Field(default=False, description="True where it happening hinders the mission.")
    note: str = ""
    sources: tuple[str, ...] = ()


class Consent(Noun):
    """An actor's consent: its position on an issue stands at a rung or higher."""

    kind: Literal["consent"]
    id: Slug
    label: str
    actor: ActorId
    issue: Slug = "mission"
    at_least: Stance = "consider"
    also: Expression = ""
    note: str = ""
    sources: tuple[str, ...] = ()


class Derived(Noun):
    """A fact that follows from others: an expression of the condition language."""

    kind: Literal["derived"]
    id: Slug
    label: str
    holds: Expression = Field(alias="is")
    note: str = ""
    sources: tuple[str, ...] = ()


Condition = Annotated[Event | Consent | Derived, Field(discriminator="kind")]


class ForumUse(Noun):
    """A forum as this case uses it: which rule, and what is put to it."""

    id: Slug
    rule: str = Field(description="Id of a shipped forum rule: unsc, nato, eu, osce ...")
    label: str = ""
    members: tuple[ActorId, ...] = Field(
        default=(), description="Only where the rule's own members as of the date do not serve."
    )
    issue: Slug = "mission"
    proposal: Annotated[Finite, Field(ge=0, le=100)] = 75.0
    status_quo: Annotated[Finite, Field(ge=0, le=100)] = 25.0
    days: Positive | None = None
    note: str = ""
    sources: tuple[str, ...] = ()


class Approval(Noun):
    """A national approval: whose, when, how long, and how likely to be given."""

    actor: ActorId
    body: str
    when: Literal["before", "after", "none"]
    days: Positive
    given: Share
    note: str = ""
    sources: tuple[str, ...] = ()


class Route(Noun):
    """A way to a mandate: an expression over votes, consents and approvals."""

    id: Slug
    label: str
    opens: Expression
    days: Positive = Field(description="From agreement in substance to the last approval, in days.")
    note: str = ""
    sources: tuple[str, ...] = ()


class Task(Noun):
    """One task of a format, in published planning terms."""

    id: Slug
    task: str
    domain: Domain
    quantity: Positive
    unit: str
    factor: str = ""
    note: str = ""
    source: str = ""


class Contribution(Noun):
    """What binds one contributor whatever it pledged."""

    actor: ActorId
    cap: Annotated[Finite, Field(ge=0)] | None = None
    minimum: Annotated[Finite, Field(ge=0)] | None = None
    note: str = ""


class PackageRules(Noun):
    """What binds every package of a format; what is left out does not bind.

    Persons for framework and lift, US dollars over the whole time for the budget.
    """

    nations_per_sector: Annotated[Whole, Field(ge=1)] | None = None
    framework: tuple[ActorId, ...] = ()
    framework_minimum: Positive | None = None
    lift_in: Positive | None = None
    lift_out: Positive | None = None
    budget: Positive | None = None
    burden_share: Share | None = None
    contributors: tuple[Contribution, ...] = ()


class Format(Noun):
    """A shape of the mission: what it requires by domain, and the tasks behind it.

    Units by domain: land and training in persons, air in aircraft, sea in ships, air defence in
    batteries.
    """

    id: Slug
    label: str
    requires: dict[Domain, Positive]
    tasks: tuple[Task, ...] = ()
    sectors: tuple[str, ...] = ()
    rules: PackageRules | None = None
    note: str = ""
    sources: tuple[str, ...] = ()


class Milestone(Noun):
    """A step on the way, with what it needs and how fast it comes once that holds.

    `model` says how: `hazard` (a rate while `needs` holds), `announced` (a deadline that slips),
    `route` (the first route to open), `force` (coverage of the format), `arrival` (history's
    second stage), `ramp` (time from arrival to strength).
    """

    id: Slug
    label: str
    model: Literal["hazard", "announced", "route", "force", "arrival", "ramp"]
    needs: Expression = ""
    rate: Rate | None = None
    due: Day | None = None
    announced: Day | None = None
    slip: Positive | None = Field(
        default=None, description="Actual over announced time, as a multiple; 1 is punctual."
    )
    never: Share | None = Field(default=None, description="Chance that the deadline is dropped.")
    share: Annotated[Finite, Field(gt=0, le=1)] = 1.0
    reached: Day | None = None
    note: str = ""
    sources: tuple[str, ...] = ()


class Delay(Noun):
    """Who gains from waiting: resistance in bargaining, 0 (none) to 1 (does not move)."""

    actor: ActorId
    resistance: Share
    cost_of_no_agreement: Share | None = Field(
        default=None,
        description="What it loses if a deadline passes without agreement, 0 to 1; "
        "presses it as the deadline nears.",
    )
    note: str = ""
    sources: tuple[str, ...] = ()


class Clock(Noun):
    """Time: how far ahead, and who gains from waiting."""

    horizon_weeks: Annotated[Whole, Field(ge=1, le=520)] = 104
    bargaining_model: str = "meeting"
    bargaining_rate: Share
    delays: tuple[Delay, ...] = ()


class TakingPart(Noun):
    """What it takes to count as taking part.

    `requires` is the condition of an actor that has not stated one of its own. `at_least` is the
    rung from which an actor joins once its condition holds; `spread` (in levels) says how unsure
    that cut is.
    """

    requires: Expression
    at_least: Stance = "conditional"
    spread: Positive
    minimum: Annotated[Whole, Field(ge=1)] = 2
    note: str = ""
    sources: tuple[str, ...] = ()


class Effect(Noun):
    """One thing a lever does. Exactly the fields its `do` needs are given.

    `set`: condition becomes `to` from `on` (default: the as-of date) for good.
    `shift`: `actor`'s position on `issue` moves by `by` levels (`low` to `high`).
    `open`: route opens; `relax`: the taking-part condition becomes `requires` (for `actor`, or
    for all); `pledge`: `actor` adds `number` of `unit` in `domain`; `hasten`: rate of `condition`
    or milestone times `by` (`low` to `high`).
    """

    do: Literal["set", "shift", "open", "relax", "pledge", "hasten"]
    condition: str = ""
    to: bool = True
    on: Day | None = None
    actor: str = ""
    issue: str = "participation"
    by: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    route: str = ""
    requires: Expression = ""
    domain: str = ""
    unit: str = ""
    number: Finite | None = None


class Lever(Noun):
    """Something that somebody could do, and what it would change."""

    id: Slug
    label: str
    who: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = Field(min_length=1)
    milestone: Slug = "deployed"
    risk: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()


class CaseFile(Noun):
    """All of `case.yaml`."""

    schema_version: Literal[1] = 1
    id: CaseId
    title: str
    as_of: Day
    question: str
    summary: str = ""
    handling: Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"] = (
        "TLP:CLEAR"
    )
    theatre: Theatre
    parties: Parties
    issues: tuple[Issue, ...]
    tracks: tuple[Track, ...] = ()
    conditions: tuple[Condition, ...]
    forums: tuple[ForumUse, ...] = ()
    approvals: tuple[Approval, ...] = ()
    routes: tuple[Route, ...]
    formats: tuple[Format, ...] = Field(min_length=1)
    format: Slug
    taking_part: TakingPart
    milestones: tuple[Milestone, ...]
    clock: Clock
    levers: tuple[Lever, ...] = ()
    notes: tuple[str, ...] = ()


class Case(CaseFile):
    """A case with its tables: everything the engines need, nothing they have to fetch."""

    actors: tuple[Actor, ...]
    statements: tuple[Statement, ...]
    pledges: tuple[Pledge, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()
    questions: tuple[Question, ...] = ()
    resolutions: tuple[Resolution, ...] = ()

    def as_known(self, on: date) -> Case:
        """Return the case as it could be known on a date: nothing dated or published later."""
        return self.model_copy(
            update={
                "as_of": on,
                "statements": tuple(s for s in self.statements if s.known <= on),
                "pledges": tuple(p for p in self.pledges if p.known <= on),
                "calendar": tuple(c for c in self.calendar if c.known_by <= on),
                "resolutions": tuple(r for r in self.resolutions if r.resolved <= on),
                "milestones": tuple(
                    m.model_copy(
                        update={
                            "reached": m.reached if m.reached and m.reached <= on else None,
                            "due": m.due if m.announced is None or m.announced <= on else None,
                        }
                    )
                    for m in self.milestones
                ),
            }
        )

    def actor(self, id: str) -> Actor:
        """Return an actor by id; KeyError when there is none."""
        for one in self.actors:
            if one.id == id:
                return one
        raise KeyError(id)


__all__ = [
    "Actor",
    "Approval",
    "Case",
    "CaseFile",
    "Clock",
    "Condition",
    "Consent",
    "Contribution",
    "Delay",
    "Derived",
    "Effect",
    "Event",
    "Format",
    "ForumUse",
    "Issue",
    "Lever",
    "Milestone",
    "PackageRules",
    "Parties",
    "Push",
    "Range",
    "Route",
    "TakingPart",
    "Task",
    "Theatre",
    "Track",
]
