"""What `willing bargain` works on: a scenario file, or issues of a case from its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from willing.bargaining import Negotiation
    from willing.case import Case

    Array = NDArray[np.float64]

_MOST_BYTES = 50_000_000
_CASE_DRAWS = 1000
# Salience and influence in a case are estimates: give or take 15 of 100, and a tenth.
_SALIENCE_SD, _INFLUENCE_ERROR = 0.075, 0.1


def read_text(path: Path) -> str:
    """Read a text file; a clear error where it is missing, too large or not text."""
    from willing.errors import UnreadableError

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableError(f"{path}: larger than {_MOST_BYTES // 1_000_000} MB")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: not UTF-8 text (byte {error.start})") from None


def read_negotiation(
    file: str, as_of: str | None, draws: int | None, seed: int | None
) -> Negotiation:
    from willing.bargaining import read_scenario
    from willing.errors import UsageError

    path = Path(file)
    if "#" in file and not path.is_file():
        case, _, issue = file.rpartition("#")
        return _from_case(case, issue, as_of, draws, seed)
    if not path.is_file():
        from willing.case import list_cases

        if path.is_dir() or file in list_cases():
            raise UsageError(f"found a case; expected an issue of it, such as {file}#mission")
    if as_of:
        raise UsageError("--as-of: a scenario file has no dates; use it with CASE#issue")
    return read_scenario(read_text(path), path.name)


def _from_case(
    name: str, wanted: str, as_of: str | None, draws: int | None, seed: int | None
) -> Negotiation:
    """Where the actors of a case stand, drawn as surely as the record knows it.

    Several issues, separated by commas, make a negotiation of as many dimensions.
    """
    import numpy as np

    from willing.bargaining import Negotiation, uncertain
    from willing.case import load
    from willing.errors import UsageError
    from willing.forecast.gather import stance_priors
    from willing.record import positions

    case = load(name)
    issues = _issues(case, wanted)
    day = _day(as_of) if as_of else case.as_of
    known = case.as_known(day)
    record = positions(known, as_of=day, priors=stance_priors(known))
    spoken: dict[str, set[str]] = {}  # actor -> issues it has spoken on
    for issue in issues:
        if (standing := record.issues.get(issue)) is None:
            continue
        for actor, silent in zip(record.actors, standing.prior_only, strict=True):
            if not silent:
                spoken.setdefault(actor, set()).add(issue)
    actors = {a.id: a for a in case.actors}
    seated = [
        a
        for a in record.actors
        if a in spoken and actors[a].influence is not None and actors[a].salience
    ]
    if not seated:
        raise UsageError(
            f"{name}#{wanted}: nobody with influence and salience has spoken on it by {day}"
        )
    where = np.array([[record.position(a, "any", i) for i in issues] for a in seated])
    salience = np.array([(actors[a].salience or 0.0) / 100 for a in seated])
    salience = salience[:, None] * _attention(known, [(a, spoken[a]) for a in seated], issues)
    one = Negotiation(
        tuple(seated),
        np.clip(where[None, :, :, 0], 0.0, 100.0),
        salience[None],
        np.array([[actors[a].influence or 0.0 for a in seated]]),
        tuple(issues),
        scale=np.tile([0.0, 100.0], (len(issues), 1)),
        reference=np.full(len(issues), np.nan),
        title=f"{case.title}: {', '.join(issues)}, as of {day}",
        descriptions=tuple(actors[a].name for a in seated),
    )
    count = _CASE_DRAWS if draws is None else draws
    if count <= 1:
        return one
    return uncertain(
        one,
        count,
        np.random.default_rng(0 if seed is None else seed),
        position_sd=where[:, :, 1],
        salience_sd=np.where(salience > 0, _SALIENCE_SD / len(issues), 0.0),
        influence_error=_INFLUENCE_ERROR,
    )


def _issues(case: Case, wanted: str) -> list[str]:
    from willing.errors import UsageError, nearest

    ids = [i.id for i in case.issues]
    issues = list(dict.fromkeys(part.strip() for part in wanted.split(",")))
    for issue in issues:
        if issue not in ids:
            near = nearest(issue, ids)
            hint = f" Did you mean {near!r}?" if near else ""
            raise UsageError(f"issue: found {issue!r}; expected one of {', '.join(ids)}.{hint}")
    return issues


def _day(text: str) -> date:
    from datetime import date

    from willing.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of: found {text!r}; expected a date such as 2025-03-01") from None


def _attention(case: Case, actors: Sequence[tuple[str, set[str]]], issues: Sequence[str]) -> Array:
    """Share of each actor's salience that each issue gets (actors, issues); rows sum to 1.

    What one speaks about most matters most (saliency theory: Budge and Farlie 1983): statements on
    the issue and one more. An issue the actor never spoke on gets none: its position is not known.
    """
    import numpy as np

    counts = np.array([[float(i in spoken) for i in issues] for _, spoken in actors])
    row = {a: k for k, (a, _) in enumerate(actors)}
    column = {i: k for k, i in enumerate(issues)}
    for s in case.statements:
        if s.actor in row and s.issue in column and counts[row[s.actor], column[s.issue]]:
            counts[row[s.actor], column[s.issue]] += 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))
