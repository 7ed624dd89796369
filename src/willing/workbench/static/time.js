// A date slider over everything, and what moved the forecast between two dates.
import { $, $$, actorName, api, caseId, chance, chart, dayOf, el, milestoneName, percent, run, say, signed, texts, yearAhead } from "./app.js";

const day = $("#day"), days = day.dataset.days.split(","), out = $("[data-day]"), place = $("[data-time-map]");
const big = $("[data-big]"), delta = $("[data-delta]"), status = $("[data-status]"), open = $("[data-open]"), rows = $("[data-then]"), said = $("[data-said-that-day]");
let busy = false, wanted = null, latest = null, statements = null;

async function show() {
  const when = days[Number(day.value)];
  out.value = dayOf(when);
  open.href = `/cases/${caseId}/${open.dataset.open}?as_of=${when}`;
  day.setAttribute("aria-valuetext", dayOf(when));
  if (busy) { wanted = when; return; }
  busy = true;
  status.className = "quiet small spin";
  place.dataset.chart = `/cases/${caseId}/charts/map.json`;
  statements ??= await api(`/api/cases/${caseId}/statements`).then((x) => x.statements).catch(() => []);
  const known = statements.filter((s) => (s.published || s.date) === when);
  said.replaceChildren(...(known.length ? known.slice(0, 6).map((s) => el("li", {}, el("a", { href: `/cases/${caseId}/statements/${encodeURIComponent(s.id)}` }, s.id), el("span", {}, el("b", {}, actorName(s.actor)), `: ${s.summary}`))) : [el("li", { class: "quiet" }, texts.nothing_said)]));
  const [answer] = await Promise.all([
    api(`/api/cases/${caseId}/whatif`, { method: "POST", json: { as_of: when } }).catch((e) => e),
    chart(place, `as_of=${when}`),
  ]);
  if (answer.milestones) {
    const { week, day: by } = yearAhead(answer.dates), m = answer.milestones.find((x) => x.id === "deployed") ?? answer.milestones[0];
    big.textContent = chance(m.probability[week]);
    delta.textContent = `${milestoneName(m.id)}, ${texts.by} ${dayOf(by)}`;
    status.textContent = say(answer.on_full_run ? texts.from_full : texts.quick, { draws: answer.draws });
    if (when === days.at(-1)) latest = answer;
    fill(answer, 1);
    if (latest) fill(latest, 2);
  } else { big.textContent = "–"; delta.textContent = ""; status.textContent = answer.message; }
  status.className = "quiet small";
  busy = false;
  if (wanted && wanted !== when) { wanted = null; show(); }
}
function fill(answer, column) {
  const { week } = yearAhead(answer.dates);
  for (const m of answer.milestones) { const row = $(`tr[data-m="${m.id}"]`, rows); if (row) row.cells[column].textContent = chance(m.probability[week]); }
}
day.addEventListener("input", show);
for (const button of $$("[data-step]")) button.addEventListener("click", () => { day.value = Number(day.value) + Number(button.dataset.step); show(); });
show();

const form = $("[data-moved]");
form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const rows = $("[data-moved-rows]"), f = form.elements;
  rows.replaceChildren();
  const found = await run(`/api/cases/${caseId}/moved`, { earlier: f.earlier.value, later: f.later.value, milestone: f.milestone.value }, form).catch(() => null);
  if (!found) return;
  const points = (x) => (Math.abs(x) < 0.0005 ? "0" : signed(100 * x, 1));
  const some = found.statements.filter((s) => Math.abs(s.step) > 0.0005 || Math.abs(s.alone) > 0.0005), none = found.statements.length - some.length;
  rows.replaceChildren(
    el("p", { class: "big" }, say(texts.moved_total, { from: percent(found.from.probability), to: percent(found.to.probability), change: `${points(found.change)} ${texts.points}` })),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": texts.statement }, el("table", {}, el("thead", {}, el("tr", {}, [texts.known, texts.who, texts.statement, texts.step, texts.alone].map((h, i) => el("th", { scope: "col", class: i > 2 ? "n" : "" }, h)))), el("tbody", {},
      el("tr", {}, el("td", {}), el("th", { scope: "row", colspan: 2 }, form.dataset.passing), el("td", { class: "n" }, points(found.time)), el("td", {})),
      some.map((s) => el("tr", {}, el("td", { class: "nowrap quiet" }, dayOf(s.known)), el("th", { scope: "row" }, actorName(s.actor)), el("td", {}, s.summary, " ", el("a", { class: "ref", href: `/cases/${caseId}/statements/${encodeURIComponent(s.id)}` }, s.id)), el("td", { class: `n ${s.step > 0.0005 ? "up" : s.step < -0.0005 ? "down" : ""}` }, points(s.step)), el("td", { class: "n" }, points(s.alone))))))),
    none ? el("p", { class: "quiet small" }, say(texts.no_move, { n: none })) : "");
});
