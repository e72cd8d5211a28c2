// Scans are written down in this browser before they are sent, each under a key of its own: sent twice it is done once.
// What cannot be sent waits, in order; what is refused later stays listed with its reason.
import { person, words } from "./words.js";

const STORE = "scans";
const PATIENCE = 10_000;
const AGAIN = 15_000;
const OTHER_TABS = 20_000;
const AWAY = new Set([408, 425, 429, 502, 503, 504]);
const WHOSE = "sanbao:scans:person";
const live = new Map();
const tab = (sessionStorage["sanbao:tab"] ??= unique());
let opened;
let turn = Promise.resolve();

// Whoever looks on in another tab leaves an answer to the tab that waits for it, as long as that tab is open.
const name = (one) => `sanbao-tab-${one}`;
navigator.locks?.request(name(tab), () => new Promise(() => {}));

async function elsewhere() {
  if (!navigator.locks) return ({ at }) => Date.now() - at < OTHER_TABS;
  const { held } = await navigator.locks.query();
  const open = new Set(held.map((lock) => lock.name));
  return (entry) => Date.now() - entry.at < OTHER_TABS && open.has(name(entry.tab));
}

export const owner = person === "nobody" ? localStorage.getItem(WHOSE) : person;
if (person !== "nobody") localStorage.setItem(WHOSE, person);

function unique() {
  // crypto.randomUUID is for secure pages only; a scan over plain HTTP needs its key as well.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("sanbao-scans", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function run(mode, act) {
  const transaction = (await base()).transaction(STORE, mode, { durability: "strict" });
  return new Promise((done, fail) => {
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = transaction.onerror = () => fail(transaction.error);
  });
}

const put = (entry) => run("readwrite", (store) => store.put(entry));
const drop = (n) => run("readwrite", (store) => store.delete(n));
const all = () => run("readonly", (store) => store.getAll());

// What is kept here: waiting and failed ones of this person, and how many belong to others.
export async function kept() {
  const entries = await all();
  const mine = entries.filter((entry) => entry.person === owner);
  const waiting = mine.filter(({ state, key }) => state === "waiting" && !live.has(key));
  return { waiting, failed: mine.filter(({ state }) => state === "failed"), others: entries.length - mine.length };
}

async function changed() {
  const now = await kept();
  if (owner) localStorage.setItem(`sanbao:waiting:${owner}`, now.waiting.length + now.failed.length);
  document.dispatchEvent(new CustomEvent("scans:changed", { detail: now }));
}

function token() {
  // The cookie's is good even when somebody logged in again in another tab since this page was made.
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
}

async function send(entry) {
  const headers = { Accept: "application/json", "Idempotency-Key": entry.key, "X-CSRFToken": token() };
  let response;
  let answer;
  try {
    response = await fetch(entry.url, { method: "POST", body: new URLSearchParams(entry.body), headers, signal: AbortSignal.timeout(PATIENCE) });
    const json = response.headers.get("Content-Type")?.includes("json");
    answer = json ? await response.json() : null;
  } catch {
    return { state: "waiting" };
  }
  if (response.status === 401 || answer?.code === "page_expired" || (response.redirected && !answer)) return { state: "locked" };
  // An answer that is none of ours comes from something between us: a proxy, the log-in page of a guest network.
  if (AWAY.has(response.status) || (response.ok && !answer)) return { state: "waiting" };
  if (response.ok) return { state: "answered", answer };
  if (response.status < 500 && answer) return { state: "answered", answer: { ok: false, outcome: "refused", ...answer, code: entry.code } };
  return { state: "failed", answer: { ok: false, outcome: "refused", title: `${words.network} (${response.status})`, code: entry.code } };
}

async function settle(entry, { state, answer }) {
  const tell = live.get(entry.key);
  live.delete(entry.key);
  if (answer.ok || (tell && state === "answered")) await drop(entry.n);
  else await put({ ...entry, state: "failed", answered: state === "answered", title: [answer.title, answer.sentence].filter(Boolean).join(" · "), clause: answer.clause ?? "" });
  if (tell) tell({ state, answer });
  else document.dispatchEvent(new CustomEvent("scans:answered", { detail: { entry, answer } }));
}

async function round() {
  let locked = false;
  const awaited = await elsewhere();
  for (const entry of await all()) {
    if (entry.person !== owner || person === "nobody" || entry.state !== "waiting") continue;
    if (entry.tab !== tab && awaited(entry)) continue;
    if (!navigator.onLine) break;
    const outcome = await send(entry);
    locked = outcome.state === "locked";
    if (locked || outcome.state === "waiting") break;
    await settle(entry, outcome);
    await changed();
  }
  for (const [key, tell] of live) {
    live.delete(key);
    tell({ state: locked ? "locked" : "kept" });
  }
  if (locked) document.dispatchEvent(new CustomEvent("scans:locked"));
  await changed();
}

// Send what waits, one after the other; only one tab at a time.
export function flush() {
  const once = () => (navigator.locks ? navigator.locks.request("sanbao-scans", round) : round());
  turn = turn.then(once, once);
  return turn;
}

// Write one scan down and send it after those before it. Answers { state, answer }: answered, failed, kept or locked.
export async function post({ url, body, code }) {
  const entry = { key: unique(), tab, person: owner, at: Date.now(), url, body, code, state: "waiting" };
  const answered = new Promise((tell) => live.set(entry.key, tell));
  try {
    entry.n = await put(entry);
  } catch (error) {
    live.delete(entry.key);
    throw error;
  }
  flush();
  return answered;
}

// By hand: what was answered is asked anew, what broke on the way is sent again under its key.
export async function retry(n) {
  const entry = (await all()).find((one) => one.n === n);
  if (!entry) return;
  await put({ ...entry, state: "waiting", tab, key: entry.answered ? unique() : entry.key });
  await flush();
}

export async function discard(n) {
  await drop(n);
  await changed();
}

export async function discardMine() {
  for (const entry of await all()) if (entry.person === owner) await drop(entry.n);
  await changed();
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
setInterval(async () => (await kept()).waiting.length && navigator.onLine && flush(), AGAIN);
flush();
