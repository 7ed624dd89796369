"""`willing backtest`: how the models did on cases kept out of training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Advance, Json, console, emit, progress, write
from willing.errors import UsageError, nearest

KINDS = ("missions", "joining", "votes", "speed", "endings", "statements")
FILES = {
    "un": "benchmark-panels/un_tcc_panel.csv.gz",
    "coalition": "benchmark-panels/coalition_panel.csv.gz",
    "contributions": "coalitions/coalition_contributions.csv",
    "speed": "un-missions/mission_deployment_speed.csv",
    "votes": "unsc-outcomes/unsc_outcomes.csv.gz",
    "endings": "benchmark-panels/termination_to_mission.csv.gz",
}


def backtest(
    what: Annotated[
        str | None,
        typer.Argument(help="missions, joining, votes, speed, endings, statements; blank: all"),
    ] = None,
    case: Annotated[str | None, typer.Argument(help="For statements: the case.")] = None,
    train: Annotated[Path | None, typer.Option(help="Table to learn from.")] = None,
    test: Annotated[Path | None, typer.Option(help="Table to forecast.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(help="Learn only what was known by this day.", formats=["%Y-%m-%d"]),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of tables owned by others.", envvar="WILLING_DATA"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 0,
    page: Annotated[
        Path | None,
        typer.Option(
            help="Write the track record as .html or .md; without a kind it is track-record.html."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score forecasts of cases kept out of training, beside the base rate and the plain logit.

    Missions are scored on the shipped table by default, with whole countries left out. The other
    kinds need tables that others own: name them with --train and --test, or their folder with
    --data. Without a kind, everything that can be run is.

    Tables are CSV, plain or .gz, with columns in any order; further columns are ignored. In the
    test table outcomes may be blank, NA or absent: every row gets a probability, and scores are
    given where outcomes are. Covariates that are missing take the training mean.

    \b
    missions  id, country_iso3, first_public_proposal, and
              the codes at the proposal
    joining   mission, ccode, start, covariates, y (UN members);
              m, org, ccode, start, covariates, y (NATO and partners);
              mission, date, host, lead, contributor, troops
              (contributors; covariates from --data)
    votes     year, topic, outcome; or a list with member_veto1
    speed     mission, mandate, peak36, t50
    endings   dyadepisode, gwno_loc, year, out, region, ex, t
    """
    if what is not None and what not in KINDS:
        hint = nearest(what, list(KINDS))
        raise UsageError(f"{what!r} is none of {', '.join(KINDS)}" + (f": {hint}?" if hint else ""))
    if what == "statements":
        _statements(case, as_json)
        return
    if case is not None:
        raise UsageError(f"unexpected argument {case!r}: only statements take a case")
    day = until.date() if until else None
    with progress("Backtests", quiet=as_json) as note:
        documents = _documents(what, train, test, day, data, seed, note)
    if page is None and what is None and not as_json:
        page = Path("track-record.html")
    if page is not None:
        _write(page, documents)
    if as_json:
        emit(documents[0] if what and len(documents) == 1 else {"backtests": documents})
        return
    _print(documents)
    if page is not None:
        console().print(f"\nPage with calibration curves: {page}")


Job = tuple[str, Callable[[], Any]]


def _documents(
    what: str | None,
    train: Path | None,
    test: Path | None,
    until: date | None,
    data: Path | None,
    seed: int,
    note: Advance,
) -> list[dict[str, Any]]:
    from willing.statistics.track_record import document

    if (train or test) and what is None:
        raise UsageError(f"say what to backtest: {', '.join(KINDS[:-1])}")
    jobs: list[Job] = []
    if what in (None, "missions"):
        jobs.append(("Missions", lambda: _missions(train, test, until, seed)))
    if what in (None, "joining"):
        jobs += _joining_jobs(train, test, until, data, seed, required=what is not None)
    if what in (None, "votes") and _have(what, train, test, data, "votes"):
        jobs.append(("Vetoes", lambda: _votes(train, test, until, data)))
    if what in (None, "speed") and _have(what, train, test, data, "speed"):
        jobs += _speed_jobs(train, test, until, data)
    if what in (None, "endings") and _have(what, train, test, data, "endings"):
        jobs += _ending_jobs(train, test, until, data, seed)
    done = []
    for k, (title, run) in enumerate(jobs):
        note(k / len(jobs), title)
        done.append({"title": title, **document(run())})
    return done


