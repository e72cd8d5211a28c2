// A link with data-dialog opens its page as a dialog. Without script it is a page.
import { start } from "./drafts.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const slot = dialog.querySelector("[data-dialog-refusal]");
const refusal = document.getElementById("refusal");
const home = refusal?.parentNode;
const after = refusal?.nextSibling;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    const headers = { "HX-Target": "div#dialog-body" }; // htmx would name the link, not where the answer goes
    htmx.ajax("GET", link.getAttribute("href"), { source: link, target: "#dialog-body", swap: "innerHTML", headers });
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

document.addEventListener("htmx:after:swap", () => {
  if (dialog.open || !body.firstElementChild) return;
  const heading = body.querySelector("h2");
  if (heading) dialog.setAttribute("aria-label", heading.textContent);
  if (refusal) {
    refusal.replaceChildren();
    slot.append(refusal); // a refusal behind an open dialog could not be seen
  }
  dialog.showModal();
  start(body);
  body.querySelector("input:not([type=hidden]):not([disabled]), select, textarea, [data-submit]")?.focus();
});

dialog.addEventListener("close", () => {
  body.replaceChildren();
  if (refusal) {
    refusal.replaceChildren();
    home.insertBefore(refusal, after);
  }
});
