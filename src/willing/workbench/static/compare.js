// Two cases, two dates or two levers side by side, from quick answers that share random numbers.
import { $, $$, api, caseId, draw, el, percent, say, signed, texts } from "./app.js";

const form = $("[data-compare]"), note = $("[data-note]");
const levers = new Map([[caseId, null]]);

for (const side of $$("[data-side]", form)) {
  const [which, when, lever] = ["case", "as_of", "lever"].map((n) => $(`[name=${n}]`, side));
  which.addEventListener("change", async () => {
    const found = await api(`/api/cases/${which.value}`);
    when.value = found.as_of;
    lever.replaceChildren(lever.options[0], ...found.levers.map((l) => el("option", { value: l.id }, l.label)));
    lever.value = "";
  });
}

async function one(side) {
  const get = (n) => $(`[name=${n}]`, side).value;
  const body = { ...(get("as_of") ? { as_of: get("as_of") } : {}), levers: get("lever") ? [get("lever")] : [] };
  const answer = await api(`/api/cases/${get("case")}/whatif`, { method: "POST", json: body });
  const label = $("[name=case]", side).selectedOptions[0].textContent;
  return { ...answer, label, lever: get("lever") && $("[name=lever]", side).selectedOptions[0].textContent };
}

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  note.textContent = `${texts.running} …`;
  note.classList.remove("bad");
  try {
    const sides = $$("[data-side]", form);
    const found = [await one(sides[0]), await one(sides[1])];
    const outs = [$("[data-out=left]"), $("[data-out=right]")];
    for (const [k, answer] of found.entries()) {
      const plot = el("div", { class: "plot", role: "group", "aria-label": answer.label }), week = Math.min(52, answer.dates.length - 1), other = found[1 - k];
      outs[k].replaceChildren(el("h2", {}, answer.label), el("p", { class: "quiet" }, [answer.as_of, answer.lever, answer.handling].filter(Boolean).join(" · ")), plot,
        el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": answer.label }, el("table", {}, el("tbody", {}, answer.milestones.map((m) => { const twin = other.milestones.find((x) => x.id === m.id); const d = twin ? m.probability[week] - twin.probability[Math.min(52, other.dates.length - 1)] : 0; return el("tr", {}, el("th", { scope: "row" }, m.id.replaceAll("_", " ")), el("td", { class: "n" }, percent(m.probability[week])), el("td", { class: `n ${k === 1 && d > 0.005 ? "up" : k === 1 && d < -0.005 ? "down" : "quiet"}` }, k === 1 && twin ? signed(100 * d) : `${percent(m.low[week])} – ${percent(m.high[week])}`)); })))),
        el("p", { class: "quiet small" }, say(texts.quick, { draws: answer.draws })));
      const rows = answer.milestones.flatMap((m) => m.probability.filter((_, i) => i % 2 === 0).map((p, i) => ({ week: 2 * i, p, milestone: m.id.replaceAll("_", " ") })));
      await draw(plot, { data: { values: rows }, width: Math.max(220, Math.min(480, plot.clientWidth - 60)), height: 240, background: "transparent", mark: { type: "line", strokeWidth: 2 }, encoding: { x: { field: "week", type: "quantitative", title: "weeks", axis: { grid: false } }, y: { field: "p", type: "quantitative", title: null, scale: { domain: [0, 1] }, axis: { format: "%" } }, color: { field: "milestone", type: "nominal", title: null, sort: null, legend: { orient: "bottom", columns: 2 }, scale: { range: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"] } }, strokeDash: { field: "milestone", type: "nominal", sort: null, legend: null } }, config: { font: "DejaVu Sans, Verdana, sans-serif", view: { stroke: null }, axis: { labelColor: "#5b6776", titleColor: "#5b6776", gridColor: "#e3e7ec", domainColor: "#e3e7ec", tickColor: "#e3e7ec" }, legend: { labelColor: "#1d2733" } } });
    }
    note.textContent = "";
  } catch (error) { note.textContent = error.message; note.classList.add("bad"); }
});
form.requestSubmit();
