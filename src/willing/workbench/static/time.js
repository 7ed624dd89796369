// A date slider over everything, and what moved the forecast between two dates.
import { $, api, caseId, chart, el, percent, run, say, signed, texts } from "./app.js";

const day = $("#day"), days = day.dataset.days.split(","), out = $("[data-day]"), place = $("[data-time-map]");
const big = $("[data-big]"), delta = $("[data-delta]"), status = $("[data-status]"), open = $("[data-open]");
let busy = false, wanted = null;

async function show() {
  const when = days[Number(day.value)];
  out.value = when;
  open.href = `/cases/${caseId}/prospects?as_of=${when}`;
  day.setAttribute("aria-valuetext", when);
  if (busy) { wanted = when; return; }
  busy = true;
  place.dataset.chart = `/cases/${caseId}/charts/map.json`;
  const [answer] = await Promise.all([
    api(`/api/cases/${caseId}/whatif`, { method: "POST", json: { as_of: when } }).catch((e) => e),
    chart(place, `as_of=${when}`),
  ]);
  if (answer.milestones) {
    const week = Math.min(52, answer.dates.length - 1), m = answer.milestones.find((x) => x.id === "deployed") ?? answer.milestones[0];
    big.textContent = percent(m.probability[week]);
    delta.textContent = `${m.id.replaceAll("_", " ")}, ${answer.dates[week]}`;
    status.textContent = say(texts.quick, { draws: answer.draws });
  } else { big.textContent = "–"; status.textContent = answer.message; }
  busy = false;
  if (wanted && wanted !== when) { wanted = null; show(); }
}
day.addEventListener("input", show);
show();

const form = $("[data-moved]");
form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const rows = $("[data-moved-rows]"), f = form.elements;
  const found = await run(`/api/cases/${caseId}/moved`, { earlier: f.earlier.value, later: f.later.value, milestone: f.milestone.value }, form.parentElement).catch(() => null);
  if (!found) return;
  const points = (x) => (Math.abs(x) < 0.0005 ? "0" : signed(100 * x, 1));
  rows.replaceChildren(
    el("p", { class: "big" }, say(texts.moved_total, { from: percent(found.from.probability), to: percent(found.to.probability), change: `${points(found.change)} ${texts.points}` })),
    el("p", { class: "quiet" }, `${rows.dataset.time || ""}${points(found.time)} ${texts.points}: `, el("span", {}, form.dataset.passing || "time, calendar, pledges")),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "statements" }, el("table", {}, el("thead", {}, el("tr", {}, ["statement", "", "step", "alone"].map((h, i) => el("th", { scope: "col", class: i > 1 ? "n" : "" }, h)))), el("tbody", {}, found.statements.map((s) => el("tr", {}, el("th", { scope: "row" }, el("a", { href: `/cases/${caseId}/statements/${encodeURIComponent(s.id)}` }, s.id), " ", s.known), el("td", {}, `${s.actor}: ${s.summary}`), el("td", { class: `n ${s.step > 0.0005 ? "up" : s.step < -0.0005 ? "down" : ""}` }, points(s.step)), el("td", { class: "n" }, points(s.alone))))))));
});
