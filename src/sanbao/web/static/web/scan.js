// A form with data-scan takes codes from camera, wedge and keyboard, and tells each result by text, sound and vibration.
// Without script it is a form like any other. Its contract stands in docs/reference/components.md.
import { Camera, allowed, photograph } from "./scan-camera.js";
import * as queue from "./scan-queue.js";
import { mute, muted, signal, wake } from "./scan-signals.js";
import { listen } from "./scan-wedge.js";
import { make } from "./words.js";

const SAME = 2000;
const LISTED = 30;
const BACK = 4000;
const CONTINUOUS = "sanbao:scan:continuous";
const fine = matchMedia("(pointer: fine)").matches;
const MARKS = { ok: "✓", several: "?", kept: "…", busy: "…", warned: "!" };

function start(box) {
  const form = box.querySelector("form[data-scan]");
  const input = form.querySelector("[data-scan-code]");
  const part = (name) => box.querySelector(`[data-scan-${name}]`);
  const says = part("words").dataset;
  const seen = new Map();
  let camera = null;

  // -- telling ------------------------------------------------------------------------------------------

  function tell(answer, outcome) {
    const mark = MARKS[outcome] ?? "✗";
    const shown = part("answer");
    shown.dataset.outcome = outcome;
    shown.hidden = false;
    shown.innerHTML = answer.html || plain(answer);
    reveal(shown);
    globalThis.htmx?.process(shown);
    part("say").textContent = `${mark} ${answer.title}${answer.sentence ? `。${answer.sentence}` : ""}`;
    if (outcome !== "busy") list(answer, outcome, mark);
  }

  // What only works with script is hidden without.
  function reveal(root) {
    for (const part of root.querySelectorAll("[data-scan-script]")) part.hidden = false;
  }

  function plain({ title, sentence, clause }) {
    const told = make("div", { className: "scan-told" }, make("p", { className: "scan-title" }, title));
    if (sentence) told.append(make("p", { className: "scan-sentence" }, sentence));
    if (clause) told.append(make("p", { className: "scan-sentence" }, make("a", { className: "ref", href: `${says.clauses}#${clause}`, textContent: `${says.clause} ${clause}` })));
    return told.outerHTML;
  }

  function list(answer, outcome, mark) {
    const rows = part("list");
    if (!rows) return;
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    const what = make("span", { className: "no strong", textContent: answer.code });
    const link = rows.dataset.link ? make("a", { href: `${rows.dataset.link}?code=${encodeURIComponent(answer.code)}` }, what) : what;
    const row = make("li", {}, make("b", { textContent: mark }), link, make("span", { className: "scan-what", textContent: answer.title }), make("time", { textContent: at }));
    row.dataset.outcome = outcome;
    if (outcome !== "kept") [...rows.children].find((one) => one.dataset.outcome === "kept" && one.querySelector(".no").textContent === answer.code)?.remove();
    rows.prepend(row);
    while (rows.children.length > LISTED) rows.lastElementChild.remove();
    rows.closest("[data-scan-recent]").hidden = false;
  }

  // -- taking -------------------------------------------------------------------------------------------

  // A camera sees the same label many times a second, and a wedge is pulled twice: once in two seconds is enough.
  function again(code) {
    const before = seen.get(code) ?? 0;
    seen.set(code, Date.now());
    return Date.now() - before < SAME;
  }

  async function take(code, by) {
    if (!code.trim()) return input.focus();
    input.value = "";
    if (by !== "typed" && again(code)) return;
    if (by === "camera" && !part("continuous").checked) camera.close();
    const body = new URLSearchParams(new FormData(form));
    body.delete("csrfmiddlewaretoken");
    body.set("code", code);
    body.set("scanned_at", new Date().toISOString());
    tell({ code, title: code }, "busy");
    let told;
    try {
      told = await queue.post({ url: form.action, body: body.toString(), code });
    } catch {
      // No place to write it down (a private window): send it as the page that it also is.
      input.value = code;
      return form.submit();
    }
    const { state, answer } = told;
    if (answer) return result(answer);
    signal("kept");
    tell({ code, title: code, sentence: state === "locked" ? says.locked : queue.owner ? says.kept : says.nobody }, "kept");
  }

  function result(answer) {
    const outcome = answer.outcome ?? (answer.ok ? "ok" : "refused");
    signal(answer.ok ? "ok" : "refused");
    tell(answer, outcome);
    box.dispatchEvent(new CustomEvent("scan:answered", { bubbles: true, detail: answer }));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wake();
    take(input.value, machine() ? "wedge" : "typed");
  });
  const machine = listen(form, input, form.dataset.scanKeys !== "off");
  if (fine) input.focus();

  // -- the camera ---------------------------------------------------------------------------------------

  const files = { decoder: form.dataset.decoder, wasm: form.dataset.wasm };
  const view = part("view");
  const photo = part("photo");

  async function look() {
    wake();
    if (!allowed()) return photo.click();
    camera ??= new Camera(view, files, (code) => take(code, "camera"));
    try {
      await camera.open();
      part("camera").hidden = true;
      input.blur();
    } catch (error) {
      failed(error);
    }
  }

  function failed(error) {
    part("camera").hidden = false;
    view.hidden = true;
    const sentence = { NotAllowedError: says.denied, NotFoundError: says.none }[error.name] ?? `${says.broken} ${error.message}`;
    part("trouble").textContent = sentence;
    part("trouble").hidden = false;
    part("snap").hidden = false;
  }

  part("camera").hidden = false;
  if (!allowed()) {
    part("trouble").textContent = says.insecure;
    part("trouble").hidden = false;
  }
  part("camera").addEventListener("click", look);
  part("snap").addEventListener("click", () => photo.click());
  part("close").addEventListener("click", () => camera.close());
  part("torch").addEventListener("click", ({ currentTarget }) => camera.torch(currentTarget).catch(failed));
  part("flip").addEventListener("click", () => camera.flip().catch(failed));
  view.addEventListener("camera:failed", ({ detail }) => failed(detail));
  new MutationObserver(() => (part("camera").hidden = !view.hidden)).observe(view, { attributeFilter: ["hidden"] });
  photo.addEventListener("change", async () => {
    const [file] = photo.files;
    photo.value = "";
    if (!file) return;
    const code = await photograph(file, files).catch(failed);
    if (code) take(code, "camera");
    else if (code === "") tell({ code: "", title: says.unread }, "refused");
  });

  // -- switches -----------------------------------------------------------------------------------------

  const continuous = part("continuous");
  continuous.checked = (localStorage.getItem(CONTINUOUS) ?? (fine ? "0" : "1")) === "1";
  continuous.addEventListener("change", () => localStorage.setItem(CONTINUOUS, continuous.checked ? "1" : "0"));
  const sound = part("sound");
  sound.checked = !muted();
  sound.addEventListener("change", () => {
    mute(!sound.checked);
    if (sound.checked) signal("ok");
  });
  reveal(box);

  box.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-scan-again]")) return;
    part("answer").hidden = true;
    seen.clear();
    if (camera) look();
    else input.focus();
  });

  // -- what waits ---------------------------------------------------------------------------------------

  function waits({ waiting, failed: refused, others }) {
    part("waiting").hidden = waiting.length === 0;
    part("waiting").querySelector("b").textContent = waiting.length;
    part("others").hidden = others === 0;
    part("others").querySelector("b").textContent = others;
    const rows = part("failed");
    rows.hidden = refused.length === 0;
    rows.querySelector("ol").replaceChildren(...refused.map(line));
  }

  function line({ n, code, title, clause, at }) {
    const button = (text, act) => {
      const made = make("button", { type: "button", className: "btn", textContent: text });
      made.addEventListener("click", () => act(n));
      return made;
    };
    const when = new Date(at).toLocaleString([], { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    const why = make("span", { className: "scan-what", textContent: `${title}${clause ? ` · ${says.clause} ${clause}` : ""}` });
    return make("li", {}, make("b", { textContent: "✗" }), make("span", { className: "no strong", textContent: code }), why, make("time", { textContent: when }), make("span", { className: "scan-acts" }, button(says.retry, queue.retry), button(says.discard, queue.discard)));
  }

  document.addEventListener("scans:changed", ({ detail }) => waits(detail));
  document.addEventListener("scans:locked", () => (part("locked").hidden = false));
  document.addEventListener("scans:answered", ({ detail: { entry, answer } }) => {
    if (new URL(entry.url).pathname !== new URL(form.action).pathname) return;
    signal(answer.ok ? "ok" : "refused");
    tell(answer, answer.outcome ?? (answer.ok ? "ok" : "refused"));
  });
  queue.kept().then((now) => {
    waits(now);
    for (const { code } of now.waiting) list({ code, title: says.kept }, "kept", MARKS.kept);
  });
}

for (const box of document.querySelectorAll("[data-scan-box]")) start(box);

// The page itself opens without network too: its shell is kept by a service worker, where the browser allows one.
const shell = document.querySelector("[data-scan-worker]");
if (shell && isSecureContext && "serviceWorker" in navigator) navigator.serviceWorker.register(shell.dataset.scanWorker, { scope: shell.dataset.scanScope });

// A device says that it is back before anything can be reached; the shell gives way when the house answers.
async function back() {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer) location.reload();
}
if (document.querySelector("[data-scan-offline]")) {
  addEventListener("online", back);
  setInterval(back, BACK);
}
