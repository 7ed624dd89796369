"""The track record as a page: scores beside baselines, calibration curves, what is not shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from willing.briefing.labels import TARGET_LABELS

__all__ = ["as_html", "as_markdown", "figures", "glance", "held", "parts", "table"]

HEAD = ("", "ours", "plain", "base rate", "gain", "90 %", "better", "n", "clusters")
GLANCE = ("", "ours is", "ours", "plain", "base rate", "gain, 90 %", "score")
SCORES = {"brier": "Brier", "log_score": "log score", "crps": "CRPS"}
# The one target that stands for a kind at a glance, where it has several.
MAIN = {"missions": "within_365"}
INTRO = (
    "Every figure below is a forecast of cases kept out of training: whole countries for "
    "missions, whole missions for joining, later years for votes; each section says which. Scores "
    "are means, lower is better, but for the AUC. `plain` is a logit, for speed a "
    "log-normal without features. The gain is its loss minus ours (for vetoes: the base rate's "
    "loss), with the 5th and 95th percentile of a paired bootstrap that draws whole clusters, that "
    "is what was left out together (or states, where it says so); `better` is the share of "
    "resamples in which ours won. A gain whose interval holds zero is not shown by these data."
)


def table(document: Mapping[str, Any]) -> list[list[str]]:
    """Return rows of text, one a target and score, in the order of HEAD."""
    rows = []
    for target, scores in document.get("scores", {}).items():
        label = TARGET_LABELS.get(target, target)
        for kind in _kinds(scores):
            rows.append([f"{label}: {SCORES[kind]}", *_compared(scores, kind)])
        if scores.get("auc") is not None:
            logit = scores["baselines"].get("logit", {}).get("auc")
            rows.append([f"{label}: AUC", _number(scores["auc"]), _number(logit), *[""] * 6])
        if "at_mandate" in scores["baselines"]:
            known = _number(scores["baselines"]["at_mandate"]["crps"])
            rows.append(["told by the mandate: CRPS", known, *[""] * 7])
    return rows


def _kinds(scores: Mapping[str, Any]) -> tuple[str, ...]:
    return ("crps",) if "crps" in scores else ("brier", "log_score")


def _compared(scores: Mapping[str, Any], kind: str) -> list[str]:
    """Return a score beside its baselines, with the gain: the cells of HEAD after the label."""
    rival, gain = _gain(scores, kind)
    return [
        _number(scores[kind]),
        _number(scores["baselines"].get(rival, {}).get(kind)),
        _number(scores["baselines"].get("base_rate", {}).get(kind)),
        _signed(gain["gain"]) if gain else "",
        f"{_signed(gain['low'])} to {_signed(gain['high'])}" if gain else "",
        f"{gain['better']:.0%}" if gain else "",
        str(scores["n"]),
        str(scores["clusters"]),
    ]


def _gain(scores: Mapping[str, Any], kind: str) -> tuple[str, Mapping[str, Any] | None]:
    """Return the name of the plain model, and the gain over it or over the base rate."""
    rival = "lognormal" if kind == "crps" else "logit"
    against = rival if rival in scores["gains"] else "base_rate"
    return rival, scores["gains"].get(against, {}).get(kind)


def glance(documents: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return one row a backtest, in the order of GLANCE: is ours better than the plain model."""
    rows = []
    for d in documents:
        target = MAIN.get(d["kind"], next(iter(d["scores"])))
        scores = d["scores"].get(target) or next(iter(d["scores"].values()))
        kind = _kinds(scores)[0]
        ours, plain, base, gain, interval, *_ = _compared(scores, kind)
        found = _gain(scores, kind)[1]
        verdict = ""
        if found:
            known = {found["low"] > 0: "better", found["high"] < 0: "worse"}
            verdict = known.get(True, "not shown to differ")
        label = TARGET_LABELS.get(target, target) + ": " if target in MAIN.values() else ""
        rows.append(
            [
                d["title"],
                verdict,
                ours,
                plain,
                base,
                f"{gain} ({interval})" if gain else "",
                f"{label}{SCORES[kind]}",
            ]
        )
    return rows


def held(document: Mapping[str, Any]) -> str:
    """Return how often intervals of an amount held what came, or nothing."""
    for scores in document.get("scores", {}).values():
        if "coverage" in scores:
            levels = " / ".join(f"{100 * float(k):.0f}" for k in scores["coverage"])
            shares = " / ".join(f"{100 * v:.0f}" for v in scores["coverage"].values())
            return f"The {levels} % intervals held what came in {shares} % of the cases."
    return ""


def parts(document: Mapping[str, Any]) -> list[str]:
    """Return the Brier score of each cluster, where there are few."""
    return [
        f"{name} {_number(part['brier'])} (n = {part['n']})"
        for scores in document.get("scores", {}).values()
        for name, part in scores.get("by_cluster", {}).items()
    ]


