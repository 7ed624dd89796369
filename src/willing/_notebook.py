"""The Python door: open a case, assess it, look at it in a notebook.

>>> import willing
>>> case = willing.open("ukraine-2025")
>>> f = case.assess(by="2025-10-01")   # doctest: +SKIP
>>> f.prospects                        # doctest: +SKIP
>>> f.chart("map")                     # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from willing.briefing import Account, account, html
from willing.briefing.charts._theme import quickly, specification
from willing.briefing.page import makers
from willing.briefing.words import milestone_name, percent, span
from willing.case import Case, contradictions, list_cases, load
from willing.data.missions import load_missions
from willing.errors import UsageError, nearest
from willing.forecast import Assessment, assess, document, score_case
from willing.forecast.gather import stance_priors
from willing.record import Record, positions

__all__ = ["Forecast", "OpenCase", "open_case"]


def open_case(path_or_id: str | Path) -> OpenCase:
    """Open a case: a folder, or a shipped case by its id.

    Raises
    ------
    FaultsError
        Every fault in the folder at once.
    UnreadableError
        Where it cannot be read at all.
    """
    return OpenCase(load(path_or_id))


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


class OpenCase:
    """A case at hand. `case` holds the nouns; everything else is asked of the engines."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def positions(self, as_of: date | str | None = None) -> Record:
        """Return where every actor stands (0-100 levels), as known on a day."""
        known = self.case.as_known(_day(as_of) or self.case.as_of)
        return positions(known, priors=stance_priors(known))

    def assess(
        self,
        *,
        by: date | str | None = None,
        as_of: date | str | None = None,
        draws: int = 10_000,
        seed: int = 20250405,
        levers: Sequence[str] = (),
        reasons: bool = True,
    ) -> Forecast:
        """Assess the case; see :func:`willing.forecast.assess`."""
        found = assess(
            self.case,
            load_missions(),
            as_of=_day(as_of),
            by=_day(by),
            draws=draws,
            seed=seed,
            levers=tuple(levers),
            reasons=reasons,
        )
        return Forecast(found)

    def score(self, **settings: Any) -> dict[str, Any]:
        """Score the case's own questions beside the baselines (see `willing score`)."""
        return score_case(self.case, self.case.questions, load_missions(), **settings)

    def __repr__(self) -> str:
        c = self.case
        return (
            f"<{c.id}: {c.title}; as of {c.as_of}; {len(c.actors)} actors, "
            f"{len(c.statements)} statements, {len(contradictions(c))} contradictions>"
        )


class Forecast:
    """An assessment to look at: figures, charts, briefing.

    Attributes
    ----------
    assessment
        The full result, with the simulated outcome and what the engines said.
    """

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment

    @cached_property
    def document(self) -> dict[str, Any]:
        """The `assess` document of the contract, ready for JSON."""
        return document(self.assessment)

    @cached_property
    def _said(self) -> Account:
        return account(self.assessment, self.document)

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        return self._said.answer

    @property
    def prospects(self) -> dict[str, tuple[float, float, float]]:
        """Probability, low and high of each milestone by the date asked for."""
        return {
            m["id"]: (m["by"]["probability"], m["by"]["low"], m["by"]["high"])
            for m in self.document["milestones"]
        }

    @property
    def charts(self) -> list[str]:
        """Names of the charts that `chart` draws."""
        drawn = makers(self.assessment, self.document, self._said)
        return [name for name, make in drawn.items() if make]

    def chart(self, name: str) -> Any:
        """Return a chart as an Altair chart, in the house's style.

        Raises
        ------
        UsageError
            With the nearest name.
        """
        if name not in self.charts:
            hint = nearest(name, self.charts)
            raise UsageError(
                f"no chart {name!r}; expected one of {', '.join(self.charts)}"
                + (f". Did you mean {hint!r}?" if hint else "")
            )
        make = makers(self.assessment, self.document, self._said)[name]
        if make is None:
            raise UsageError(f"there is nothing to draw for {name!r}")
        with quickly():
            drawn = make()
            drawn.config = specification(drawn)["config"]
        return drawn

    def save(self, path: str | Path) -> Path:
        """Write the briefing as one self-contained HTML page; return where it stands."""
        place = Path(path)
        place.write_text(html(self.assessment, self.document, said=self._said), encoding="utf-8")
        return place

    def __repr__(self) -> str:
        rows = [
            f"  {milestone_name(m, m):28} {percent(p):>8}  ({span(low, high)})"
            for m, (p, low, high) in self.prospects.items()
        ]
        by = self.assessment.by
        return "\n".join([f"{self.assessment.case.title}, by {by}:", *rows])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(milestone_name(m, m))}</td><td>{percent(p)}</td>"
            f"<td>{span(low, high)}</td></tr>"
            for m, (p, low, high) in self.prospects.items()
        )
        return (
            f"<p><b>{escape(self.assessment.case.title)}</b>, by {self.assessment.by}. "
            f"{escape(self.answer)}</p><table>{rows}</table>"
        )


def shipped() -> list[str]:
    """Return the ids of the shipped cases."""
    return list_cases()