def _have(
    what: str | None, train: Path | None, test: Path | None, data: Path | None, name: str
) -> bool:
    if train and test:
        return True
    if data is not None and (data / FILES[name]).is_file():
        return True
    if what is not None:
        raise UsageError(f"{what} needs --train and --test, or --data with {FILES[name]}")
    return False


def _missions(train: Path | None, test: Path | None, until: date | None, seed: int) -> Any:
    from willing.data.missions import load_missions
    from willing.history.backtest import backtest_missions

    learn = load_missions(train)
    asked = learn if test is None else load_missions(test)
    return backtest_missions(learn, asked, until=until, seed=seed)


def _joining_jobs(
    train: Path | None,
    test: Path | None,
    until: date | None,
    data: Path | None,
    seed: int,
    required: bool,
) -> list[Job]:
    if train or test:
        if not (train and test):
            raise UsageError("joining needs both --train and --test")
        kinds = _layout(train), _layout(test)
        if kinds[0] != kinds[1]:
            raise UsageError(f"{train} is a table of {kinds[0]}, {test} one of {kinds[1]}")
        return [("Who joins", lambda: _joining(kinds[0], train, test, until, data, seed))]
    if data is None:
        if required:
            raise UsageError("joining needs --train and --test, or --data with the panels")
        return []
    titles = {
        "un": "Joining: new UN missions",
        "coalition": "Joining: NATO and partner states, the hard case",
        "contributions": "Joining: coalitions",
    }
    found = [kind for kind in titles if (data / FILES[kind]).is_file()]
    if required and not found:
        raise UsageError(f"{data}: none of {', '.join(FILES[kind] for kind in titles)}")

    def job(kind: str) -> Job:
        path = data / FILES[kind]
        return titles[kind], lambda: _joining(kind, path, path, until, data, seed)

    return [job(kind) for kind in found]


def _layout(path: Path) -> str:
    from willing.data.loaders import header

    columns = set(header(path))
    for kind, telling in (
        ("un", {"mission", "lprevtroops"}),
        ("coalition", {"m", "org"}),
        ("contributions", {"mission", "contributor"}),
    ):
        if telling <= columns:
            return kind
    raise UsageError(
        f"{path}: neither a panel of UN missions (mission, lprevtroops), nor of NATO and partner "
        "states (m, org), nor a list of contributions (mission, contributor)"
    )


def _joining(
    kind: str, train: Path, test: Path, until: date | None, data: Path | None, seed: int
) -> Any:
    from willing.data.loaders.benchmark_panels import load_coalition_panel, load_un_panel
    from willing.data.missions import load_contributions, load_participation
    from willing.participation import backtest, past_coalitions

    if kind == "un":
        return backtest.backtest_un_panel(
            load_un_panel(train), load_un_panel(test), until=until, seed=seed
        )
    past = past_coalitions(load_participation(), load_contributions())
    if kind == "coalition":
        rows, asked = load_coalition_panel(train), load_coalition_panel(test)
        return backtest.backtest_coalition_panel(rows, asked, past, until=until)
    from willing.data.loaders.state_covariates import load_state_covariates

    folder = data or next(
        (p for p in (train.parent.parent, test.parent.parent) if (p / "cow").is_dir()), None
    )
    if folder is None:
        raise UsageError("contributions need --data, the folder with covariates of states")
    tables = load_state_covariates(folder)
    lines = load_contributions(train)
    wanted = load_contributions(test)
    if train == test:  # the first coalition has nothing before it to learn from
        first = min(lines, key=lambda line: line.on).mission
        wanted = tuple(line for line in lines if line.mission != first)
    return backtest.backtest_contributions(
        lines, wanted, past, states=tables.states, covariates=tables.of, until=until
    )


def _votes(train: Path | None, test: Path | None, until: date | None, data: Path | None) -> Any:
    from willing.data.loaders.security_council import load_council_votes
    from willing.history.backtest import backtest_votes

    if train and test:
        return backtest_votes(load_council_votes(train), load_council_votes(test), until=until)
    votes = load_council_votes((data or Path()) / FILES["votes"])
    learn = [v for v in votes if 1990 <= v.year < 2010]
    return backtest_votes(learn, [v for v in votes if 2010 <= v.year < 2015], until=until)


def _ending_jobs(
    train: Path | None, test: Path | None, until: date | None, data: Path | None, seed: int
) -> list[Job]:
    from willing.data.loaders.conflict_endings import load_conflict_endings
    from willing.history.backtest import backtest_endings

    if train and test:
        learn, asked = load_conflict_endings(train), load_conflict_endings(test)
        return [("Conflict endings", lambda: backtest_endings(learn, asked, until=until))]
    table = load_conflict_endings((data or Path()) / FILES["endings"])
    return [
        ("Conflict endings", lambda: backtest_endings(table, table, until=until)),
        (
            "Conflict endings: each from those before it",
            lambda: backtest_endings(table, table, until=until, rolling=True),
        ),
        (
            "Conflict endings: five random folds, as published",
            lambda: backtest_endings(table, table, until=until, folds=5, seed=seed),
        ),
    ]


