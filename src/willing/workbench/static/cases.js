// Begin a case from examples, or take one in from an archive.
import { $, api } from "./app.js";

const fresh = $("[data-new]"), take = $("[data-take-in]");
const tell = (form, error) => { const n = $(".note", form); n.textContent = error.message; n.classList.add("bad"); };
const list = (text) => text.split(/[\s,;]+/).filter(Boolean);

fresh?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const f = fresh.elements;
  try {
    const made = await api("/api/cases/new", { method: "POST", json: { id: f.id.value, title: f.title.value, as_of: f.as_of.value, host: f.host.value, opposing: list(f.opposing.value), leads: list(f.leads.value), candidates: list(f.candidates.value) } });
    location.href = `/cases/${made.id}/who`;
  } catch (error) { tell(fresh, error); }
});
take?.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    const made = await api(`/api/cases?replace=${take.elements.replace.checked}`, { method: "POST", raw: new Blob([take.elements.file.files[0]], { type: "application/zip" }) });
    location.href = `/cases/${made.id}/history`;
  } catch (error) { tell(take, error); }
});
