// One statement: change it with its version, show a conflict with both, code it a second time.
import { $, api, caseId, el, texts } from "./app.js";

const edit = $("[data-edit]"), code = $("[data-code]"), clash = $("[data-conflict]");
const note = (form, text, bad = false) => { const n = $(".note", form); n.textContent = text; n.classList.toggle("bad", bad); };

edit?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const path = `/api/cases/${caseId}/statements/${encodeURIComponent(edit.dataset.id)}`;
  try {
    const { version, revision, ...now } = await api(path);
    const fields = Object.fromEntries(new FormData(edit));
    const { why, ...changes } = fields;
    const done = await api(path, { method: "PUT", json: { version: Number(edit.dataset.version), statement: { ...now, ...changes }, why } });
    edit.dataset.version = done.version;
    note(edit, texts.saved);
    setTimeout(() => location.reload(), 500);
  } catch (error) {
    note(edit, error.status === 409 ? texts.conflict : error.message, true);
    const { theirs, yours } = error.problem ?? {};
    if (theirs || yours) {
      clash.hidden = false;
      clash.replaceChildren(...[[texts.theirs, theirs], [texts.yours, yours]].map(([who, x]) => el("section", {}, el("h3", {}, who), el("dl", { class: "fields" }, Object.entries(x?.statement ?? x ?? {}).filter(([, v]) => v !== null && v !== "").flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, String(v))])))));
    }
  }
});
$("[data-remove]", edit ?? document)?.addEventListener("click", async () => {
  if (!edit.reportValidity()) { note(edit, texts.why_needed, true); return; }
  const q = new URLSearchParams({ version: edit.dataset.version, why: edit.elements.why.value });
  try { await api(`/api/cases/${caseId}/statements/${encodeURIComponent(edit.dataset.id)}?${q}`, { method: "DELETE" }); location.reload(); } catch (error) { note(edit, error.message, true); }
});
code?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const chosen = Object.fromEntries([...new FormData(code)].filter(([, v]) => v));
  try { await api(`/api/cases/${caseId}/codings`, { method: "POST", json: { statement: code.dataset.id, ...chosen } }); note(code, texts.saved); } catch (error) { note(code, error.message, true); }
});
