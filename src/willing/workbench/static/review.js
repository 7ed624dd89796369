// Candidates beside the text: read, then accept, edit or reject by key.
import { $, $$, actorName, api, caseId, el, say, texts } from "./app.js";

const intake = $("[data-read]"), note = $("[data-note]"), desk = $("[data-review]"), list = $("[data-list]");
const form = $("[data-form]"), doc = $("[data-doc]"), title = $("[data-doc-title]"), said = $("[data-said]"), count = $("[data-count]");
const documents = new Map();
let waiting = [], at = 0, keepSaid = false, publishers = JSON.parse(sessionStorage.getItem("publishers") || "{}");

const flat = (row) => ({ ...row, ...(row.candidate ?? row.data ?? {}), key: row.key, version: row.version ?? 0 });
const span = (s) => (Array.isArray(s) ? { start: s[0], end: s[0] + s[1] } : s ? { start: s.start, end: s.start + s.length } : null);

async function load(keep) {
  const { candidates, names } = await api(`/api/cases/${caseId}/review`);
  waiting = candidates.map(flat);
  const place = waiting.findIndex((c) => c.key === keep);
  at = place >= 0 ? place : Math.min(at, Math.max(waiting.length - 1, 0));
  count.textContent = say(texts.left, { n: waiting.length });
  desk.hidden = waiting.length === 0;
  $("[data-empty]").hidden = waiting.length > 0;
  list.replaceChildren(...waiting.map((c, i) => el("li", {}, el("button", { type: "button", "data-key": c.key, onclick: () => select(i) },
    el("b", {}, (c.actor ?? []).map((id) => (actorName(id) === id ? names[id] : actorName(id))).join(", ") || "?"), ` ${String(c.stance ?? "").replaceAll("_", " ")} `, el("span", { class: "quiet" }, c.domain && c.domain !== "any" ? c.domain.replaceAll("_", " ") : "")))));
  if (waiting.length) await select(at);
}

async function select(i) {
  at = Math.max(0, Math.min(i, waiting.length - 1));
  const one = waiting[at];
  $$("button", list).forEach((b, k) => { if (k === at) { b.setAttribute("aria-current", "true"); b.scrollIntoView({ block: "nearest" }); } else b.removeAttribute("aria-current"); });
  if (!documents.has(one.document)) documents.set(one.document, await api(`/api/cases/${caseId}/documents/${one.document}`));
  const source = documents.get(one.document), text = [...source.text];
  title.textContent = source.title || source.source;
  const where = span(one.span), marks = [["cue_span", "cue"], ["speaker_span", "speaker"], ["condition_span", "condition"]];
  const slice = (a, b) => text.slice(a, b).join("");
  const mark = el("mark", { id: "span", tabindex: "-1", title: marks.map(([f]) => one[f] && slice(span(one[f]).start, span(one[f]).end)).filter(Boolean).join(" | ") }, slice(where.start, where.end));
  doc.replaceChildren(slice(0, where.start), mark, slice(where.end, text.length));
  doc.scrollTop = mark.offsetTop - doc.offsetTop - 80;
  const f = form.elements;
  f.actor.value = (one.actor ?? []).join(", ");
  f.add_as.value = "";
  shownAbsent();
  f.speaker.value = one.speaker ?? "";
  f.condition.value = one.condition ?? "";
  for (const name of ["stance", "domain", "issue"]) if (one[name]) f[name].value = one[name];
  f.summary.value = "";
  f.summary.placeholder = slice(where.start, where.end).slice(0, 160);
  f.publisher.value = publishers[one.document] ?? "";
  f.why.value = "";
  if (!keepSaid) said.replaceChildren();
  said.classList.remove("bad");
  const about = await api(`/api/cases/${caseId}/review/${one.key}`).catch(() => null), same = $("[data-same]");
  same.replaceChildren(...(about?.duplicates?.length ? [texts.same_statement, ...about.duplicates.flatMap((d, k) => [k ? ", " : "", el("a", { href: `/cases/${caseId}/statements/${encodeURIComponent(d.statement)}` }, d.statement)])] : []));
}

/** Whom the case does not know can be added with the acceptance. */
function shownAbsent() {
  const known = new Set($$("#actor-ids option").map((o) => o.value)), named = form.elements.actor.value.split(",").map((x) => x.trim()).filter(Boolean);
  $("[data-absent]").hidden = named.every((x) => known.has(x));
}
form.elements.actor.addEventListener("input", shownAbsent);

const fields = () => Object.fromEntries(["actor", "speaker", "stance", "domain", "issue", "condition"].map((n) => [n, form.elements[n].value]));
function changed(one) {
  const now = fields(), was = { actor: (one.actor ?? []).join(", "), speaker: one.speaker ?? "", stance: one.stance, domain: one.domain, issue: one.issue, condition: one.condition ?? "" };
  return Object.fromEntries(Object.entries(now).filter(([k, v]) => v !== (was[k] ?? "")));
}

