// What was done, undone again; the handling mark; forecasts reproduced.
import { $, $$, api, caseId, follow, texts } from "./app.js";

const note = $("[data-note]");
for (const button of $$("[data-reopen]")) button.addEventListener("click", async () => {
  const revision = Number(button.dataset.reopen);
  button.disabled = true;
  try {
    await api(`/api/cases/${caseId}/reopen`, { method: "POST", json: { revision, expected: Number(button.dataset.now), why: button.textContent } });
    location.reload();
  } catch (error) { note.textContent = error.status === 409 ? texts.conflict : error.message; note.classList.add("bad"); button.disabled = false; }
});

$("[data-handling]")?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const form = e.target;
  try {
    await api(`/api/cases/${caseId}/handling`, { method: "PUT", json: { handling: form.elements.handling.value, revision: Number(form.dataset.now), why: form.elements.handling.value } });
    location.reload();
  } catch (error) { const n = $(".note", form); n.textContent = error.message; n.classList.add("bad"); }
});

for (const button of $$("[data-reproduce]")) button.addEventListener("click", async () => {
  const said = $(".note", button.parentElement);
  button.disabled = true;
  try {
    const job = await api(`/api/forecasts/${button.dataset.reproduce}/reproduce`, { method: "POST" });
    const found = await follow(job.id, (p) => { said.textContent = `${Math.round(100 * p.fraction)} %`; });
    said.textContent = found.same ? texts.same : texts.not_same;
  } catch (error) { said.textContent = error.message; }
  button.disabled = false;
});
