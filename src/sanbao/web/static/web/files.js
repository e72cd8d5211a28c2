// Files dropped, pasted, photographed or chosen anywhere on a form with a drop zone; uploaded at once, named by id.
import { ask } from "./ask.js";
import { make, words } from "./words.js";
import { expired, toast } from "./toasts.js";

const zoneOf = (target) => target.closest?.("form")?.querySelector("[data-drop]") ?? null;
const onlyZone = () => document.querySelector("dialog[open] [data-drop]") ?? document.querySelector("[data-drop]");

async function send(zone, file) {
  const list = zone.querySelector(".drop-list");
  const item = make("li", {}, make("span", { textContent: file.name }), make("progress"));
  if (/^image\/(png|jpe?g|webp|gif)$/.test(file.type)) item.prepend(make("img", { src: URL.createObjectURL(file), alt: "" }));
  list.append(item);
  const body = new FormData();
  body.append("file", file, file.name || "photo.jpg");
  let answer = {};
  try {
    const response = await ask("/attachments/", body);
    if (response.status === 401) expired();
    answer = await response.json();
    if (!response.ok) throw new Error(answer.title);
  } catch (error) {
    item.remove();
    return toast(answer.title ?? words.network, "error");
  }
  const remove = make("button", { type: "button", className: "btn btn-sm btn-quiet", textContent: "×", ariaLabel: `${words.remove} ${file.name}` });
  remove.addEventListener("click", () => item.remove());
  if (answer.unseen) item.append(make("small", { className: "ref", textContent: words.unseen }));
  item.querySelector("progress").replaceWith(make("input", { type: "hidden", name: zone.dataset.drop, value: answer.id }), remove);
}

function take(zone, files) {
  for (const file of files) send(zone, file);
}

document.addEventListener("change", ({ target }) => {
  const zone = target.closest("[data-drop]");
  if (!zone || target.type !== "file") return;
  take(zone, [...target.files]);
  target.value = "";
});
document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event.target) ?? onlyZone();
  if (!zone || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  zone.querySelector(".drop").classList.add("over");
});
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) document.querySelectorAll(".drop.over").forEach((drop) => drop.classList.remove("over"));
});
document.addEventListener("drop", (event) => {
  document.querySelectorAll(".drop.over").forEach((drop) => drop.classList.remove("over"));
  const zone = zoneOf(event.target) ?? onlyZone();
  if (!zone || !event.dataTransfer.files.length) return;
  event.preventDefault();
  take(zone, [...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const zone = files.length ? zoneOf(event.target) ?? onlyZone() : null;
  if (!zone) return;
  event.preventDefault();
  take(zone, files);
});