async function act(what) {
  const one = waiting[at];
  if (!one) return;
  if (what === "accept" && !$("[data-absent]").hidden && !form.elements.add_as.value) {
    said.textContent = say(texts.absent, { who: form.elements.actor.value });
    said.classList.add("bad");
    form.elements.add_as.focus();
    return;
  }
  const base = `/api/cases/${caseId}/review/${one.key}`, why = form.elements.why.value;
  said.classList.remove("bad");
  said.textContent = `${texts.saving} …`;
  try {
    let version = one.version, accepted = null;
    const changes = changed(one);
    if (what !== "reject" && Object.keys(changes).length) {
      const row = flat(await api(`${base}/edit`, { method: "POST", json: { version, changes, why } }));
      version = row.version || version + 1;
      one.version = version;
    }
    if (what === "reject") await api(`${base}/reject`, { method: "POST", json: { version, why } });
    if (what === "accept") {
      const f = form.elements;
      accepted = await api(`${base}/accept`, { method: "POST", json: { version, why, summary: f.summary.value, publisher: f.publisher.value, reliability: f.reliability.value, credibility: Number(f.credibility.value), add_as: f.add_as.value || null } });
      publishers[one.document] = f.publisher.value;
      sessionStorage.setItem("publishers", JSON.stringify(publishers));
      if (f.add_as.value) for (const id of one.actor ?? []) if (!$$("#actor-ids option").some((o) => o.value === id)) $("#actor-ids").append(el("option", { value: id }));
    }
    keepSaid = true;
    await load(what === "edit" ? one.key : undefined);
    keepSaid = false;
    said.classList.remove("bad");
    said.replaceChildren(`${texts.saved}. `, ...(accepted ? [undo(await api(`/api/cases/${caseId}/news`), accepted.added)] : []));
  } catch (error) {
    said.textContent = error.status === 409 ? texts.conflict : error.message;
    said.classList.add("bad");
    said.scrollIntoView({ block: "center" });
    if (what === "reject" && !why) form.elements.why.focus();
    if (what === "accept" && !form.elements.summary.value) form.elements.summary.focus();
  }
}
/** A button that undoes an acceptance, and whom it added, unless another change came since. */
function undo({ revision }, added) {
  const changes = added.length ? 2 : 1;
  return el("button", { type: "button", class: "link", onclick: async () => {
    try {
      await api(`/api/cases/${caseId}/reopen`, { method: "POST", json: { revision: revision - changes, expected: revision, why: texts.undo } });
      for (const option of $$("#actor-ids option")) if (added.includes(option.value)) option.remove();
      keepSaid = true;
      await load();
      keepSaid = false;
      said.replaceChildren(texts.undone);
    } catch (error) { said.replaceChildren(error.status === 409 ? texts.conflict : error.message); said.classList.add("bad"); }
  } }, texts.undo);
}
for (const button of $$("[data-do]", form)) button.addEventListener("click", () => act(button.dataset.do));
form.addEventListener("submit", (e) => { e.preventDefault(); act("accept"); });

document.addEventListener("keydown", (e) => {
  const typing = e.target.closest("input, textarea, select");
  if (e.key === "Escape" && typing) { typing.blur(); return; }
  if (typing || e.ctrlKey || e.metaKey || e.altKey || desk.hidden) return;
  const keys = { j: () => select(at + 1), k: () => select(at - 1), a: () => act("accept"), s: () => act("edit"), r: () => act("reject"), e: () => form.elements.summary.focus() };
  if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
});

$("[data-tabs]", intake).addEventListener("change", () => {
  const how = intake.elements.how.value;
  for (const part of $$("[data-how]", intake)) part.hidden = part.dataset.how !== how;
});

intake.addEventListener("submit", async (e) => {
  e.preventDefault();
  const f = intake.elements, how = f.how.value, published = f.published.value || null;
  note.className = "note quiet spin";
  note.textContent = `${texts.running} …`;
  try {
    const base = `/api/cases/${caseId}/read`, file = f.file.files[0];
    const asked = {
      text: () => api(base, { method: "POST", json: { text: f.text.value, published, ...(f.source.value ? { source: f.source.value } : {}) } }),
      file: () => api(`${base}/file?${new URLSearchParams({ name: file?.name ?? "", ...(published ? { published } : {}) })}`, { method: "POST", raw: file }),
      address: () => api(`${base}/address`, { method: "POST", json: { url: f.url.value, published } }),
    };
    const found = await asked[how]();
    if (f.publisher.value) { publishers[found.document] = f.publisher.value; sessionStorage.setItem("publishers", JSON.stringify(publishers)); }
    note.className = "note";
    note.textContent = found.queued.length ? say(texts.read_some, { n: found.queued.length }) : texts.read_none;
    $("[data-intake]").open = found.found === 0;
    await load(found.queued[0]);
    if (found.queued.length) form.elements.summary.focus({ preventScroll: false });
  } catch (error) { note.textContent = error.message; note.className = "note bad"; }
});
load().catch((error) => { note.textContent = error.message; });
