"""Downloads: the briefing, data, charts. Every one carries the case's handling mark."""

from __future__ import annotations

import io
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from willing.briefing.words import day
from willing.case import Statement
from willing.interchange import geojson
from willing.record import positions_document
from willing.store import MissingError, Store
from willing.workbench.api._shared import AsOf, At, CaseId, TheStages, TheStore, attachment
from willing.workbench.briefs import as_docx, as_pdf, pieces, with_mark
from willing.workbench.sheets import as_csv, as_xlsx
from willing.workbench.stages import Stages

__all__ = ["router"]

router = APIRouter(tags=["downloads"])
ForecastId = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="The forecast's id: the hash of its inputs.")
]
Form = Path(description="Kind of file.")
What = Literal["statements", "positions", "milestones", "participation"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _kept(store: Store, forecast: str) -> dict[str, Any]:
    file = store.forecasts.file(forecast).with_suffix(".briefing.json")
    if not file.is_file():
        raise MissingError("the briefing of this forecast was not kept; run it again")
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return kept


@router.get("/forecasts/{forecast}/briefing.{form}", response_class=Response)
def briefing(
    store: TheStore, forecast: ForecastId, form: Annotated[Literal["html", "docx", "pdf"], Form]
) -> Response:
    """Return the briefing of a forecast."""
    about, document = store.forecasts.get(forecast)
    kept = _kept(store, forecast)
    handling, name = document["handling"], f"{about['case_id']}-{about['as_of']}.{form}"
    if form == "html":
        return attachment(kept["html"], "text/html; charset=utf-8", name, handling)
    parts = pieces(document, kept["said"], kept["charts"])
    if form == "docx":
        return attachment(as_docx(parts, handling), DOCX, name, handling)
    return attachment(as_pdf(parts, handling), "application/pdf", name, handling)


@router.get("/forecasts/{forecast}/charts")
def charts(store: TheStore, forecast: ForecastId) -> dict[str, Any]:
    """Return the names of a forecast's charts."""
    store.forecasts.get(forecast)
    return {"charts": sorted(k for k, svg in _kept(store, forecast)["charts"].items() if svg)}


@router.get("/forecasts/{forecast}/charts/{chart}.{form}", response_class=Response)
def chart(
    store: TheStore,
    forecast: ForecastId,
    chart: Annotated[str, Path(description="Name of the chart, as `charts` lists it.")],
    form: Annotated[Literal["svg", "png"], Form],
) -> Response:
    """Return a chart of a forecast, its handling mark, case and day under it."""
    about, document = store.forecasts.get(forecast)
    bare = _kept(store, forecast)["charts"].get(chart)
    if not bare:
        raise MissingError(f"found no chart {chart[:60]!r}")
    words = f"{document['handling']}  {document['title']}, as of {day(document['as_of'])}"
    svg = with_mark(bare, words)
    name = f"{about['case_id']}-{chart}.{form}"
    if form == "svg":
        return attachment(svg, "image/svg+xml", name, document["handling"])
    import vl_convert

    png = vl_convert.svg_to_png(svg, scale=2)
    return attachment(png, "image/png", name, document["handling"])


@router.get("/cases/{id}/data.{form}", response_class=Response)
def data(
    store: TheStore,
    stages: TheStages,
    id: CaseId,
    form: Annotated[Literal["csv", "xlsx", "parquet", "geojson"], Form],
    what: Annotated[What, Query(description="Which table.")] = "statements",
    forecast: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="Which forecast; the newest if left out."),
    ] = None,
    as_of: AsOf = None,
    at: At = None,
) -> Response:
    """Return a table of a case: statements, positions, or a forecast's (default: the last one).

    In CSV and Excel a text that a spreadsheet would run as a formula is preceded by an
    apostrophe; `export` and Parquet hold texts as they are. GeoJSON holds states with their
    positions (`what` is not used); boundaries imply no position.
    """
    case, _ = store.cases.get(id, at)
    name = f"{id}-{what}.{form}"
    if form == "geojson":
        stage = stages.get(id, as_of, at)
        text = json.dumps(geojson(stage.case, stage.gathered.record), ensure_ascii=False)
        return attachment(text, "application/geo+json", f"{id}.geojson", case.handling)
    rows = _rows(store, stages, id, what, forecast, as_of, at)
    columns = list(rows[0]) if rows else list(Statement.model_fields)
    if form == "csv":
        return attachment(as_csv(rows, columns), "text/csv; charset=utf-8", name, case.handling)
    if form == "xlsx":
        about = {"case": case.title, "handling": case.handling, "as of": case.as_of.isoformat()}
        return attachment(as_xlsx(rows, columns, about), XLSX, name, case.handling)
    return attachment(
        _parquet(rows, columns), "application/vnd.apache.parquet", name, case.handling
    )


def _rows(
    store: Store,
    stages: Stages,
    id: str,
    what: What,
    forecast: str | None,
    as_of: AsOf,
    at: str | None,
) -> list[dict[str, Any]]:
    if what == "statements":
        known = {s.id for s in stages.known(id, as_of, at)[0].statements}
        drop = {"version", "revision"}
        every = store.statements.every(id, at)
        return [{k: v for k, v in s.items() if k not in drop} for s in every if s["id"] in known]
    if what == "positions":
        stage = stages.get(id, as_of, at)
        document = positions_document(stage.case, stage.gathered.record)
        return [_flat(row) for row in document["positions"]]
    if forecast is None:
        made = store.forecasts.every(id, 1)
        if not made:
            raise MissingError(f"case {id}: found no forecast; start one with assess")
        forecast = str(made[0]["id"])
    about, document = store.forecasts.get(forecast)
    if about["case_id"] != id:
        raise MissingError(f"case {id}: found no forecast {forecast}")
    if what == "participation":
        return [_flat(row) for row in document["participation"]]
    return [
        {"milestone": m["id"], "date": d, "probability": p, "low": low, "high": high}
        for m in document["milestones"]
        for d, p, low, high in zip(m["dates"], m["probability"], m["low"], m["high"], strict=True)
    ]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the chances of stances as columns, and nothing nested."""
    stances = {f"p_{stance}": p for stance, p in row["stance"].items()}
    return {k: v for k, v in row.items() if not isinstance(v, dict | list)} | stances


def _parquet(rows: list[dict[str, Any]], columns: list[str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = pa.table({c: pa.array([row.get(c) for row in rows]) for c in columns})
    pq.write_table(table, out)
    return out.getvalue()
