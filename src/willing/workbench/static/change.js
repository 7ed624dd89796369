// Levers and sliders: at most one question under way, the newest setting asked next.
import { $, $$, FONT, actorName, api, asOf, caseId, chance, dayOf, draw, follow, names, percent, run, say, signed, texts, el } from "./app.js";

const desk = $("[data-change]"), form = $("form.levers", desk), rows = $("[data-rows]", desk);
const big = $("[data-big]", desk), delta = $("[data-delta]", desk), status = $("[data-status]", desk);
const by = $("#by", desk), byOut = $("[data-by]", desk), milestone = $("[data-milestone]", desk);
let view = null, last = null, busy = false, waiting = false, pause = 0, turn = 0, full = null;

const factor = (input) => 2 ** Number(input.value);
function setting() {
  const shifts = $$("[data-actor]", form).filter((s) => Number(s.value)).map((s) => ({ actor: s.dataset.actor, issue: s.dataset.issue, by: Number(s.value) }));
  const rates = Object.fromEntries($$("[data-rate]", form).filter((s) => Number(s.value)).map((s) => [s.dataset.rate, factor(s)]));
  const levers = $$("[name=lever]:checked", form).map((l) => l.value);
  return { ...(asOf ? { as_of: asOf } : {}), levers, shifts, rates };
}
const atRest = (s) => !s.levers.length && !s.shifts.length && !Object.keys(s.rates).length;

function labels() {
  for (const s of $$("input[type=range]", form)) s.parentElement.classList.toggle("set", Number(s.value) !== 0);
  for (const s of $$("[data-actor]", form)) s.nextElementSibling.value = Number(s.value) ? signed(Number(s.value)) : "0";
  for (const s of $$("[data-rate]", form)) s.nextElementSibling.value = `×${factor(s).toPrecision(2).replace(/\.0$/, "")}`;
}

function spec(data) {
  const line = (field, extra) => ({ mark: { type: "line", strokeWidth: 2, ...extra }, encoding: { x: { field: "date", type: "temporal", title: null, axis: { format: "%b %y", tickCount: 5, grid: false } }, y: { field, type: "quantitative", title: null, scale: { domain: [0, 1] }, axis: { format: "%", tickCount: 5 } } } });
  const area = { mark: { type: "area", opacity: 0.25, color: "#0b5394" }, encoding: { ...line("low").encoding, y2: { field: "high" } } };
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: Math.max(240, $("[data-curve]", desk).clientWidth - 12), autosize: { type: "fit-x", contains: "padding" }, height: 230, background: "transparent", data: { name: "curve", values: data }, layer: [area, line("base", { color: "#5b6776", strokeDash: [4, 3] }), line("p", { color: "#0b5394" }), { data: { name: "day", values: [] }, mark: { type: "rule", color: "#a6440a", strokeDash: [3, 3] }, encoding: { x: { field: "date", type: "temporal" } } }], config: { font: FONT, view: { stroke: null }, axis: { labelColor: "#5b6776", gridColor: "#e3e7ec", domainColor: "#e3e7ec", tickColor: "#e3e7ec" } } };
}
const curve = (m) => last.dates.map((date, i) => ({ date, p: m.probability[i], low: m.low[i], high: m.high[i], base: m.base[i] }));

async function show() {
  const week = Math.min(Number(by.value), last.dates.length - 1);
  byOut.value = dayOf(last.dates[week]);
  for (const m of last.milestones) {
    const row = $(`tr[data-m="${m.id}"]`, rows);
    if (!row) continue;
    const change = m.probability[week] - m.base[week];
    row.cells[1].textContent = chance(m.base[week]);
    row.cells[2].textContent = chance(m.probability[week]);
    row.cells[3].textContent = Math.abs(change) < 0.005 ? "–" : signed(100 * change);
    row.cells[3].className = `n ${change > 0.005 ? "up" : change < -0.005 ? "down" : ""}`;
  }
  const m = last.milestones.find((x) => x.id === milestone.value) ?? last.milestones[0];
  const change = m.probability[week] - m.base[week];
  big.textContent = chance(m.probability[week]);
  const rest = atRest(setting()), wide = m.high[week] - m.low[week] >= 0.01;
  delta.textContent = [`${texts.by} ${dayOf(last.dates[week])}`, wide && `${texts.range} ${chance(m.low[week])} – ${chance(m.high[week])}`, !rest && (Math.abs(change) < 0.005 ? texts.no_change : `${signed(100 * change)} ${texts.points}`)].filter(Boolean).join(" · ");
  delta.className = `quiet${!rest && change > 0.005 ? " up" : !rest && change < -0.005 ? " down" : ""}`;
  const data = curve(m), day = [{ date: last.dates[week] }];
  if (!view) view = await draw($("[data-curve]", desk), spec(data));
  view.data("curve", data).data("day", day);
  await view.runAsync();
}

