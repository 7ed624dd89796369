// Questions, own probabilities, scores, the backtest, agreement.
import { $, $$, api, caseId, draw, el, percent, run, texts } from "./app.js";

const place = $("[data-scores]");
const table = (head, rows) => el("table", { class: "tight" }, el("thead", {}, el("tr", {}, head.map((h, i) => el("th", { scope: "col", class: i ? "n" : "" }, h)))), el("tbody", {}, rows.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, name), cells.map((c) => el("td", { class: "n" }, c))))));
const three = (x) => (x === null || x === undefined ? "–" : x.toFixed(3));

$("[data-score]")?.addEventListener("click", async (e) => {
  const found = await run(`/api/cases/${caseId}/score`, {}, e.target.parentElement).catch(() => null);
  if (!found) return;
  for (const q of found.questions) { const cell = $(`tr[data-q="${CSS.escape(q.id)}"] [data-model]`); if (cell) { cell.textContent = percent(q.probability); cell.dataset.value = q.probability; } }
  const scored = [["model", found], ...Object.entries(found.baselines ?? {})].filter(([, x]) => x && x.brier !== null && x.brier !== undefined);
  place.replaceChildren(scored.length ? table([`n = ${found.n}`, texts.brier, texts.log_score], scored.map(([name, x]) => [texts[name] ?? name.replaceAll("_", " "), three(x.brier), three(x.log_score)])) : "");
});

async function people() {
  const { scores } = await api(`/api/cases/${caseId}/probabilities`);
  $("[data-people]")?.replaceChildren(scores.length ? table([texts.analyst, "n", texts.brier, texts.model], scores.map((s) => [s.by, s.n, three(s.brier), three(s.model_brier)])) : "");
}
people().catch(() => {});

for (const form of $$("[data-own]")) form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const row = form.closest("tr"), cell = $("[data-model]", row), kept = $("[data-kept]", form);
  const model = cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  try {
    const done = await api(`/api/cases/${caseId}/probabilities`, { method: "POST", json: { question: row.dataset.q, probability: Number(form.elements.p.value) / 100, model } });
    kept.textContent = `${done.by} ${percent(done.probability)}`;
    form.reset();
    people().catch(() => {});
  } catch (error) { kept.textContent = error.message; }
});

$("[data-back]")?.addEventListener("click", async (e) => {
  const out = $("[data-back-out]");
  const found = await run("/api/track-record", {}, e.target.parentElement).catch(() => null);
  if (!found) return;
  const rows = Object.entries(found.scores ?? {}).map(([target, s]) => [texts.targets[target] ?? target.replaceAll("_", " "), s.n, three(s.brier), three(s.baselines?.logit?.brier), three(s.baselines?.base_rate?.brier), three(s.auc)]);
  const plot = el("div", { class: "plot", role: "group", "aria-label": e.target.textContent });
  out.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": texts.brier }, table([texts.target, "n", `${texts.brier}: ${texts.model}`, "logit", texts.base_rate, "AUC"], rows)), el("figure", { class: "chart paper" }, plot));
  const spec = found.charts.calibration, columns = Math.max(1, Math.min(4, Math.floor(plot.clientWidth / 290)));
  await draw(plot, { ...spec, columns });
});

const agree = $("[data-agreement]");
api(`/api/cases/${caseId}/codings`).then(({ agreement }) => {
  const some = Object.values(agreement).some((a) => a.statements);
  agree.replaceChildren(some ? table(["", "alpha", "n", texts.coders], Object.entries(agreement).map(([field, a]) => [texts[field] ?? field, a.alpha === null ? "–" : a.alpha.toFixed(2), a.statements, a.coders.join(", ") || "–"])) : el("p", { class: "quiet" }, texts.no_codings));
}).catch((error) => { agree.textContent = error.message; });
