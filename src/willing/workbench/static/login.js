// Log in, then go on to where one wanted to be.
import { $, api } from "./app.js";

const form = $("[data-login]");
form.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    await api("/api/session", { method: "POST", json: Object.fromEntries(new FormData(form)) });
    location.href = "/";
  } catch (error) { $(".note", form).textContent = error.message; }
});
