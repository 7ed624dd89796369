// A spreadsheet: look at it, say which column is what, take it in, all rows or none.
import { $, $$, Refused, api, caseId, el, say, texts } from "./app.js";

const pick = $("[data-sheet]"), form = $("[data-map]"), table = $("[data-table]"), fixed = $("[data-fixed]"), note = $("[data-note]"), faults = $("[data-faults]");
let rows = [], columns = [], wanted = {};

pick.addEventListener("submit", async (e) => {
  e.preventDefault();
  const file = pick.elements.file.files[0];
  try {
    const found = await api(`/api/cases/${caseId}/sheet/preview`, { method: "POST", raw: file });
    ({ rows, columns } = found);
    wanted = found.fields;
    note.textContent = say(texts.rows, { n: rows.length });
    note.classList.remove("bad");
    const back = new Map(Object.entries(found.mapping).map(([a, b]) => (columns.includes(a) ? [a, b] : [b, a])));
    table.replaceChildren(
      el("thead", {}, el("tr", {}, columns.map((c) => el("th", { scope: "col" }, c, el("br"), el("select", { "data-column": c, "aria-label": c }, el("option", { value: "" }, "–"), Object.entries(wanted).map(([f, needed]) => el("option", { value: f, selected: back.get(c) === f }, needed ? `${f} *` : f))))))),
      el("tbody", {}, rows.slice(0, 6).map((r) => el("tr", {}, columns.map((c) => el("td", {}, String(r[c] ?? "").slice(0, 120)))))));
    fixed.replaceChildren(...Object.entries(wanted).filter(([, needed]) => needed).map(([f]) => el("label", {}, `${f} *`, el("input", { name: f, autocomplete: "off" }))));
    form.hidden = false;
    show();
  } catch (error) { note.textContent = error.message; note.classList.add("bad"); }
});
const chosen = () => $$("[data-column]", table).filter((s) => s.value).map((s) => [s.value, s.dataset.column]);
function show() { const mapped = new Set(chosen().map(([f]) => f)); for (const label of $$("label", fixed)) label.hidden = mapped.has($("input", label).name); }
table.addEventListener("change", show);

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  faults.replaceChildren();
  const mapping = Object.fromEntries(chosen());
  const defaults = Object.fromEntries($$("input", fixed).filter((i) => i.value && !i.closest("label").hidden).map((i) => [i.name, i.value]));
  const plain = rows.map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, String(v ?? "")])));
  try {
    const found = await api(`/api/cases/${caseId}/sheet/import`, { method: "POST", json: { rows: plain, mapping, defaults } });
    note.textContent = say(texts.taken, { n: found.added.length });
    note.classList.remove("bad");
    form.hidden = true;
  } catch (error) {
    note.textContent = texts.error;
    note.classList.add("bad");
    faults.replaceChildren(...(error instanceof Refused ? error.message.split("\n") : [error.message]).map((line) => el("li", {}, line)));
  }
});
