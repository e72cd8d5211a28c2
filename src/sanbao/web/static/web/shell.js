// The frame: menus that close, figures of the rail that stay fresh, language without losing what was typed.
import { ask } from "./ask.js";

const EVERY = 60_000;

document.addEventListener("click", ({ target }) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(target) || target.closest(".items a, .items button")) menu.open = false;
  });
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What is current in a row that scrolls sideways is to be seen.
for (const one of document.querySelectorAll(".tabs [aria-current], .stepper .now")) {
  const row = one.closest(".tabs, .stepper");
  row.scrollLeft = one.offsetLeft - row.offsetLeft - (row.clientWidth - one.offsetWidth) / 2;
}

async function refresh() {
  if (document.visibilityState !== "visible") return;
  const response = await ask("/desk/counts").catch(() => null);
  if (!response?.ok) return;
  for (const [name, count] of Object.entries(await response.json())) {
    document.querySelectorAll(`[data-count="${name}"]`).forEach((figure) => {
      figure.textContent = count;
      figure.hidden = count === 0;
    });
  }
}
if (document.querySelector("[data-count]")) setInterval(refresh, EVERY);
