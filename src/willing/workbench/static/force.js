// The package: planned in a run, shown by month and domain, with what each pledge is worth.
import { $, FONT, asOf, caseId, draw, el, percent, run, say, texts } from "./app.js";

const form = $("[data-force]"), out = $("[data-plan]");


async function plan(again) {
  const json = { ...(asOf ? { as_of: asOf } : {}), ...(form.elements.format ? { format: form.elements.format.value } : {}), time_limit: 8, again };
  const found = await run(`/api/cases/${caseId}/force`, json, form).catch(() => null);
  if (found) await show(found);
}
form.addEventListener("submit", (e) => { e.preventDefault(); plan(true); });
form.addEventListener("change", () => plan(false));

const money = (x) => `${(x / 1e9).toFixed(1)} bn USD`;

function tile(name, value, words, asked) {
  return el("li", { class: asked ? "asked" : "" }, el("span", { class: "name" }, name), el("b", {}, value), el("span", { class: "words" }, words));
}

async function show(found) {
  const between = (x) => `${texts.ten_ninety}: ${percent(x.p10)} – ${percent(x.p90)}`;
  const cost = found.costs?.[found.cost_basis]?.total;
  out.replaceChildren(el("ol", { class: "tiles" },
    tile(texts.as_pledged, percent(found.as_pledged), `${texts.covered}; ${say(texts.bound, { bound: percent(found.bound) })}`, true),
    tile(texts.no_replan, percent(found.no_replan.mean), between(found.no_replan)),
    tile(texts.replan, percent(found.replan.mean), between(found.replan)),
    cost ? tile(texts.cost, money(found.cost), `${money(cost.low)} – ${money(cost.high)}`) : null));
  const left = el("div"), right = el("div");
  out.append(el("div", { class: "two" }, left, right));
  for (const [name, spec] of Object.entries(found.charts ?? {})) {
    const plot = el("div", { class: "plot", role: "group", "aria-label": spec.title?.text ?? spec.title ?? name });
    (name === "rotations" || name === "prices" ? right : left).append(el("figure", { class: "chart" }, plot));
    const wide = Math.max(260, Math.min(640, plot.clientWidth - 14)), fit = { type: "fit-x", contains: "padding" };
    const fitted = spec.vconcat ? { ...spec, vconcat: spec.vconcat.map((v) => ({ ...v, width: wide - 90 })) } : { ...spec, width: wide, autosize: fit };
    const narrow = wide < 480, y = fitted.encoding?.y;
    if (narrow && y?.axis?.labelLimit) fitted.encoding = { ...fitted.encoding, y: { ...y, axis: { ...y.axis, labelLimit: 140 } } };
    await draw(plot, { ...fitted, config: { ...spec.config, font: FONT, ...(narrow ? { legend: { ...spec.config.legend, orient: "bottom", columns: 2 } } : {}) } });
  }
  if (found.unfilled?.length) {
    out.append(el("details", { class: "plain" }, el("summary", {}, texts.unfilled), el("ul", { class: "plain lined" }, found.unfilled.map((u) => el("li", {}, el("b", {}, u.label), `: ${Math.round(u.missing).toLocaleString("en-GB")} ${u.unit.replaceAll("_", " ")}, ${u.months_short} ${texts.months_short} `, el("span", { class: "quiet" }, `${u.units}${u.placeholder ? ` (${texts.placeholder})` : ""}`))))));
  }
}
if (!form.hidden) plan(false);
