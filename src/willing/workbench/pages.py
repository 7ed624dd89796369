"""The pages: HTML at `/` and below, and the charts that are on them."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined

from willing import __version__
from willing.briefing._ids import settled
from willing.briefing.cells import columns
from willing.briefing.words import (
    cell,
    day,
    in_words,
    likelihood,
    milestone_name,
    percent,
    points,
    span,
    unbroken,
)
from willing.case import DOMAINS, STANCES, TAKING_PART, Event, contradictions
from willing.data.map import NOTICE
from willing.store import MissingError, Store
from willing.workbench import bundle
from willing.workbench.access import TABLE
from willing.workbench.api._shared import At
from willing.workbench.desk import Desk, Look
from willing.workbench.pictures import NEEDS_FORECAST, picture
from willing.workbench.runs import resolved
from willing.workbench.stages import Stages
from willing.workbench.views import (
    IMPORTED,
    asked_of,
    at_the_table,
    days_of,
    in_short,
    pulled_in,
    weighty,
)
from willing.workbench.words import texts

__all__ = ["TEMPLATES", "router"]

router = APIRouter(include_in_schema=False)
TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")
TEMPLATES.env.undefined = StrictUndefined
TEMPLATES.env.finalize = unbroken
TEMPLATES.env.trim_blocks = TEMPLATES.env.lstrip_blocks = True
TEMPLATES.env.filters |= {
    "day": day,
    "percent": percent,
    "likelihood": likelihood,
    "points": points,
    "chance": lambda p: f"{cell(p)} %",
    "in_words": in_words,
    "plain": lambda word: str(word).replace("_", " "),
}
bundle.warm()
TEMPLATES.env.globals |= {
    "columns": columns,
    "span": span,
    "milestone_name": milestone_name,
    "version": __version__,
}

VIEWS = (
    "prospects", "who", "routes", "force", "bargaining", "change",
    "review", "record", "time", "compare", "history",
)  # fmt: skip
#: views that can show an earlier revision; the others compute from the case as it stands
EARLIER = frozenset({"prospects", "who", "routes"})
AsOf = Annotated[date | None, Query(alias="as_of")]
LONG = {"cache-control": "public, max-age=86400"}


def _desk(request: Request) -> Desk:
    state = request.app.state
    if not hasattr(state, "desk"):
        store: Store = state.store
        if not hasattr(state, "stages"):
            state.stages = Stages(store)
        state.desk = Desk(store, state.stages)
    desk: Desk = state.desk
    return desk


def _page(
    request: Request, name: str, look: Look | None = None, listed: bool = True, **more: Any
) -> HTMLResponse:
    user = request.state.user
    context = {
        "t": texts(),
        "look": look,
        "case": look.case if look else None,
        "doc": look.document if look else None,
        "said": look.said if look else None,
        "cases": request.app.state.store.cases.every() if listed else [],
        "user": user,
        "asks": bool(request.app.state.auth),
        "view": name,
        "views": VIEWS,
        "asq": _again(look),
        "notice": NOTICE,
        "STANCES": STANCES,
        "TAKING_PART": TAKING_PART,
        **more,
    }
    return TEMPLATES.TemplateResponse(request, f"{name}.html", context)


def _again(look: Look | None) -> str:
    """Return what an address on the page must carry to stay on this day or revision."""
    if look is None or (look.latest and not look.at):
        return ""
    return f"&at={look.at}" if look.at else f"&as_of={look.as_of}"


@router.get("/", response_class=HTMLResponse)
def home(request: Request) -> HTMLResponse:
    """Return the cases, the latest first, with their answers where there are any."""
    desk, store = _desk(request), request.app.state.store
    shelf = []
    for one in sorted(store.cases.every(), key=lambda c: c.as_of, reverse=True):
        case, _ = store.cases.get(one.id)
        shelf.append(
            {
                "id": one.id,
                "title": one.title,
                "question": case.question,
                "handling": one.handling,
                "as_of": one.as_of,
                "statements": len(case.statements),
                "actors": len(case.actors),
                "answer": desk.answer(one.id),
            }
        )
    return _page(request, "home", shelf=shelf)


@router.get("/reference", response_class=HTMLResponse)
def reference(request: Request) -> HTMLResponse:
    """Return the API as a page."""
    groups: dict[str, list[dict[str, str]]] = {}
    for path, item in request.app.openapi()["paths"].items():
        for method, about in item.items():
            role = TABLE.get((method.upper(), path), "admin")
            row = {"method": method.upper(), "path": path, "role": role}
            row["summary"] = about.get("description", about["summary"]).split("\n")[0]
            groups.setdefault(about.get("tags", ["other"])[0], []).append(row)
    cases = request.app.state.store.cases.every()
    first = max(cases, key=lambda c: c.as_of).id if cases else "CASE"
    return _page(
        request, "reference", groups=groups, first=first, home=str(request.base_url).rstrip("/")
    )


@router.get("/login", response_class=HTMLResponse)
def login(request: Request) -> HTMLResponse:
    """Return the form to log in with."""
    return _page(request, "login", listed=False)


@router.get("/accounts", response_class=HTMLResponse)
def accounts(request: Request) -> HTMLResponse:
    """Return the accounts and the latest lines of the audit log (for admins)."""
    store: Store = request.app.state.store
    return _page(
        request, "accounts", accounts=store.accounts.every(), audit=store.accounts.audit(100)
    )


@router.get("/vega.js")
def vega(request: Request) -> Response:
    """Return the charts' engine, one file for the whole page."""
    packed = bundle.packed()
    headers = {**LONG, "content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(packed, media_type="text/javascript", headers=headers)


@router.get("/map.json")
def map_file() -> Response:
    """Return the map."""
    headers = {**LONG, "content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(bundle.packed_map(), media_type="application/json", headers=headers)


@router.get("/cases/{id}")
def front(id: str) -> RedirectResponse:
    """Send on to the answer."""
    return RedirectResponse(f"/cases/{id}/prospects", 307)


@router.get("/cases/{id}/charts/{name}.{form}")
def chart(
    request: Request, id: str, name: str, form: str, as_of: AsOf = None, at: At = None
) -> Response:
    """Return a chart: `json` (Vega-Lite), `svg` or `png`."""
    desk = _desk(request)
    look = desk.look(id, as_of, at)
    asked = {k: v for k, v in request.query_params.items() if len(v) < 60}
    if form != "json":
        asked["inline"] = "1"
    # rounded, so that few sizes are drawn and kept
    if asked.get("w", "").isdecimal():
        asked["w"] = str(int(asked["w"][:4]) // 40 * 40)
    made_of = look.forecast["id"] if look.forecast and name in NEEDS_FORECAST else look.revision
    key = ("chart", id, made_of, look.as_of, name, form, tuple(sorted(asked.items())))
    kind = {"json": "application/json", "svg": "image/svg+xml", "png": "image/png"}.get(form)
    if kind is None:
        raise MissingError(f"found no format {form[:10]!r}; expected json, svg or png")
    body = desk.kept(key, lambda: _drawn(look, name, form, asked))
    headers = {"cache-control": "no-cache"}
    if form == "json":
        headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    elif "download" in request.query_params:
        safe = f"{id}-{name}-{look.as_of}-{look.case.handling.replace(':', '-')}.{form}"
        headers["content-disposition"] = f'attachment; filename="{safe}"'
    return Response(body, media_type=kind, headers=headers)


def _with_mark(title: Any, look: Look) -> dict[str, Any]:
    """Return a chart's title with the handling mark, the case and the day under it."""
    mark = f"{look.case.handling}  {look.case.title}, as of {day(look.as_of)}"
    if not title:
        return {"text": mark, "fontSize": 11, "fontWeight": "normal", "anchor": "start"}
    own = title if isinstance(title, dict) else {"text": title}
    below = own.get("subtitle") or []
    return {**own, "subtitle": [*([below] if isinstance(below, str) else below), mark]}


def _drawn(look: Look, name: str, form: str, asked: dict[str, str]) -> bytes:
    import vl_convert

    spec = picture(look, name, asked)
    if form == "json":
        return gzip.compress(json.dumps(spec, separators=(",", ":")).encode(), 5)
    spec["background"] = "white"
    spec["config"] = {**spec.get("config", {}), "background": "white"}
    spec["title"] = _with_mark(spec.get("title"), look)
    if form == "svg":
        return settled(vl_convert.vegalite_to_svg(spec, vl_version="6.4")).encode()
    return bytes(vl_convert.vegalite_to_png(spec, vl_version="6.4", scale=2))


@router.get("/cases/{id}/who/{actor}", response_class=HTMLResponse)
def actor(request: Request, id: str, actor: str, as_of: AsOf = None, at: At = None) -> HTMLResponse:
    """Return one actor: where it stands and which sentence moved it."""
    look = _desk(request).look(id, as_of, at)
    try:
        who = look.case.actor(actor)
    except KeyError:
        raise MissingError(f"case {id}: found no actor {actor[:40]!r}") from None
    said = sorted((s for s in look.case.statements if s.actor == actor), key=lambda s: s.date)
    stance = {
        d: dict(zip(STANCES, map(float, look.record.stance(actor, d)), strict=True))
        for d in ("any", *TAKING_PART)
        if actor in look.record.actors
    }
    return _page(
        request,
        "actor",
        look,
        who=who,
        statements=said[::-1],
        stance_by=stance,
        standing=next((r for r in look.standings if r["id"] == actor), None),
        pledges=[p for p in look.case.pledges if p.actor == actor],
        tracked=actor in look.record.actors and any(s.issue == "participation" for s in said),
        section="who",
    )


@router.get("/cases/{id}/statements/{sid}", response_class=HTMLResponse)
def statement(
    request: Request, id: str, sid: str, as_of: AsOf = None, at: At = None
) -> HTMLResponse:
    """Return one statement: what was coded, from which source, and everything done to it."""
    look = _desk(request).look(id, as_of, at)
    store: Store = request.app.state.store
    history = store.statements.history(id, sid)
    standing = history[-1]["statement"]
    document = None
    if standing and standing.get("document"):
        try:
            document = store.review.document(standing["document"])
        except MissingError:
            document = None
    return _page(
        request, "statement", look, sid=sid, s=standing, history=history[::-1],
        document=document, move=look.moved.get(sid), section="who", DOMAINS=DOMAINS,
    )  # fmt: skip


@router.get("/cases/{id}/{view}", response_class=HTMLResponse)
def view(request: Request, id: str, view: str, as_of: AsOf = None, at: At = None) -> HTMLResponse:
    """Return a view of a case."""
    if view not in VIEWS and view != "import":
        raise MissingError(f"found no view {view[:40]!r}; expected one of {', '.join(VIEWS)}")
    look = _desk(request).look(id, as_of, at if view in EARLIER else None)
    store: Store = request.app.state.store
    more: dict[str, Any] = {}
    if view == "prospects":
        seen = store.opinions.seen(id, request.state.user.name)
        more["news"] = store.statements.revisions(id, after=seen) if seen else []
    elif view == "who":
        more["against"] = contradictions(look.case)
        more["said_in_short"] = in_short(look)
    elif view == "bargaining":
        more |= at_the_table(look, request.query_params)
    elif view == "change":
        more["events"] = [c for c in look.case.conditions if isinstance(c, Event)]
        more["weighty"] = weighty(look)
    elif view == "record":
        more["logged"] = store.opinions.logged(id)
        more["resolutions"] = {r.question: r for r in look.case.resolutions}
        more["resolved"] = sum(q.outcome is not None for q in resolved(look.case))
        more["forecasts"] = asked_of(look)
    elif view == "time":
        more["days"] = days_of(store.cases.get(id)[0])
    elif view in {"import", "review"}:
        more["fields"] = IMPORTED
        more["DOMAINS"] = DOMAINS
    elif view == "force":
        more["format"] = next(f for f in look.case.formats if f.id == look.case.format)
    elif view == "history":
        more["revisions"] = store.statements.revisions(id)
        more["now"] = look.revision
        more["forecasts"] = store.forecasts.every(id, 30)
        more["pulled"] = lambda f: pulled_in(look, f["settings"])
    return _page(request, view, look, **more)
