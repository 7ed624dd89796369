// Two cases, two dates or two levers side by side, from quick answers that share random numbers.
import { $, $$, FONT, api, caseId, chance, dayOf, draw, el, say, signed, texts, yearAhead } from "./app.js";

const form = $("[data-compare]"), note = $("[data-note]");
const labels = new Map();
const AXIS = { labelColor: "#5b6776", titleColor: "#5b6776", titleFontWeight: "normal", gridColor: "#e3e7ec", domainColor: "#e3e7ec", tickColor: "#e3e7ec" };

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
  const get = (n) => $(`[name=${n}]`, side).value, id = get("case");
  if (!labels.has(id)) labels.set(id, Object.fromEntries((await api(`/api/cases/${id}`)).milestones.map((m) => [m.id, texts.milestones?.[m.id] ?? m.label])));
  const body = { ...(get("as_of") ? { as_of: get("as_of") } : {}), levers: get("lever") ? [get("lever")] : [] };
  const answer = await api(`/api/cases/${id}/whatif`, { method: "POST", json: body });
  const label = $("[name=case]", side).selectedOptions[0].textContent;
  return { ...answer, label, names: labels.get(id), lever: get("lever") && $("[name=lever]", side).selectedOptions[0].textContent };
}
const spec = (rows, wide) => ({ data: { values: rows }, width: Math.max(240, wide - 12), autosize: { type: "fit-x", contains: "padding" }, height: 250, background: "transparent", mark: { type: "line", strokeWidth: 2 }, encoding: { x: { field: "week", type: "quantitative", title: texts.weeks, axis: { grid: false } }, y: { field: "p", type: "quantitative", title: null, scale: { domain: [0, 1] }, axis: { format: "%", tickCount: 5 } }, color: { field: "milestone", type: "nominal", title: null, sort: null, legend: { orient: "bottom", columns: wide < 420 ? 1 : 3, symbolType: "stroke" }, scale: { range: ["#0072b2", "#b77600", "#009e73", "#b85c8d", "#d55e00", "#56b4e9"] } }, strokeDash: { field: "milestone", type: "nominal", sort: null, legend: null } }, config: { font: FONT, view: { stroke: null }, axis: AXIS, legend: { labelColor: "#1d2733", labelLimit: 220 } } });

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  note.textContent = `${texts.running} …`;
  note.className = "note quiet spin";
  try {
    const sides = $$("[data-side]", form);
    const found = [await one(sides[0]), await one(sides[1])];
    $$("[data-out]").forEach((out) => { out.hidden = false; });
    for (const [k, answer] of found.entries()) {
      const out = $(`[data-out=${k ? "right" : "left"}]`), other = found[1 - k];
      const plot = el("div", { class: "plot", role: "group", "aria-label": answer.label }), { week, day } = yearAhead(answer.dates), there = yearAhead(other.dates).week;
      out.replaceChildren(el("h2", {}, answer.label), el("p", { class: "quiet" }, [`${texts.as_of} ${dayOf(answer.as_of)}`, answer.lever, answer.handling].filter(Boolean).join(" · ")), plot,
        el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": answer.label }, el("table", {}, el("thead", {}, el("tr", {}, ["", `${texts.by} ${dayOf(day)}`, k ? texts.against_left : ""].map((h, i) => el("th", { scope: "col", class: i ? "n" : "" }, h)))), el("tbody", {}, answer.milestones.map((m) => {
          const twin = other.milestones.find((x) => x.id === m.id), d = k && twin ? m.probability[week] - twin.probability[there] : 0;
          return el("tr", {}, el("th", { scope: "row" }, answer.names[m.id]), el("td", { class: "n" }, chance(m.probability[week])), el("td", { class: `n ${d > 0.005 ? "up" : d < -0.005 ? "down" : "quiet"}` }, !k ? "" : !twin || Math.abs(d) < 0.005 ? "=" : signed(100 * d)));
        })))),
        el("p", { class: "quiet small" }, say(texts.quick, { draws: answer.draws })));
      const rows = answer.milestones.flatMap((m) => m.probability.filter((_, i) => i % 2 === 0).map((p, i) => ({ week: 2 * i, p, milestone: answer.names[m.id] })));
      await draw(plot, spec(rows, plot.clientWidth));
    }
    note.textContent = "";
    note.className = "note";
  } catch (error) { note.textContent = error.message; note.className = "note bad"; }
});
form.requestSubmit();
