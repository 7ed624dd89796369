// The package: planned in a run, shown by month and domain, with what each pledge is worth.
import { $, api, asOf, caseId, draw, el, percent, run, texts } from "./app.js";

const form = $("[data-force]"), out = $("[data-plan]");
const words = (s) => String(s).replaceAll("_", " ");
const axis = { labelColor: "#5b6776", titleColor: "#5b6776", gridColor: "#e3e7ec", domainColor: "#e3e7ec", tickColor: "#e3e7ec" };
const config = { font: "DejaVu Sans, Verdana, sans-serif", view: { stroke: null }, axis, header: { labelColor: "#1d2733" } };

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const json = { ...(asOf ? { as_of: asOf } : {}), ...(form.elements.format ? { format: form.elements.format.value } : {}) };
  const plan = await run(`/api/cases/${caseId}/force`, json, form.parentElement).catch(() => null);
  if (plan) await show(plan);
});

function figure(label) { const plot = el("div", { class: "plot", role: "group", "aria-label": label }); out.append(el("figure", { class: "chart" }, plot, el("figcaption", {}, label))); return plot; }

async function show(plan) {
  out.replaceChildren(
    el("p", { class: "big" }, percent(plan.coverage), el("span", { class: "quiet" }, ` bound ${percent(plan.bound)}, gap ${(100 * plan.gap).toFixed(1)} %`)),
    el("table", {}, el("tbody", {},
      el("tr", {}, el("th", { scope: "row" }, "as pledged"), el("td", { class: "n" }, percent(plan.as_pledged))),
      ...["no_replan", "replan"].filter((k) => plan[k]).map((k) => el("tr", {}, el("th", { scope: "row" }, words(k)), el("td", { class: "n" }, `${percent(plan[k].mean)} (${percent(plan[k].p10)} – ${percent(plan[k].p90)})`))),
      plan.cost ? el("tr", {}, el("th", { scope: "row" }, "cost"), el("td", { class: "n" }, typeof plan.cost === "number" ? Math.round(plan.cost).toLocaleString() : JSON.stringify(plan.cost))) : null)));
  const months = plan.months.flatMap((m) => [{ ...m, what: "required", x: m.required }, { ...m, what: "covered", x: m.covered }]).map((m) => ({ ...m, domain: words(m.domain) }));
  await draw(figure("month by month"), { data: { values: months }, facet: { field: "domain", type: "nominal", title: null, columns: 2 }, columns: 2, resolve: { scale: { y: "independent" } }, spec: { width: 250, height: 120, mark: { type: "line", interpolate: "step-after", strokeWidth: 2 }, encoding: { x: { field: "month", type: "quantitative", title: "month" }, y: { field: "x", type: "quantitative", title: null }, strokeDash: { field: "what", type: "nominal", title: null, scale: { domain: ["required", "covered"], range: [[4, 3], [1, 0]] } }, color: { field: "what", type: "nominal", scale: { domain: ["required", "covered"], range: ["#5b6776", "#0b5394"] } } } }, config, background: "transparent" });
  const chains = plan.package ?? plan.chains ?? plan.schedule ?? [];
  const bars = chains.map((c) => ({ label: `${c.actor ?? c.offer ?? ""} ${words(c.unit ?? c.kind ?? c.offer ?? "")}`, start: c.start ?? c.from, end: c.end ?? c.to, domain: words(c.domain ?? "") })).filter((b) => b.start !== undefined && b.end !== undefined);
  if (bars.length) await draw(figure("who goes when"), { data: { values: bars }, width: 520, height: { step: 16 }, mark: { type: "bar", height: 11 }, encoding: { y: { field: "label", type: "nominal", title: null, sort: { field: "start" } }, x: { field: "start", type: "quantitative", title: "month" }, x2: { field: "end" }, color: { field: "domain", type: "nominal", title: null } }, config, background: "transparent" });
  const prices = (plan.prices ?? []).filter((p) => Math.abs(p.value) > 1e-9).sort((a, b) => b.value - a.value).slice(0, 20);
  if (prices.length) await draw(figure("what each pledge is worth"), { data: { values: prices }, width: 420, height: { step: 18 }, mark: { type: "bar", color: "#0b5394" }, encoding: { y: { field: "pledge", type: "nominal", sort: "-x", title: null }, x: { field: "value", type: "quantitative", title: "coverage gained by one more unit" } }, config, background: "transparent" });
  if (plan.unfilled?.length) out.append(el("h3", {}, "unfilled"), el("ul", { class: "plain" }, plan.unfilled.slice(0, 20).map((u) => el("li", {}, typeof u === "string" ? u : Object.entries(u).map(([k, v]) => `${words(k)} ${typeof v === "number" ? Math.round(100 * v) / 100 : words(v)}`).join(", ")))));
}
