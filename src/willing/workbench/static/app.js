// What every page needs: calls to the server, runs with progress, charts, tables to sort.

const body = document.body;
export const texts = JSON.parse(body.dataset.texts || "{}");
export const caseId = body.dataset.case || "";
export const asOf = body.dataset.asof || "";
export const revision = Number(body.dataset.revision || 0);
/** What to call milestones, actors and levers, by id. */
export const names = JSON.parse(body.dataset.names || "{}");
export const milestoneName = (id) => names.milestones?.[id] ?? id.replaceAll("_", " ");
export const actorName = (id) => names.actors?.[id] ?? id;
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
/** A date as people write it: 5 April 2025. */
export const dayOf = (iso) => DAY.format(new Date(`${String(iso).slice(0, 10)}T00:00:00Z`));
export const FONT = '"Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';
const csrf = document.querySelector("meta[name=csrf]")?.content || "";

export const $ = (selector, from = document) => from.querySelector(selector);
export const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
export const say = (text, values = {}) =>
  Object.entries(values).reduce((t, [k, v]) => t.replaceAll(`{${k}}`, v), text || "");

/** Make an element: attributes as given, children as nodes or text (never as markup). */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((c) => c !== null && c !== undefined).map((c) => (c instanceof Node ? c : String(c))));
  return made;
}

export const percent = (p) =>
  p > 0 && p < 0.005 ? "<1\u00a0%" : p > 0.995 && p < 1 ? ">99\u00a0%" : `${Math.round(100 * p)}\u00a0%`;
/** The chance of a milestone: among futures counted, none means few, never that it cannot be. */
export const chance = (p) => (p < 0.005 ? "<1\u00a0%" : percent(p));
/** A year ahead: the week that holds the day, and the day, as the headline asks for it. */
export function yearAhead(dates) {
  const day = new Date(dates[0]), last = dates.length - 1;
  day.setUTCDate(day.getUTCDate() + 365);
  return last < 53 ? { week: last, day: dates[last] } : { week: 53, day: day.toISOString().slice(0, 10) };
}
export const signed = (x, digits = 0) =>
  `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(digits)}`;

export class Refused extends Error {
  constructor(problem, status) {
    const faults = (problem.faults || []).map((f) => `${f.place ? f.place.join(".") : `${f.file ?? ""} ${f.line || ""} ${f.column || ""}`.trim()}: ${f.found ? `${f.found}; ` : ""}${f.expected}`);
    super([problem.detail || problem.title || status, ...faults].join("\n"));
    Object.assign(this, { problem, status });
  }
}

/** Call the JSON API. A body that is a File or Blob goes as it is. */
export async function api(path, { method = "GET", json, raw, signal } = {}) {
  const headers = { accept: "application/json" };
  if (csrf) headers["x-csrf-token"] = csrf;
  let payload;
  if (json !== undefined) { headers["content-type"] = "application/json"; payload = JSON.stringify(json); }
  if (raw !== undefined) { headers["content-type"] = raw.type || "application/octet-stream"; payload = raw; }
  const response = await fetch(path, { method, headers, body: payload, signal, credentials: "same-origin" });
  const text = await response.text();
  const found = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Refused(found, response.status);
  return found;
}

