// Ctrl+K: go to a room, do what this page offers, or search.
import { make, words } from "./words.js";

function choices() {
  const links = [...document.querySelectorAll(".rail a:not(.brand), .page-head .actions a, .page-head .actions button:not([disabled]), .bar [data-key]")];
  return links.map((element) => ({ text: (element.dataset.keyTitle ?? element.querySelector("span")?.textContent ?? element.textContent).trim(), key: element.dataset.key, go: () => element.click() }));
}

function show() {
  const all = choices();
  const list = make("ul", { role: "listbox", id: "palette-list" });
  const input = make("input", { type: "text", placeholder: words.go, ariaLabel: words.go, autocomplete: "off", role: "combobox" });
  const dialog = make("dialog", { className: "palette", ariaLabel: words.go }, input, list);
  input.setAttribute("aria-controls", "palette-list");
  input.setAttribute("aria-expanded", "true");
  let found = [];
  let at = 0;

  function draw() {
    const asked = input.value.trim().toLowerCase();
    found = all.filter(({ text }) => text.toLowerCase().includes(asked));
    if (asked) found.push({ text: `${words.find} “${input.value.trim()}”`, key: "↵", go: () => location.assign(`/search/?q=${encodeURIComponent(input.value.trim())}`) });
    at = Math.min(at, Math.max(0, found.length - 1));
    list.replaceChildren(...found.map(({ text, key }, index) => {
      const item = make("li", { id: `palette-${index}`, role: "option", ariaSelected: String(index === at) }, text);
      if (key) item.append(make("kbd", { textContent: key }));
      item.addEventListener("click", () => choose(index));
      return item;
    }));
    input.setAttribute("aria-activedescendant", `palette-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function choose(index) {
    dialog.close();
    found[index]?.go();
  }
  input.addEventListener("input", () => { at = 0; draw(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); at = (at + by + found.length) % found.length; draw(); }
    if (event.key === "Enter") { event.preventDefault(); choose(at); }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (!document.querySelector(".rail") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  show();
});
