// One statement: change it with its version, show a conflict with both, code it a second time.
import { $, api, caseId, el, texts } from "./app.js";

const edit = $("[data-edit]"), code = $("[data-code]"), clash = $("[data-conflict]");
const note = (form, text, bad = false) => { const n = $(".note", form); n.textContent = text; n.classList.toggle("bad", bad); };

const path = edit && `/api/cases/${caseId}/statements/${encodeURIComponent(edit.dataset.id)}`;

async function save() {
  const { version, revision, ...now } = await api(path);
  const { why, ...changes } = Object.fromEntries(new FormData(edit));
  return api(path, { method: "PUT", json: { version: Number(edit.dataset.version), statement: { ...now, ...changes }, why } });
}
const field = (k) => (texts.fields[k] ?? k).replaceAll("_", " ");

/** Both versions, where they differ; nothing of either is lost, and a person decides. */
function both(theirs, yours) {
  const [a, b] = [theirs?.statement ?? theirs ?? {}, yours?.statement ?? yours ?? {}];
  const differ = Object.keys({ ...a, ...b }).filter((k) => String(a[k] ?? "") !== String(b[k] ?? ""));
  const side = (title, x, ...more) => el("section", {}, el("h3", {}, title), el("dl", { class: "fields" }, differ.flatMap((k) => [el("dt", {}, field(k)), el("dd", {}, String(x[k] ?? "–"))])), ...more);
  clash.hidden = false;
  clash.replaceChildren(side(texts.theirs, a, el("p", {}, el("button", { type: "button", onclick: () => location.reload() }, texts.take_theirs))), side(texts.yours, b, el("p", {}, el("button", { type: "button", class: "primary", onclick: () => { edit.dataset.version = theirs.version; edit.requestSubmit(); } }, texts.take_yours))));
}

edit?.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    const done = await save();
    edit.dataset.version = done.version;
    note(edit, texts.saved);
    setTimeout(() => location.reload(), 500);
  } catch (error) {
    note(edit, error.status === 409 ? texts.conflict : error.message, true);
    const { theirs, yours } = error.problem ?? {};
    if (theirs || yours) both(theirs, yours);
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
