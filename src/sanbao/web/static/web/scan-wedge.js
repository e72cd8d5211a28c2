// A Bluetooth or USB wedge types like a keyboard, only faster than any hand, and ends with Enter or Tab.
import { inField } from "./fields.js";

const QUICK = 45;
const GAP = 120;
const PAUSE = 300;
const FEWEST = 4;
const FNC1 = "\u001d";

// Keys go to `input` wherever the focus is, unless another field has it; `form` is sent when the wedge says so.
export function listen(form, input, everywhere) {
  let keys = 0;
  let first = 0;
  let last = 0;
  let ended = false;
  const machine = () => keys >= FEWEST && (last - first) / (keys - 1) < QUICK;
  const justNow = (event) => event.timeStamp - last < PAUSE;

  function count(event) {
    if (event.timeStamp - last > GAP) {
      keys = 0;
      first = event.timeStamp;
    }
    keys += 1;
    last = event.timeStamp;
  }

  function end(event, composing) {
    if (!machine() || !justNow(event)) return;
    if (composing) ended = true; // the input method takes this key to put the letters down; then it is sent
    else if (event.key === "Tab" && !event.shiftKey && input.value) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target === input;
    if (document.querySelector("dialog[open]") || (!typing && (!everywhere || inField(event.target)))) return;
    if (typing && event.ctrlKey && event.key === "]") {
      event.preventDefault();
      return input.setRangeText(FNC1, input.selectionStart, input.selectionEnd, "end");
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const composing = event.isComposing || event.keyCode === 229;
    if (["Enter", "NumpadEnter", "Tab"].includes(event.code || event.key)) return end(event, composing);
    if (event.key.length !== 1 && !composing) return;
    if (!typing) {
      if (!/^[0-9A-Za-z\]]$/.test(event.key)) return;
      event.stopImmediatePropagation(); // the first letter of a label is not the key of a button
      input.value = "";
      input.focus();
    }
    count(event);
  }, true);

  input.addEventListener("compositionend", () => {
    if (!ended) return;
    ended = false;
    setTimeout(() => form.requestSubmit());
  });
  return () => machine() && performance.now() - last < PAUSE;
}