def _speed_jobs(
    train: Path | None, test: Path | None, until: date | None, data: Path | None
) -> list[Job]:
    from willing.data.loaders.deployment_speed import load_deployment_speed
    from willing.history.backtest import backtest_speed

    if train and test:
        learn, asked = load_deployment_speed(train), load_deployment_speed(test)
        return [("Speed of deployment", lambda: backtest_speed(learn, asked, until=until))]
    table = load_deployment_speed((data or Path()) / FILES["speed"])
    rows = sorted(table, key=lambda row: row.mandate)
    cut = 2 * len(rows) // 3
    before = [row for row in rows if row.mandate.year < 2000]
    after = [row for row in rows if row.mandate.year >= 2000]
    return [
        ("Speed: mandates from 2000 on", lambda: backtest_speed(before, after, until=until)),
        ("Speed: the later third", lambda: backtest_speed(rows[:cut], rows[cut:], until=until)),
        ("Speed: each from the others", lambda: backtest_speed(rows, rows, until=until)),
        (
            "Speed: each from those before it",
            lambda: backtest_speed(rows, rows, until=until, rolling=True),
        ),
    ]


def _statements(case: str | None, as_json: bool) -> None:
    from willing.case import load
    from willing.forecast.gather import stance_priors
    from willing.record.backtest import rolling_origin

    if case is None:
        raise UsageError("backtest statements needs a case")
    loaded = load(case)
    result = rolling_origin(loaded, priors=stance_priors(loaded))
    if as_json:
        emit(result)
        return
    out = console()
    out.print(f"statements of {case}: n {result['n']}")
    out.print(f"  ours         log {result['log_score']:.3f}  Brier {result['brier']:.3f}")
    for name, scores in result["baselines"].items():
        out.print(f"  {name:<12} log {scores['log_score']:.3f}  Brier {scores['brier']:.3f}")


def _write(page: Path, documents: list[dict[str, Any]]) -> None:
    from willing.briefing.track_record import as_html, as_markdown, figures

    scored = [d for d in documents if "scores" in d]
    if not scored:
        raise UsageError("no outcome is known, so there is no track record to write")
    if page.suffix == ".html":
        write(page, as_html(scored))
        return
    if page.suffix != ".md":
        raise UsageError(f"{page}: a page is .html or .md")
    images = {}
    folder = page.parent / "img"
    folder.mkdir(parents=True, exist_ok=True)
    for title, drawing in figures(scored).items():
        name = "track-record-" + "-".join(title.lower().replace(":", "").replace(",", "").split())
        write(folder / f"{name}.svg", drawing)
        images[title] = f"img/{name}.svg"
    write(page, as_markdown(scored, images))


def _said(prediction: dict[str, Any]) -> str:
    """A probability, or of an amount the median with what holds 80 %."""
    if "quantiles" not in prediction:
        return f"{prediction['probability']:.3f}"
    low, middle, high = (prediction["quantiles"][p] for p in ("0.1", "0.5", "0.9"))
    return f"{middle:.1f} (80 %: {low:.1f} to {high:.1f}) {prediction['unit']}"


def _print(documents: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from willing.briefing.track_record import HEAD, held, table

    out = console()
    said: set[str] = set()
    for d in documents:
        out.print(f"\n[bold]{d['title']}[/bold]")
        out.print(
            f"{d['protocol']}; n {d['n']}, {d['clusters']} clusters, trained until "
            f"{d['trained_until']}"
        )
        if "scores" not in d:
            for p in d["predictions"]:
                out.print(f"  {p['id']}  {p['target']}  {_said(p)}")
            continue
        grid = Table(box=None, padding=(0, 1, 0, 0))
        shown = [i for i, name in enumerate(HEAD) if name not in {"clusters", "better"}]
        for i in shown:
            grid.add_column(HEAD[i], no_wrap=bool(HEAD[i]))
        for row in table(d):
            grid.add_row(*(row[i] for i in shown))
        out.print(grid)
        if held(d):
            out.print(f"  {held(d)}")
        for text in d["notes"]:
            if text not in said:
                out.print(f"  {text}")
                said.add(text)
