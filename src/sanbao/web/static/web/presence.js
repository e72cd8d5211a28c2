// Two people on one case see each other: <p data-presence="complaint:12" hidden>.
import { ask } from "./ask.js";
import { words } from "./words.js";

const EVERY = 10_000;
const place = document.querySelector("[data-presence]");

async function say() {
  if (document.visibilityState !== "visible") return;
  const body = new URLSearchParams({ subject: place.dataset.presence });
  const response = await ask("/presence", body).catch(() => null);
  if (!response?.ok) return;
  const { others } = await response.json();
  place.hidden = others.length === 0;
  place.textContent = `${others.join("、")} ${words.present}`;
}

if (place) {
  say();
  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
}
