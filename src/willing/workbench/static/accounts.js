// Accounts: made, given another role, disabled. What is refused is said.
import { $, $$, api } from "./app.js";

const note = $("[data-note]"), fresh = $("[data-account-new]");
const tell = (place, error) => { place.textContent = error.message; place.classList.add("bad"); };

async function change(row, json) {
  try {
    await api(`/api/accounts/${encodeURIComponent(row.dataset.account)}`, { method: "PATCH", json });
    location.reload();
  } catch (error) { tell(note, error); }
}
for (const row of $$("[data-account]")) {
  $("select", row).addEventListener("change", (e) => change(row, { role: e.target.value }));
  $("[data-disable]", row).addEventListener("click", (e) => change(row, { disabled: e.currentTarget.dataset.disable === "yes" }));
}
fresh.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    await api("/api/accounts", { method: "POST", json: Object.fromEntries(new FormData(fresh)) });
    location.reload();
  } catch (error) { tell($(".note", fresh), error); }
});
