// Rows by keyboard, selection, and the way back: a list remembers its row, a case knows its neighbours.
const rows = [...document.querySelectorAll("[data-row]")];
const here = location.pathname + location.search;
const bulk = document.querySelector(".bulk");
let at = -1;
let last = -1;

export function step(by) {
  if (rows.length) point(Math.min(rows.length - 1, Math.max(0, at + by)));
}

function point(index) {
  rows[at]?.classList.remove("here");
  at = index;
  rows[at].classList.add("here");
  rows[at].scrollIntoView({ block: "nearest" });
  rows[at].querySelector("a.open")?.focus({ preventScroll: true });
  sessionStorage.setItem(`row:${here}`, rows[at].dataset.row);
}

export function open() {
  if (at >= 0) location.assign(rows[at].dataset.row);
}

const box = (row) => row.querySelector("input[name=pick]");

export function pick(range = false) {
  if (at < 0 || !box(rows[at])) return;
  const checked = !box(rows[at]).checked;
  const [from, to] = range && last >= 0 ? [Math.min(at, last), Math.max(at, last)] : [at, at];
  rows.slice(from, to + 1).forEach((row) => (box(row).checked = checked));
  last = at;
  count();
}

function count() {
  const picked = rows.filter((row) => box(row)?.checked);
  rows.forEach((row) => row.classList.toggle("picked", Boolean(box(row)?.checked)));
  if (!bulk) return;
  bulk.hidden = picked.length === 0;
  bulk.querySelector("[data-picked]").textContent = picked.length;
}

export function neighbour(by) {
  const list = JSON.parse(sessionStorage.getItem("list") ?? "null");
  const index = list?.rows.indexOf(location.pathname) ?? -1;
  if (index < 0) return;
  location.assign(list.rows[index + by] ?? list.url);
}

document.addEventListener("change", ({ target }) => {
  if (target.name === "pick-all") rows.forEach((row) => box(row) && (box(row).checked = target.checked));
  if (target.name?.startsWith("pick")) count();
  if (target.closest("form.filters") && target.matches("select, input[type=date], input[type=checkbox]")) target.form.requestSubmit();
});
document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-row]");
  if (row) sessionStorage.setItem(`row:${here}`, row.dataset.row);
});
document.addEventListener("submit", ({ target }) => {
  // Empty filters stay out of the address, so that it can be read and shared.
  if (!target.matches("form.filters")) return;
  [...target.elements].filter((field) => field.name && !field.value).forEach((field) => (field.disabled = true));
});

if (rows.length) {
  sessionStorage.setItem("list", JSON.stringify({ url: here, rows: rows.map((row) => row.dataset.row) }));
  const before = sessionStorage.getItem(`row:${here}`);
  const index = rows.findIndex((row) => row.dataset.row === before);
  if (index >= 0) {
    at = index;
    rows[at].classList.add("here");
    rows[at].scrollIntoView({ block: "center" });
  }
  count();
}
