"""Value types every noun is built from: ids, ranges with a basis, rates."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from willing.case.fields import meaning


def _iso(value: Any) -> Any:
    """Let a date or an ISO 8601 day pass; numbers and times of day are not guessed at."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date | str):
        raise ValueError("a date as YYYY-MM-DD")
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
            raise ValueError("a date as YYYY-MM-DD")
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("a day that exists, as YYYY-MM-DD") from None
    return value


def _outcome(value: Any) -> Any:
    """Read what a table holds as text."""
    return int(value) if isinstance(value, str) and value.strip() in {"0", "1"} else value


def _number(value: Any) -> Any:
    """Refuse `true` and `false`, which Python would take for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("a number")
    return value


#: id of a condition, route, milestone, lever ... : what the condition language calls a NAME
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
#: id of a case: also a folder name
CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
#: id of an actor: ISO 3166-1 alpha-3 for a state, capitals for an organisation
ActorId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,11}$")]
#: marks a field as text in the condition language
CONDITION_LANGUAGE = "condition language"
#: text in the condition language
Expression = Annotated[str, StringConstraints(max_length=2_000), CONDITION_LANGUAGE]
#: a number, neither NaN nor infinite
Finite = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
#: a whole number
Whole = Annotated[int, BeforeValidator(_number)]
#: a day as ISO 8601, YYYY-MM-DD
Day = Annotated[dt.date, BeforeValidator(_iso)]
#: what came of a question: 1 it happened, 0 it did not
Outcome = Annotated[Literal[0, 1], BeforeValidator(_outcome)]
Basis = Literal["source", "assumption", "history"]


def _explained(schema: dict[str, Any], noun: type[BaseModel]) -> None:
    """Let a noun's schema say what each field means."""
    for name, info in noun.model_fields.items():
        schema["properties"][info.alias or name]["description"] = meaning(noun, name)


class Noun(BaseModel):
    """Base of all nouns: immutable, and unknown fields are faults."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        validate_by_name=True,
        json_schema_extra=_explained,
    )


class Range(Noun):
    """A number that is not known exactly: low, likely and high, and what it rests on.

    A range whose basis is `assumption` must give a reason; one whose basis is `source` or
    `history` must name it.
    """

    low: Finite
    likely: Finite
    high: Finite
    unit: str = ""
    basis: Basis = "assumption"
    source: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _ordered_and_founded(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError(
                f"low <= likely <= high, found {self.low:g}, {self.likely:g}, {self.high:g}"
            )
        if self.basis == "assumption" and not self.reason:
            raise ValueError("a reason, because the basis is 'assumption'")
        if self.basis != "assumption" and not self.source:
            raise ValueError(f"a source, because the basis is {self.basis!r}")
        return self


class Share(Range):
    """A range within 0-1, such as a probability or a proportion."""

    low: Annotated[Finite, Field(ge=0, le=1)]
    likely: Annotated[Finite, Field(ge=0, le=1)]
    high: Annotated[Finite, Field(ge=0, le=1)]


class Positive(Range):
    """A range of numbers not below zero."""

    low: Annotated[Finite, Field(ge=0)]
    likely: Annotated[Finite, Field(ge=0)]
    high: Annotated[Finite, Field(ge=0)]


class Rate(Positive):
    """How often something begins or ends: events per `per`, while it can."""

    per: Literal["week", "month", "year"] = "month"

    def weekly(self) -> tuple[float, float, float]:
        """Return low, likely and high as events per week."""
        days = {"week": 7.0, "month": 365.25 / 12, "year": 365.25}[self.per]
        return (self.low * 7 / days, self.likely * 7 / days, self.high * 7 / days)