async function ask() {
  if (busy) { waiting = true; return; }
  busy = true; waiting = false;
  const mine = ++turn, wanted = setting(), begun = performance.now();
  clearTimeout(pause);
  if (full) { const old = full; full = null; api(`/api/jobs/${old}/cancel`, { method: "POST" }).catch(() => {}); }
  try {
    last = await api(`/api/cases/${caseId}/whatif`, { method: "POST", json: wanted });
    await show();
    const ms = Math.round(performance.now() - begun);
    desk.dataset.ms = ms;
    desk.dataset.turn = mine;
    status.textContent = atRest(wanted) && last.on_full_run ? `${texts.at_rest}.` : `${say(texts.quick_band, { draws: last.draws })}. ${say(texts.answered, { ms })}.`;
    if (!waiting && !atRest(wanted)) pause = setTimeout(() => settle(wanted, mine), 1500);
  } catch (error) { status.textContent = `${texts.error}: ${error.message}`; }
  busy = false;
  if (waiting) ask();
}

/** A full run in the background replaces the quick answer, unless the setting has moved on. */
async function settle(wanted, mine) {
  try {
    const job = await api(`/api/cases/${caseId}/assess`, { method: "POST", json: wanted });
    if (job.state !== "done") {
      full = job.id;
      await follow(job.id, (p) => { if (mine === turn) status.textContent = `${texts.full_running} ${Math.round(100 * p.fraction)} %`; });
      full = null;
    }
    if (mine !== turn) return;
    const found = await api(`/api/forecasts/${job.forecast}`);
    last = { ...last, milestones: found.milestones.map((m) => ({ ...m, base: last.milestones.find((x) => x.id === m.id).base })) };
    await show();
    desk.dataset.full = mine;
    status.textContent = say(texts.full, { draws: found.draws.toLocaleString() });
  } catch (error) { if (mine === turn && error.status !== 403) status.textContent = `${texts.full_running}: ${error.message}`; }
}

const keep = () => {
  const s = setting(), q = new URLSearchParams();
  if (asOf) q.set("as_of", asOf);
  s.levers.forEach((l) => q.append("lever", l));
  s.shifts.forEach((x) => q.append("shift", `${x.actor}:${x.by}`));
  Object.entries(s.rates).forEach(([k, v]) => q.append("rate", `${k}:${Math.log2(v)}`));
  history.replaceState(null, "", `${location.pathname}${q.size ? `?${q}` : ""}`);
};
form.addEventListener("input", () => { labels(); ask(); });
milestone.addEventListener("change", () => last && show());
form.addEventListener("change", keep);
form.addEventListener("submit", (e) => e.preventDefault());
by.addEventListener("input", () => last && show());
$("[data-reset]", desk).addEventListener("click", () => { form.reset(); labels(); keep(); ask(); });
$("[data-share]", desk).addEventListener("click", async (e) => { keep(); try { await navigator.clipboard.writeText(location.href); e.target.textContent = texts.copied; } catch { prompt(e.target.textContent, location.href); } });

const start = new URLSearchParams(location.search);
for (const id of start.getAll("lever")) { const box = $$("[name=lever]", form).find((b) => b.value === id); if (box) box.checked = true; }
for (const part of start.getAll("shift")) { const [a, v] = part.split(":"); const s = $$("[data-actor]", form).find((x) => x.dataset.actor === a); if (s) s.value = v; }
for (const part of start.getAll("rate")) { const [a, v] = part.split(":"); const s = $$("[data-rate]", form).find((x) => x.dataset.rate === a); if (s) s.value = v; }
labels();
ask();

const take = $("form[data-take]");
take.addEventListener("submit", async (e) => {
  e.preventDefault();
  const out = $("[data-taken]");
  out.replaceChildren();
  const target = Number(take.elements.target.value) / 100;
  const found = await run(`/api/cases/${caseId}/what-would-it-take`, { milestone: take.elements.milestone.value, target, ...(asOf ? { as_of: asOf } : {}) }, take).catch(() => null);
  if (!found) return;
  const leverName = (id) => names.levers?.[id] ?? id;
  const steps = [...found.levers.map((l) => `${texts.pull}: ${leverName(l)}`), ...found.shifts.map((s) => `${texts.move} ${actorName(s.actor)} (${s.issue.replaceAll("_", " ")}) ${texts.by} ${signed(s.by)}`)];
  out.replaceChildren(
    el("p", { class: "big" }, found.reached ? say(texts.reached, { p: percent(found.probability), cost: Math.round(found.cost) }) : say(texts.not_reached, { p: percent(found.probability) })),
    steps.length ? el("ol", {}, steps.map((s) => el("li", {}, s))) : el("p", {}, found.reached ? texts.nothing : ""),
    el("p", { class: "quiet small" }, found.assumption),
    el("p", {}, el("button", { type: "button", onclick: () => {
      form.reset(); found.levers.forEach((id) => { const b = $$("[name=lever]", form).find((x) => x.value === id); if (b) b.checked = true; });
      found.shifts.forEach((s) => { const x = $$("[data-actor]", form).find((y) => y.dataset.actor === s.actor); if (x) x.value = s.by; });
      labels(); keep(); ask(); scrollTo({ top: 0 });
    } }, texts.on)));
});
