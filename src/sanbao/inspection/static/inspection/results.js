// The grid of results: arrows and Enter move, a block pasted from a spreadsheet spreads out, and all of it is written
// into the one text field that the form sends; without this script that field is filled by hand.
const part = document.querySelector("[data-results]");
const form = part?.querySelector("form");
const text = form?.querySelector('[name="results"]');
const rows = form ? [...form.querySelectorAll("tr[data-piece]")] : [];
const cells = rows.map((row) => [...row.querySelectorAll("[data-cell]")]);

function judge(cell) {
  const value = cell.value.trim();
  const number = Number(value);
  const outside = value !== "" && (("low" in cell.dataset && number < Number(cell.dataset.low)) || ("high" in cell.dataset && number > Number(cell.dataset.high)));
  cell.classList.toggle("bad", outside || /^(ng|n|x|×|不|不合格)$/i.test("looked" in cell.dataset ? value : ""));
}

function write() {
  const changed = (cell) => !("off" in cell.dataset) && cell.value.trim() !== cell.dataset.was;
  text.value = rows
    .map((row, n) => (cells[n].some(changed) ? [row.dataset.piece, ...cells[n].map((cell) => cell.value.trim())].join("\t") : ""))
    .filter(Boolean)
    .join("\n");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function read(lines) {
  for (const line of lines.split("\n")) {
    const [piece, ...values] = line.split("\t");
    const at = rows.findIndex((row) => row.dataset.piece === piece.trim());
    if (at >= 0) values.forEach((value, n) => put(cells[at][n], value));
  }
}

function put(cell, value) {
  if (!cell || "off" in cell.dataset) return;
  cell.value = value.trim();
  judge(cell);
}

function place(cell) {
  const row = rows.indexOf(cell.closest("tr"));
  return [row, cells[row].indexOf(cell)];
}

if (form) {
  text.closest("[data-field]").hidden = true;
  const fill = form.querySelector("[data-fill]");
  fill.hidden = !form.querySelector("[data-looked]");
  cells.flat().forEach(judge);
  form.addEventListener("input", ({ target }) => {
    if (!("cell" in target.dataset)) return;
    judge(target);
    write();
  });
  form.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !("cell" in event.target.dataset) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [row, column] = place(event.target);
    for (let n = row + step; cells[n]; n += step) {
      if ("off" in cells[n][column].dataset) continue;
      cells[n][column].focus();
      cells[n][column].select();
      return;
    }
  });
  form.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (!("cell" in event.target.dataset) || !/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const [row, column] = place(event.target);
    pasted.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, n) => {
      line.split("\t").forEach((value, m) => put(cells[row + n]?.[column + m], value));
    });
    write();
  });
  fill.addEventListener("click", () => {
    cells.flat().filter((cell) => "looked" in cell.dataset && cell.value.trim() === "").forEach((cell) => put(cell, "OK"));
    write();
  });
  form.addEventListener("draft:restoring", ({ detail }) => {
    const kept = detail.find(([name]) => name === "results");
    if (kept) read(kept[1]);
  });
}
