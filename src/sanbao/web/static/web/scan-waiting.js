// On every page: how many scans this browser still holds; they are sent from here too, and nobody logs out over them.
import { make, person, words } from "./words.js";

const WHOSE = "sanbao:scans:person";
const held = () => Number(localStorage.getItem(`sanbao:waiting:${person}`) ?? 0);

function show() {
  for (const figure of document.querySelectorAll("[data-scans-held]")) {
    figure.textContent = held();
    figure.hidden = held() === 0;
  }
}

function ask(form) {
  const { scans, stay, keep, clear } = words;
  const button = (text, look, act) => {
    const made = make("button", { type: "button", className: `btn ${look}`, textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const leave = () => {
    dialog.close();
    form.dataset.asked = "yes";
    form.requestSubmit();
  };
  const dialog = make("dialog", { ariaLabel: scans },
    make("div", { className: "dialog-body" }, make("p", { className: "mb-0" }, make("b", { textContent: `${held()} ` }), scans)),
    make("div", { className: "dialog-foot" },
      button(clear, "", async () => { await (await import("./scan-queue.js")).discardMine(); leave(); }),
      button(keep, "", leave),
      button(stay, "btn-primary", () => dialog.close())));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".btn-primary").focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[action$='/logout/']")) return;
  if (!held() || form.dataset.asked) return localStorage.removeItem(WHOSE);
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form);
}, true);
document.addEventListener("scans:changed", show);
document.addEventListener("scans:answered", async ({ detail: { entry, answer } }) => {
  if (document.querySelector("[data-scan-box]")) return;
  const { toast } = await import("./toasts.js");
  toast(`${entry.code}：${answer.title}`, answer.ok ? "success" : "error");
});
addEventListener("storage", show);
show();
if (held()) import("./scan-queue.js");
