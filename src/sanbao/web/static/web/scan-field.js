// A code field of an ordinary form that the camera can fill: what is read is put in and sent, as if it had been typed.
// Wedges type and end with Enter, so they need nothing of this. Without script the field is as it was.
import { Camera, allowed, photograph } from "./scan-camera.js";

function start(box) {
  const form = box.closest("form");
  const input = form.elements.namedItem(box.dataset.scanField);
  const part = (name) => box.querySelector(`[data-scan-${name}]`);
  const says = part("words").dataset;
  const files = { decoder: box.dataset.decoder, wasm: box.dataset.wasm };
  const view = part("view");
  let camera = null;

  function take(code) {
    camera?.close();
    input.value = code;
    form.requestSubmit();
  }

  function say(sentence) {
    part("trouble").textContent = sentence;
    part("trouble").hidden = false;
  }

  function failed(error) {
    view.hidden = true;
    say({ NotAllowedError: says.denied, NotFoundError: says.none }[error.name] ?? `${says.broken} ${error.message}`);
  }

  part("camera").addEventListener("click", async () => {
    if (!allowed()) return part("photo").click();
    camera ??= new Camera(view, files, take);
    await camera.open().catch(failed);
    input.blur();
  });
  part("close").addEventListener("click", () => camera.close());
  part("torch").addEventListener("click", ({ currentTarget }) => camera.torch(currentTarget).catch(failed));
  part("flip").addEventListener("click", () => camera.flip().catch(failed));
  view.addEventListener("camera:failed", ({ detail }) => failed(detail));
  new MutationObserver(() => (part("camera").hidden = !view.hidden)).observe(view, { attributeFilter: ["hidden"] });
  part("photo").addEventListener("change", async () => {
    const [file] = part("photo").files;
    part("photo").value = "";
    if (!file) return;
    const code = await photograph(file, files).catch(failed);
    if (code) take(code);
    else if (code === "") say(says.unread);
  });
  part("camera").hidden = false;
}

for (const box of document.querySelectorAll("[data-scan-field]")) start(box);
