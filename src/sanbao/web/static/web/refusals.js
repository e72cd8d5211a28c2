// A refusal names its fields; each is marked where it stands, and the first gets the focus.
import { make } from "./words.js";

const place = document.getElementById("refusal");
let asked = null;

function clear(form) {
  form.querySelectorAll("[data-refused]").forEach((sentence) => sentence.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  asked = ctx.sourceElement.closest?.("form") ?? null;
  if (asked) clear(asked);
  if (asked) place?.replaceChildren();
});

document.addEventListener("htmx:after:swap", () => {
  if (!place?.firstElementChild || place.dataset.shown === place.innerHTML) return;
  let first = null;
  for (const { dataset, innerHTML } of place.querySelectorAll("template[data-refused-field]")) {
    const box = asked?.querySelector(`[data-field="${CSS.escape(dataset.refusedField)}"]`);
    if (!box) continue;
    box.append(make("p", { className: "error", innerHTML }));
    box.lastElementChild.dataset.refused = "";
    const field = box.querySelector("input, select, textarea");
    field?.setAttribute("aria-invalid", "true");
    first ??= field;
  }
  if (first) return first.focus();
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
});
