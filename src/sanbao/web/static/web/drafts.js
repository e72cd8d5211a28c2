// What is typed into a form with data-draft survives a closed tab or a lost session, in this browser, for this person.
import { make, person, words } from "./words.js";

const prefix = `sanbao:${person}:`;
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const timers = new WeakMap();

const fields = (form) =>
  [...form.elements].filter((field) => field.name && !field.name.startsWith("csrf") && !["version", "draft", "next"].includes(field.name)
    && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type));

function typed(form) {
  return fields(form).map((field) => [field.name, field.value, "checked" in field ? field.checked : null]
    .slice(0, ["checkbox", "radio"].includes(field.type) ? 3 : 2));
}

function keep(form) {
  const values = typed(form);
  const key = prefix + form.dataset.draft;
  if (JSON.stringify(values) === form.dataset.blank) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
}

function fill(form, values) {
  // A form with rows of its own making adds what is missing before they are filled.
  form.dispatchEvent(new CustomEvent("draft:restoring", { detail: values }));
  const left = fields(form);
  for (const [name, value, checked] of values) {
    const at = left.findIndex((field) => field.name === name && (checked === undefined || field.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (checked === undefined) field.value = value;
    else field.checked = checked;
  }
}

function restore(form) {
  form.dataset.blank = JSON.stringify(typed(form));
  form.append(make("input", { type: "hidden", name: "draft", value: form.dataset.draft }));
  const key = prefix + form.dataset.draft;
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept || Date.now() - kept.at > KEPT_FOR) return localStorage.removeItem(key);
  if (JSON.stringify(kept.values) === form.dataset.blank) return;
  fill(form, kept.values);
  const discard = make("button", { type: "button", className: "btn btn-sm", textContent: words.discard });
  const banner = make("p", { className: "notice calm", role: "status" }, words.restored, discard);
  (form.querySelector(".dialog-body") ?? form).prepend(banner);
  discard.addEventListener("click", () => {
    fill(form, JSON.parse(form.dataset.blank));
    localStorage.removeItem(key);
    banner.remove();
  });
}

function forgetTaken() {
  const taken = document.cookie.split("; ").find((part) => part.startsWith("sanbao_taken="));
  if (!taken) return;
  const value = taken.slice("sanbao_taken=".length).replace(/^"|"$/g, "");
  localStorage.removeItem(prefix + decodeURIComponent(value));
  document.cookie = "sanbao_taken=; max-age=0; path=/";
}

export function start(root) {
  root.querySelectorAll("form[data-draft]:not([data-blank])").forEach(restore);
}

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 250));
});
addEventListener("pagehide", () => document.querySelectorAll("form[data-blank]").forEach(keep));
document.addEventListener("submit", ({ target }) => {
  // Logging out is saying: this PC is for the next one now.
  if (!target.matches("form[action$='/logout/'], form[data-forget-drafts]")) return;
  Object.keys(localStorage).filter((key) => key.startsWith(prefix)).forEach((key) => localStorage.removeItem(key));
  document.querySelectorAll("form[data-blank]").forEach((form) => delete form.dataset.blank);
});
document.addEventListener("htmx:after:swap", () => start(document));
forgetTaken();
start(document);
