// Questions, own probabilities, scores, agreement.
import { $, $$, api, caseId, el, percent, run, texts } from "./app.js";

const place = $("[data-scores]");
$("[data-score]")?.addEventListener("click", async (e) => {
  const found = await run(`/api/cases/${caseId}/score`, {}, e.target.parentElement).catch(() => null);
  if (!found) return;
  for (const q of found.questions) { const cell = $(`tr[data-q="${CSS.escape(q.id)}"] [data-model]`); if (cell) { cell.textContent = percent(q.probability); cell.dataset.value = q.probability; } }
  const scored = [["model", found], ...Object.entries(found.baselines ?? {})].filter(([, x]) => x && x.brier !== null && x.brier !== undefined);
  place.replaceChildren(scored.length ? el("table", {}, el("thead", {}, el("tr", {}, ["", "Brier", "log score"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, scored.map(([name, x]) => el("tr", {}, el("th", { scope: "row" }, name.replaceAll("_", " ")), el("td", { class: "n" }, x.brier.toFixed(3)), el("td", { class: "n" }, x.log_score?.toFixed(3) ?? "–"))))) : el("p", { class: "quiet" }, `n = ${found.n ?? 0}`));
});

for (const form of $$("[data-own]")) form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const row = form.closest("tr"), cell = $("[data-model]", row), kept = $("[data-kept]", form);
  const model = cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  try {
    const done = await api(`/api/cases/${caseId}/probabilities`, { method: "POST", json: { question: row.dataset.q, probability: Number(form.elements.p.value) / 100, model } });
    kept.textContent = `${done.by} ${percent(done.probability)}`;
  } catch (error) { kept.textContent = error.message; }
});

const agree = $("[data-agreement]");
api(`/api/cases/${caseId}/codings`).then(({ agreement }) => {
  agree.replaceChildren(el("table", {}, el("tbody", {}, Object.entries(agreement).map(([field, a]) => el("tr", {}, el("th", { scope: "row" }, field), el("td", { class: "n" }, a.alpha === null ? "–" : a.alpha.toFixed(2)), el("td", { class: "quiet" }, `${a.statements} · ${a.coders.join(", ") || "–"} · ${a.metric}`))))));
}).catch((error) => { agree.textContent = error.message; });
