// The one registry of keys. None fires in a field, while an input method composes, or in an open dialog.
import { inField } from "./fields.js";
import { make, words } from "./words.js";
import * as lists from "./lists.js";

const enabled = document.body.dataset.keys === "on";
const hasRows = document.querySelector("[data-row]") !== null;
const own = new Map();
let pending = "";
let timer = 0;

const titles = document.documentElement.lang === "en"
  ? { "/": "Search", "?": "Keys", ".": "Copy the number", j: "Next row", k: "Previous row", Enter: "Open the row", x: "Select the row", "Shift+X": "Select a range", "[": "Previous in the list", "]": "Next in the list", "Ctrl+K": "Go to, do, find", "Ctrl+Enter": "Send the form" }
  : { "/": "搜索", "?": "快捷键", ".": "复制编号", j: "下一行", k: "上一行", Enter: "打开此行", x: "选中此行", "Shift+X": "选中一段", "[": "列表中上一条", "]": "列表中下一条", "Ctrl+K": "去、做、查", "Ctrl+Enter": "提交表单" };

export function register(key, act) {
  own.set(key, act);
}

export function help() {
  const dialog = make("dialog", { ariaLabel: words.keys });
  const close = make("button", { type: "button", className: "btn btn-sm btn-quiet close", textContent: "×", ariaLabel: words.close });
  const shown = [...own.keys(), "Ctrl+K", "Ctrl+Enter"].map((key) => [key, titles[key] ?? key]);
  for (const element of document.querySelectorAll("[data-key]")) shown.push([element.dataset.key, element.dataset.keyTitle ?? element.textContent.trim()]);
  const lines = shown.map(([key, title]) => make("div", {}, make("span", { textContent: title }), make("kbd", { textContent: key.length === 1 ? key.toUpperCase() : key })));
  dialog.append(make("div", { className: "dialog-head" }, make("h2", { textContent: words.keys }), close), make("div", { className: "dialog-body keys" }, ...lines));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const { toast } = await import("./toasts.js");
  toast(`${words.copied} ${button.dataset.copy}`);
}

register("/", () => document.getElementById("find")?.select());
register("?", help);
if (document.querySelector("[data-copy]")) register(".", () => copy(document.querySelector("[data-copy]")));
if (hasRows) {
  register("j", () => lists.step(1));
  register("k", () => lists.step(-1));
  register("Enter", () => lists.open());
  register("x", () => lists.pick());
  register("Shift+X", () => lists.pick(true));
} else {
  register("[", () => lists.neighbour(-1));
  register("]", () => lists.neighbour(1));
}

function run(key, event) {
  const element = document.querySelector(`main [data-key="${CSS.escape(key)}"]`) ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (element) {
    event.preventDefault();
    return element.matches("input, select, textarea") ? element.focus() : element.click();
  }
  if (!own.has(key)) return;
  if (key === "Enter" && event.target.closest("a, button, summary")) return; // Enter already means something there
  event.preventDefault();
  own.get(key)();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    return event.target.form.requestSubmit(event.target.form.querySelector("[data-submit]") ?? undefined);
  }
  if (!enabled || event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || document.querySelector("dialog[open]")) return;
  const name = event.key.length === 1 && event.shiftKey && /[a-z]/i.test(event.key) ? `Shift+${event.key.toUpperCase()}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  clearTimeout(timer);
  const key = pending ? `${pending} ${name}` : name;
  const begins = !pending && document.querySelector(`[data-key^="${CSS.escape(name)} "]`);
  pending = begins ? name : "";
  if (begins) timer = setTimeout(() => (pending = ""), 1200);
  else run(key, event);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button);
  if (target.closest("[data-keys-help]")) help();
});