def figures(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return {title: SVG}: calibration curves, or amounts as forecast and as they came."""
    from willing.briefing.charts._theme import svg
    from willing.briefing.charts.amounts import amounts
    from willing.briefing.charts.calibration import calibration

    drawn = {}
    for d in documents:
        if d.get("calibration"):
            drawn[d["title"]] = svg(calibration(d))
        elif d.get("scores"):
            drawn[d["title"]] = svg(amounts(d))
    return drawn


def as_markdown(documents: Sequence[Mapping[str, Any]], images: Mapping[str, str]) -> str:
    """Return the page for the docs; `images` maps a document's title to its picture's address."""
    page = ["# Track record", "", INTRO, ""]
    page += ["Regenerate with `willing backtest --data FOLDER --page docs/track-record.md`.", ""]
    page += ["## At a glance", "", *_markdown_table(GLANCE, glance(documents)), ""]
    said: set[str] = set()
    for d in documents:
        page += [f"## {d['title']}", "", _lead(d), "", *_markdown_table(HEAD, table(d)), ""]
        if held(d):
            page += [held(d), ""]
        if parts(d):
            page += ["Brier score by mission: " + ", ".join(parts(d)) + ".", ""]
        if d["title"] in images:
            page += [f"![{_alt(d)}]({images[d['title']]})", ""]
        new = [note for note in d["notes"] if note not in said]
        said |= set(new)
        page += [*(f"- {note}" for note in new), ""] if new else []
    return "\n".join(page)


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def as_html(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return the page as one HTML file with its pictures inside."""
    drawn = figures(documents)
    body = [f"<h1>Track record</h1><p>{_coded(INTRO)}</p><h2>At a glance</h2>"]
    body.append(_html_table(GLANCE, glance(documents), "At a glance", links=True))
    said: set[str] = set()
    for d in documents:
        title = escape(d["title"])
        body.append(f"<h2 id='{_anchor(d['title'])}'>{title}</h2><p>{escape(_lead(d))}</p>")
        body.append(_html_table(HEAD, table(d), f"Scores: {d['title']}"))
        if held(d):
            body.append(f"<p>{escape(held(d))}</p>")
        if parts(d):
            items = "".join(f"<li>{escape(part)}</li>" for part in parts(d))
            body.append(
                f"<details><summary>Brier score by mission</summary><ul>{items}</ul></details>"
            )
        if d["title"] in drawn:
            label = escape(_alt(d), quote=True)
            body.append(f"<figure role='img' aria-label='{label}'>{drawn[d['title']]}</figure>")
        new = [note for note in d["notes"] if note not in said]
        said |= set(new)
        if new:
            body.append("<ul>" + "".join(f"<li>{_coded(note)}</li>" for note in new) + "</ul>")
    style = (
        "body{font:16px/1.5 'DejaVu Sans',Verdana,sans-serif;max-width:70rem;margin:2rem auto;"
        "padding:0 1rem;color:#1d2733}table{border-collapse:collapse}th,td{padding:.2rem .6rem;"
        "text-align:left;border-bottom:1px solid #e3e7ec}tbody th{font-weight:normal;"
        "padding-left:0}.wide,figure{margin:1rem 0;overflow-x:auto}td,thead th{white-space:nowrap}"
        "tbody th{min-width:9rem}a{color:#0b5394}"
        "@media(max-width:40rem){table{font-size:.85rem}th,td{padding:.2rem .4rem}}"
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Track record</title>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<style>{style}</style></head><body>" + "".join(body) + "</body></html>\n"
    )


def _html_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], label: str, *, links: bool = False
) -> str:
    def first(cell: str) -> str:
        return f"<a href='#{_anchor(cell)}'>{escape(cell)}</a>" if links else escape(cell)

    columns = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    lines = "".join(
        f"<tr><th scope='row'>{first(row[0])}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f"<div class='wide' tabindex='0' role='region' aria-label='{escape(label, quote=True)}'>"
        f"<table><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _coded(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _anchor(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def _alt(d: Mapping[str, Any]) -> str:
    what = "Calibration" if d.get("calibration") else "Forecast and outcome"
    return f"{what}: {d['title']}"


def _lead(d: Mapping[str, Any]) -> str:
    protocol = d["protocol"][0].upper() + d["protocol"][1:]
    scored = max((s["n"] for s in d.get("scores", {}).values()), default=0)
    rest = d["n"] - scored
    unknown = f", {rest} of them without a known outcome and not scored" if rest else ""
    return (
        f"{protocol}. {d['n']} cases in {d['clusters']} clusters{unknown}; at most "
        f"{d['trained_on']} training rows, the last known on {d['trained_until']}."
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}" if value < 0.1 else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.4f}" if abs(value) < 0.1 else f"{value:+.3f}"
