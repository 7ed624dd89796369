"""The track record as a page: scores beside baselines, calibration curves, what is not shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["as_html", "as_markdown", "figures", "table"]

HEAD = ("", "n", "clusters", "ours", "logit", "base rate", "gain", "90 %", "better")
SCORES = {"brier": "Brier", "log_score": "log score", "crps": "CRPS"}
INTRO = (
    "Every figure below is a forecast of cases kept out of training: whole countries for "
    "missions, whole missions for joining, later years for votes. Scores are means, lower is "
    "better; `logit` is the plain logit (for speed: the plain log-normal). The gain is its loss "
    "minus ours (for vetoes: the base rate's loss), with the 5th and 95th percentile of a paired "
    "bootstrap that draws whole clusters (or states, where it says so); `better` is the share of "
    "resamples in which ours won. A gain whose interval holds zero is not shown by these data."
)


def table(document: Mapping[str, Any], *, detail: bool = True) -> list[list[str]]:
    """Return rows of text, one a target and score, in the order of HEAD.

    With `detail` come rows by mission and the shares that intervals held.
    """
    rows = []
    for target, scores in document.get("scores", {}).items():
        kinds = ("crps",) if "crps" in scores else ("brier", "log_score")
        for kind in kinds:
            rival = "lognormal" if kind == "crps" else "logit"
            against = rival if rival in scores["gains"] else "base_rate"
            gain = scores["gains"].get(against, {}).get(kind)
            rows.append(
                [
                    f"{target}: {SCORES[kind]}",
                    str(scores["n"]),
                    str(scores["clusters"]),
                    _number(scores[kind]),
                    _number(scores["baselines"].get(rival, {}).get(kind)),
                    _number(scores["baselines"].get("base_rate", {}).get(kind)),
                    f"{gain['gain']:+.4f}" if gain else "",
                    f"{gain['low']:+.4f} to {gain['high']:+.4f}" if gain else "",
                    f"{gain['better']:.0%}" if gain else "",
                ]
            )
        if scores.get("auc") is not None:
            logit = scores["baselines"].get("logit", {}).get("auc")
            rows.append(
                [f"{target}: AUC", "", "", _number(scores["auc"]), _number(logit), *[""] * 4]
            )
        if "at_mandate" in scores["baselines"]:
            known = _number(scores["baselines"]["at_mandate"]["crps"])
            rows.append([f"{target}: at mandate", "", "", known, *[""] * 5])
        if not detail:
            continue
        for name, part in scores.get("by_cluster", {}).items():
            label = f"{target}, {name}: Brier"
            rows.append([label, str(part["n"]), "1", _number(part["brier"]), *[""] * 5])
        if "coverage" in scores:
            held = ", ".join(f"{float(k):.0%}: {v:.0%}" for k, v in scores["coverage"].items())
            rows.append([f"{target}: intervals hold", "", "", held, *[""] * 5])
    return rows


def figures(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return {title: SVG} of the calibration curves of every document that has them."""
    from willing.briefing.charts._theme import svg
    from willing.briefing.charts.calibration import calibration

    return {d["title"]: svg(calibration(d)) for d in documents if d.get("calibration")}


def as_markdown(documents: Sequence[Mapping[str, Any]], images: Mapping[str, str]) -> str:
    """Return the page for the docs; `images` maps a document's title to its picture's address."""
    parts = [
        "# Track record",
        "",
        INTRO,
        "",
        "Regenerate with `willing backtest --data FOLDER --page docs/track-record.md`.",
        "",
    ]
    for d in documents:
        parts += [f"## {d['title']}", "", _lead(d), ""]
        parts.append("| " + " | ".join(HEAD) + " |")
        parts.append("|" + "---|" * len(HEAD))
        parts += ["| " + " | ".join(row) + " |" for row in table(d)]
        parts.append("")
        if d["title"] in images:
            parts += [f"![Calibration: {d['title']}]({images[d['title']]})", ""]
        parts += [f"- {note}" for note in d["notes"]]
        parts.append("")
    return "\n".join(parts)


def as_html(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return the page as one HTML file with its pictures inside."""
    drawn = figures(documents)
    intro = re.sub(r"`(\w+)`", r"<code>\1</code>", escape(INTRO))
    body = [f"<h1>Track record</h1><p>{intro}</p>"]
    for d in documents:
        body.append(f"<h2>{escape(d['title'])}</h2><p>{escape(_lead(d))}</p>")
        head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in HEAD)
        rows = "".join(
            f"<tr><th scope='row'>{escape(row[0])}</th>"
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in table(d)
        )
        body.append(
            "<div class='wide' tabindex='0' role='region' aria-label='Scores'><table><thead><tr>"
            f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
        if d["title"] in drawn:
            label = escape(f"Calibration: {d['title']}", quote=True)
            body.append(f"<figure role='img' aria-label='{label}'>{drawn[d['title']]}</figure>")
        body.append("<ul>" + "".join(f"<li>{escape(n)}</li>" for n in d["notes"]) + "</ul>")
    style = (
        "body{font:16px/1.5 'DejaVu Sans',Verdana,sans-serif;max-width:70rem;margin:2rem auto;"
        "padding:0 1rem;color:#1d2733}table{border-collapse:collapse}th,td{padding:.2rem .7rem;"
        "text-align:left;border-bottom:1px solid #e3e7ec}tbody th{font-weight:normal}"
        ".wide,figure{margin:1rem 0;overflow-x:auto}td,th{white-space:nowrap}"
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Track record</title>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<style>{style}</style></head><body>" + "".join(body) + "</body></html>\n"
    )


def _lead(d: Mapping[str, Any]) -> str:
    protocol = d["protocol"][0].upper() + d["protocol"][1:]
    return (
        f"{protocol}. {d['n']} cases in {d['clusters']} clusters; at most {d['trained_on']} "
        f"training rows, the last known on {d['trained_until']}."
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}" if value < 0.1 else f"{value:.3f}"
