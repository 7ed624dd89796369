"""The rows of a case folder's tables: actors, statements, pledges, calendar, questions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from willing.case.ladder import Domain, Stance
from willing.case.values import ActorId, Day, Expression, Finite, Noun, Outcome, Slug, Whole

Rank = Literal[
    "head",
    "minister",
    "legislature",
    "official",
    "organisation",
    "reported",
    "opposition",
    "author",
]
Kind = Literal["actor", "ascribed", "forecast"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
RowId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]


class Actor(Noun):
    """A state or an organisation that has a stance or a vote.

    `influence` and `salience` (0-100) weigh it in bargaining; the covariates (`nato`, `eu`,
    `distance_km`, `active_personnel`, `neighbour_of_opposing`) feed the prior of an actor that
    has said nothing. Blank is missing, never zero.
    """

    id: ActorId
    name: str
    kind: Literal["state", "organisation"] = "state"
    role: Literal["host", "opposing", "lead", "candidate", "stakeholder", "forum"] = "candidate"
    influence: Annotated[Finite, Field(ge=0, le=100)] | None = None
    salience: Annotated[Finite, Field(ge=0, le=100)] | None = None
    nato: bool | None = None
    eu: bool | None = None
    neighbour_of_opposing: bool | None = None
    distance_km: Annotated[Finite, Field(ge=0)] | None = None
    active_personnel: Annotated[Finite, Field(ge=0)] | None = None
    stands_for: str = ""
    note: str = ""
    source_url: str = ""
    publisher: str = ""


class Statement(Noun):
    """One dated, sourced utterance: who said what on which issue, and how far to trust it.

    `actor` holds the position, `speaker` uttered it; they may differ. `event` groups reports of
    one utterance, which count once. `condition` is the condition in words; `requires` the same in
    the condition language, where it can be said in it. `kind` keeps apart what the actor said,
    what the author ascribes to it and what the author forecasts. `reliability` and `credibility`
    are the NATO Admiralty code of source and information.
    """

    id: RowId
    date: Day
    published: Day | None = None
    actor: ActorId
    speaker: str = ""
    role: str = ""
    rank: Rank
    verb: str = ""
    about: str = ""
    issue: Slug
    event: str = ""
    stance: Stance
    domain: Domain
    condition: str = ""
    requires: Expression = ""
    kind: Kind
    reliability: Reliability
    credibility: Annotated[Whole, Field(ge=1, le=6)]
    summary: str
    source_url: str = ""
    publisher: str
    document: str = ""
    span_start: Annotated[Whole, Field(ge=0)] | None = None
    span_length: Annotated[Whole, Field(ge=1)] | None = None

    @property
    def known(self) -> dt.date:
        """The day from which the statement can be known: the later of utterance and publication."""
        return max(self.date, self.published) if self.published else self.date

    @model_validator(mode="after")
    def _published_after_said(self) -> Self:
        if self.published and self.published < self.date:
            raise ValueError(f"published on or after {self.date}, found {self.published}")
        return self


class Pledge(Noun):
    """What an actor offers, or what we estimate it would: `kind` says which.

    `number` counts `unit`s (an id of the unit catalogue, or `persons`, `aircraft`, `ships`,
    `batteries`); `low` and `high` bound it. `requires` holds the conditions in the condition
    language. `reliability` is the chance that it is delivered in full and on time; blank takes
    the delivery model's.
    """

    id: RowId
    actor: ActorId
    date: Day
    published: Day | None = None
    kind: Literal["pledge", "offer", "estimate"]
    domain: Literal["land", "air", "sea", "air_defence", "training"]
    unit: str
    number: Annotated[Finite, Field(ge=0)]
    low: Annotated[Finite, Field(ge=0)] | None = None
    high: Annotated[Finite, Field(ge=0)] | None = None
    ready_days: Annotated[Whole, Field(ge=0, le=3650)] = 90
    max_months: Annotated[Whole, Field(ge=1, le=120)] | None = None
    rotation_ratio: Annotated[Finite, Field(ge=1, le=10)] | None = None
    caveats: str = ""
    requires: Expression = ""
    minimum: Annotated[Finite, Field(ge=0)] | None = None
    reliability: Annotated[Finite, Field(ge=0, le=1)] | None = None
    note: str
    source_url: str = ""
    publisher: str = ""

    @property
    def known(self) -> dt.date:
        """The day from which the pledge can be known."""
        return max(self.date, self.published) if self.published else self.date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low = self.number if self.low is None else self.low
        high = self.number if self.high is None else self.high
        if not low <= self.number <= high:
            raise ValueError(f"low <= number <= high, found {low:g}, {self.number:g}, {high:g}")
        return self


class CalendarEntry(Noun):
    """A meeting or a deadline: when, who, to decide what, announced by whom, known since when.

    `participants` are actor ids separated by semicolons. `decides` names the condition or
    milestone a deadline is for. A date range gives `date_to`.
    """

    id: RowId
    date: Day
    date_to: Day | None = None
    kind: Literal["meeting", "deadline", "event"]
    event: str
    place: str = ""
    participants: str = ""
    track: str = ""
    issue: str = ""
    to_decide: str = ""
    decides: str = ""
    decided: str = ""
    announced_by: str = ""
    known_by: Day
    source_url: str = ""
    publisher: str = ""

    @property
    def actors(self) -> tuple[str, ...]:
        """Participants as actor ids."""
        return tuple(p.strip() for p in self.participants.split(";") if p.strip())

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.date_to and self.date_to < self.date:
            raise ValueError(f"date_to on or after {self.date}, found {self.date_to}")
        return self


class Question(Noun):
    """A question with a date, that events will answer (see the contract in the reference)."""

    id: RowId
    kind: Literal["milestone", "condition", "stance_at_least"]
    actor: str = ""
    domain: str = ""
    target: str
    by: Day
    outcome: Outcome | None = None


class Resolution(Noun):
    """How a question was answered, when, and by which source."""

    question: RowId
    outcome: Outcome
    resolved: Day
    source_url: str = ""
    note: str = ""
