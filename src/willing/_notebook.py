"""The Python door: open a case, assess it, look at it in a notebook.

>>> import willing
>>> case = willing.open("ukraine-2025")
>>> f = case.assess(by="2025-10-01", draws=200, reasons=False)
>>> sorted(f.prospects)[:2]
['deployed', 'format_agreed']
>>> f.chart("map")
<Picture: show it in a notebook, or save it as .svg, .png or .html>
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from willing._shown import Picture, Prospect, Prospects, Table
from willing.briefing import Account, account, html
from willing.briefing.charts._theme import quickly
from willing.briefing.pictures import makers
from willing.case import STANCES, Case, contradictions, list_cases, load
from willing.data.missions import load_missions
from willing.errors import UsageError, nearest
from willing.forecast import Assessment, assess, document, milestone_curve, score_case
from willing.forecast.gather import stance_priors
from willing.record import Record, positions

__all__ = ["Forecast", "OpenCase", "open_case", "read", "shipped"]


def open_case(path_or_id: str | Path) -> OpenCase:
    """Open a case: a folder, or a shipped case by its id (see :func:`shipped`).

    Raises
    ------
    FaultsError
        Every fault in the folder at once.
    UnreadableError
        Where it cannot be read at all.
    """
    return OpenCase(load(path_or_id))


def shipped() -> list[str]:
    """Return the ids of the shipped cases."""
    return list_cases()


def read(source: str | Path, *, published: date | str | None = None) -> Table:
    """Read a file's candidate statements, each with the words it rests on.

    Parameters
    ----------
    source
        A text, HTML, PDF or Word file.
    published
        Day of publication, from which relative dates count (default: as the text says).

    Raises
    ------
    UnreadableError
        Where the file cannot be read.
    """
    from willing.reading import extract
    from willing.reading import load as load_text

    text = load_text(str(source), _day(published))
    return Table(
        [
            {
                "actor": list(s.actor),
                "stance": s.stance,
                "domain": s.domain,
                "issue": s.issue,
                "kind": s.kind,
                "speaker": s.speaker,
                "condition": s.condition,
                "said_at": str(s.said_at) if s.said_at else None,
                "words": " ".join(s.span.of(text.text).split()),
            }
            for s in extract(text)
        ],
        f"Candidate statements of {Path(source).name}: none counts before somebody accepts it",
    )


def _day(value: date | str | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise UsageError(f"found {value!r}; expected a date such as 2025-10-01") from None


class OpenCase:
    """A case at hand, and what the engines say of it.

    Attributes
    ----------
    case
        The nouns: actors, statements, conditions, routes, pledges (`willing.case.Case`).
    """

    def __init__(self, case: Case) -> None:
        self.case = case

    def statements(self, actor: str | None = None) -> Table:
        """Return who said what and when, oldest first, of one actor or of all."""
        rows = [
            {
                "id": s.id,
                "date": s.date,
                "actor": s.actor,
                "speaker": s.speaker,
                "issue": s.issue,
                "stance": s.stance,
                "domain": s.domain,
                "condition": s.condition,
                "summary": s.summary,
                "source_url": s.source_url,
            }
            for s in sorted(self.case.statements, key=lambda s: (s.date, s.id))
            if actor is None or s.actor == actor
        ]
        return Table(rows, f"Statements, as of {self.case.as_of}")

    def positions(
        self,
        as_of: date | str | None = None,
        *,
        issue: str = "participation",
        domain: str = "any",
    ) -> Table:
        """Return where every actor stands on an issue as known on a day, firmest first.

        `mean` and `sd` are on 0-100 (0 threatens, 100 leads); `likeliest` is the rung of the
        ladder with the highest probability `p`; `statements` counts what it rests on.

        Raises
        ------
        UsageError
            For an issue or domain that the case does not have.
        """
        record = self.record(as_of)
        _one_of("issue", issue, list(record.issues))
        _one_of("domain", domain, ["any", *record.domains])
        one = record.issues[issue]
        rows: list[dict[str, Any]] = []
        for place, actor in enumerate(record.actors):
            mean, sd = record.position(actor, domain, issue)
            chances = record.stance(actor, domain, issue)
            top = int(chances.argmax())
            rows.append(
                {
                    "actor": actor,
                    "mean": float(mean),
                    "sd": float(sd),
                    "likeliest": STANCES[top],
                    "p": float(chances[top]),
                    "statements": int(one.observations.start[place + 1])
                    - int(one.observations.start[place]),
                }
            )
        rows.sort(key=lambda r: (-r["mean"], r["actor"]))
        said = (
            f"Positions on {issue}, {domain}, 0-100, as known on {_day(as_of) or self.case.as_of}"
        )
        return Table(rows, said)

    def record(self, as_of: date | str | None = None) -> Record:
        """Return the estimate behind `positions`, with what each statement moved."""
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
        """Simulate the case and return what comes of it.

        Parameters
        ----------
        by
            The date asked for (default: a year after `as_of`).
        as_of
            Nothing dated or published later is used (default: the case's own date).
        draws
            Simulated futures. More make the figures steadier; the intervals stay.
        seed
            Same seed, same figures.
        levers
            Ids of levers taken as pulled.
        reasons
            Also rank what holds the mission up and what the levers would change (about twice
            the time).

        Raises
        ------
        UsageError
            For a date outside the case's horizon, or an unknown lever.
        """
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

    def force(
        self, format: str | None = None, *, time_limit: float = 20.0, draws: int = 1000
    ) -> dict[str, Any]:
        """Return the best package of what is on offer: the document of `willing force`.

        Parameters
        ----------
        format
            A format of the case (default: its own).
        time_limit
            Seconds for the package; the best plan so far is kept.
        draws
            Draws of what becomes of pledges.
        """
        from time import perf_counter

        from willing.force import document as force_document
        from willing.force import field_case

        found = field_case(
            self.case, format, draws=draws, time_limit=time_limit, clock=perf_counter
        )
        return force_document(found)

    def score(self, **settings: Any) -> dict[str, Any]:
        """Return the document of `willing score` on the case's own questions.

        `settings` are `as_of`, `draws` and `seed`, as of `assess`.
        """
        if "as_of" in settings:
            settings["as_of"] = _day(settings["as_of"])
        return score_case(self.case, self.case.questions, load_missions(), **settings)

    def __repr__(self) -> str:
        c = self.case
        return (
            f"<{c.id}: {c.title}; as of {c.as_of}; {len(c.actors)} actors, "
            f"{len(c.statements)} statements, {len(contradictions(c))} contradictions>"
        )

    def _repr_html_(self) -> str:
        c = self.case
        counts = {
            "actors": len(c.actors),
            "statements": len(c.statements),
            "contradictions": len(contradictions(c)),
            "pledges": len(c.pledges),
            "routes": len(c.routes),
            "levers": len(c.levers),
        }
        row = ", ".join(f"{n} {what}" for what, n in counts.items())
        return (
            f"<p><b>{escape(c.title)}</b> ({escape(c.id)}, {escape(c.handling)}, as of {c.as_of})"
            f"<br>{escape(c.question)}<br>{row}</p>"
        )


class Forecast:
    """What comes of a case: figures, reasons, charts, briefing.

    Attributes
    ----------
    assessment
        The full result, with the simulated outcome and what the engines said.
    """

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document of `willing assess --json`."""
        return document(self.assessment)

    @cached_property
    def _said(self) -> Account:
        return account(self.assessment, self.document)

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        return self._said.answer

    @property
    def prospects(self) -> Prospects:
        """Probability, low and high of each milestone by the date asked for."""
        found = {
            m["id"]: Prospect(m["by"]["probability"], m["by"]["low"], m["by"]["high"])
            for m in self.document["milestones"]
        }
        return Prospects(found, self.document["by"])

    def curve(self, milestone: str) -> Table:
        """Return the probability that a milestone is reached by each week.

        Raises
        ------
        UsageError
            For a milestone that the case does not have.
        """
        _one_of("milestone", milestone, [m.id for m in self.assessment.case.milestones])
        rows = [
            {
                "date": self.assessment.day(week),
                "probability": b.probability,
                "low": b.low,
                "high": b.high,
            }
            for week, b in enumerate(milestone_curve(self.assessment, milestone))
        ]
        return Table(rows, f"P({milestone} reached), with the 5th and 95th percentile")

    @property
    def participation(self) -> Table:
        """Who takes part, by domain, on the date asked for; the likeliest first.

        `p_join` is the probability of taking part, `p_willing` that conditions aside.
        """
        day = self.assessment.day(self.assessment.by_week).isoformat()
        rows = [
            {k: row[k] for k in ("actor", "domain", "p_join", "p_willing")}
            for row in self.document["participation"]
            if row["date"] == day
        ]
        rows.sort(key=lambda r: (-r["p_join"], r["actor"], r["domain"]))
        return Table(rows, f"Taking part on {day}")

    @property
    def routes(self) -> Table:
        """Each route: the chance that it is open at the horizon, and who can block it alone."""
        rows = [
            {
                "id": r["id"],
                "label": r["label"],
                "by": r["p_open"][-1]["date"],
                "p_open": r["p_open"][-1]["p"],
                "blocked_by_one": [s[0] for s in r["blocked_by"] if len(s) == 1],
            }
            for r in self.document["routes"]
        ]
        return Table(rows, "Routes to a mandate")

    @property
    def holding_up(self) -> Table:
        """Of the futures that fail, the share that one condition alone would have saved."""
        rows = [{k: h[k] for k in ("condition", "share")} for h in self.document["holding_up"]]
        return Table(rows, f"What holds {self.assessment.focus} up by {self.assessment.by}")

    @property
    def levers(self) -> Table:
        """What each lever changes in the probability of its milestone; the strongest first."""
        names = ("id", "label", "milestone", "change", "low", "high")
        rows = [{k: e[k] for k in names} for e in self.document["levers"]]
        return Table(rows, f"Change in probability by {self.assessment.by}")

    @property
    def charts(self) -> list[str]:
        """Names of the charts that `chart` draws."""
        drawn = makers(self.assessment, self.document, self._said)
        return [name for name, make in drawn.items() if make]

    def chart(self, name: str) -> Picture:
        """Return a chart of the briefing; `.altair` is the Altair chart itself.

        Raises
        ------
        UsageError
            With the nearest name.
        """
        _one_of("chart", name, self.charts)
        make = makers(self.assessment, self.document, self._said)[name]
        with quickly():
            return Picture(make() if make else None)

    def save(self, path: str | Path) -> Path:
        """Write the briefing as one self-contained HTML page; return where it stands."""
        place = Path(path)
        place.write_text(html(self.assessment, self.document, said=self._said), encoding="utf-8")
        return place

    def __repr__(self) -> str:
        rows = repr(self.prospects).splitlines()[1:]
        return "\n".join([f"{self.assessment.case.title}, by {self.assessment.by}:", *rows])

    def _repr_html_(self) -> str:
        title = escape(self.assessment.case.title)
        return f"<p><b>{title}</b>. {escape(self.answer)}</p>{self.prospects._repr_html_()}"


def _one_of(what: str, word: str, valid: Sequence[str]) -> None:
    if word in valid:
        return
    hint = nearest(word, list(valid))
    raise UsageError(
        f"no {what} {word!r}; expected one of {', '.join(valid)}"
        + (f". Did you mean {hint!r}?" if hint else "")
    )