/** Follow a run to its end; resolves to its result. */
export function follow(job, onProgress) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/api/jobs/${job}/events`);
    const finish = async () => {
      source.close();
      try {
        const end = await api(`/api/jobs/${job}`);
        if (end.state === "done") resolve(end.result);
        else reject(new Error(end.error || `${texts.stopped} (${end.state})`));
      } catch (error) { reject(error); }
    };
    source.addEventListener("progress", (e) => onProgress?.(JSON.parse(e.data)));
    source.addEventListener("end", finish);
    source.addEventListener("error", finish);
  });
}

/** Start a run, show its progress in `holder`, return its result. */
export async function run(path, json, holder) {
  const bar = $("progress", holder), note = $("[data-note], .note", holder);
  note?.classList.remove("bad");
  if (bar) { bar.hidden = false; bar.removeAttribute("value"); }
  if (note) note.textContent = `${texts.running} …`;
  holder.setAttribute("aria-busy", "true");
  try {
    const job = await api(path, { method: "POST", json });
    if (job.state === "done") { if (note) note.textContent = ""; return job.result ?? job; }
    holder.dispatchEvent(new CustomEvent("started", { detail: job }));
    const result = await follow(job.id, (p) => {
      if (bar) bar.value = p.fraction;
      if (note) note.textContent = `${Math.round(100 * p.fraction)} % ${p.note || ""}`;
    });
    if (note) note.textContent = "";
    return result;
  } catch (error) {
    if (note) { note.textContent = `${texts.error}: ${error.message}`; note.classList.add("bad"); }
    throw error;
  } finally { if (bar) bar.hidden = true; holder.removeAttribute("aria-busy"); }
}

// Charts ----------------------------------------------------------------------------------------

const dark = matchMedia("(prefers-color-scheme: dark)");
const NIGHT = [["#1d2733", "#e8edf2"], ["#5b6776", "#a9b4c0"], ["#e3e7ec", "#323d4a"], ["#0b5394", "#6cb2f0"], ["#a6440a", "#f0a06a"], ["#f5f6f8", "#26313d"], ["#b9c1ca", "#4a5664"], ["#f7f8f9", "#1c2530"]];
let engine;
const load = () => (engine ??= import("/vega.js").then(() => window.vegaEmbed));

/** Draw a specification into a place; returns the view. */
export async function draw(place, spec) {
  const embed = await load();
  const label = place.getAttribute("aria-label") || "";
  let text = JSON.stringify(spec);
  if (dark.matches && !place.closest(".paper")) for (const [day, night] of NIGHT) text = text.replaceAll(day, night);
  const own = JSON.parse(text);
  own.config = { ...own.config, font: FONT };
  const made = await embed(place, own, {
    actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true, theme: "plain" },
  });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", label);
  place.removeAttribute("aria-roledescription");
  if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
  place.dataset.drawn = "yes";
  return made.view;
}

const widthOf = (place) => Math.max(280, Math.min(1280, Math.floor(place.clientWidth) - 14));
const views = new WeakMap();
export const viewOf = (place) => views.get(place);

export async function chart(place, more = "") {
  const query = [place.dataset.query, more, `w=${widthOf(place)}`].filter(Boolean).join("&").replace(/&&+/g, "&");
  place.classList.add("busy");
  for (const link of $$("[data-save]", place.parentElement)) link.href = `${link.pathname}?download=1&${query}`;
  try {
    const spec = await api(`${place.dataset.chart}?${query}`);
    const view = await draw(place, spec);
    views.set(place, view);
    view.addEventListener("click", (event, item) => opened(item?.datum));
    return view;
  } catch (error) {
    place.replaceChildren(el("p", { class: "quiet" }, error instanceof Refused ? error.message : texts.failed));
    console.info(error.message);
    return null;
  } finally { place.classList.remove("busy"); }
}

/** Click through: a mark of a statement opens the statement, a state its actor. */
function opened(datum) {
  if (!datum || !caseId) return;
  if (/^[A-Za-z0-9]/.test(datum.id ?? "") && datum.summary !== undefined) location.href = `/cases/${caseId}/statements/${encodeURIComponent(datum.id)}`;
  else if (datum.actor && datum.said && /^[A-Z0-9_]{2,12}$/.test(datum.actor)) location.href = `/cases/${caseId}/who/${datum.actor}`;
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); chart(target, target.dataset.more || ""); }
}, { rootMargin: "300px" });

function charts() {
  for (const place of $$("[data-chart]")) seen.observe(place);
  dark.addEventListener("change", () => $$("[data-chart][data-drawn]").forEach((p) => chart(p, p.dataset.more || "")));
}

for (const form of $$("[data-map-controls], [data-track-controls]")) {
  form.addEventListener("change", () => {
    const place = $("[data-chart]", form.parentElement);
    place.dataset.more = new URLSearchParams([...new FormData(form)].filter(([, v]) => v)).toString();
    chart(place, place.dataset.more);
  });
}

// Tables to sort --------------------------------------------------------------------------------

for (const table of $$("table.sortable")) {
  $$("th[data-sort]", table).forEach((head) => {
    const label = head.textContent;
    head.replaceChildren(el("button", { type: "button", onclick: () => sort(table, head) }, label));
  });
}
function sort(table, head) {
  const column = head.cellIndex, number = head.dataset.sort === "number";
  const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && !number);
  $$("th[aria-sort]", table).forEach((th) => th.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const value = (row) => { const cell = row.cells[column]; return number ? Number(cell.dataset.value ?? cell.textContent) || 0 : (cell.dataset.text ?? cell.textContent).trim(); };
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const x = value(a), y = value(b);
    return (number ? x - y : x.localeCompare(y)) * (up ? 1 : -1);
  });
  table.tBodies[0].append(...rows);
}

// A first forecast --------------------------------------------------------------------------------

for (const panel of $$("[data-run]")) {
  const start = $("[data-start]", panel), cancel = $("[data-cancel]", panel);
  let job = null;
  panel.addEventListener("started", (e) => { job = e.detail.id; cancel.hidden = false; });
  cancel.addEventListener("click", () => job && api(`/api/jobs/${job}/cancel`, { method: "POST" }));
  const go = async () => {
    start.disabled = true;
    try {
      await run(`/api/cases/${caseId}/assess`, asOf ? { as_of: asOf } : {}, panel);
      location.reload();
    } catch { start.disabled = false; cancel.hidden = true; }
  };
  start.addEventListener("click", go);
  if (panel.dataset.run !== "no") go();
}

const quick = $("[data-quick]");
if (quick) {
  api(`/api/cases/${caseId}/whatif`, { method: "POST", json: asOf ? { as_of: asOf } : {} }).then((a) => {
    const { week, day } = yearAhead(a.dates);
    quick.replaceChildren(
      el("ol", { class: "tiles" }, a.milestones.map((m) => el("li", { class: m.id === "deployed" ? "asked" : "" }, el("span", { class: "name" }, milestoneName(m.id)), el("b", {}, chance(m.probability[week])), el("span", { class: "words" }, `${chance(m.low[week])} – ${chance(m.high[week])}`)))),
      el("p", { class: "quiet small" }, `${say(texts.quick_band, { draws: a.draws })}; ${texts.by} ${dayOf(day)}.`));
  }).catch((e) => quick.replaceChildren(el("p", { class: "bad" }, e.message)));
}

$("[data-leave]")?.addEventListener("click", async () => { await api("/api/session", { method: "DELETE" }).catch(() => {}); location.href = "/login"; });
{ const here = $(".views [aria-current]"), row = $(".views ul"); if (here && row) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2; }
for (const form of $$("form[data-auto]")) form.addEventListener("change", () => form.requestSubmit());

// what is new counts as seen once it has been shown beside its forecast
if (caseId && $("h1.answer")) api(`/api/cases/${caseId}/news`, { method: "POST" }).catch(() => {});
charts();
