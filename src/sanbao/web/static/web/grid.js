// The grid of a policy draft: add a row (perhaps for a gap), take one out.
const form = document.querySelector("form[data-grid]");
const body = form?.querySelector("tbody");
const pattern = body?.querySelector("[data-blank-row]").cloneNode(true);

function append() {
  const row = pattern.cloneNode(true);
  body.append(row);
  return row;
}

function add(example) {
  const row = append();
  for (const line of example.split("\n").filter(Boolean)) {
    const at = line.indexOf("=");
    const field = row.querySelector(`[name="cell-${CSS.escape(line.slice(0, at))}"]`);
    if (field) field.value = line.slice(at + 1);
  }
  row.scrollIntoView({ block: "nearest" });
  (([...row.querySelectorAll("input")].find((field) => !field.value)) ?? row.querySelector("input")).focus();
}

document.addEventListener("click", ({ target }) => {
  const more = target.closest("[data-add-row]");
  if (more && body) add(more.dataset.addRow);
  const less = target.closest("[data-remove-row]");
  if (less) {
    less.closest("tr").querySelectorAll("input").forEach((field) => (field.value = ""));
    less.closest("tr").hidden = true;
  }
});
form?.addEventListener("draft:restoring", ({ detail }) => {
  const first = pattern.querySelector("input").name;
  const wanted = detail.filter(([name]) => name === first).length;
  while (form.querySelectorAll(`[name="${CSS.escape(first)}"]`).length < wanted) append();
});
