// Short notices at the edge of the page; errors stay until they are dismissed.
import { make, words } from "./words.js";

const list = document.getElementById("toasts");

export function toast(text, kind = "success", link) {
  const item = make("li", { className: kind }, text);
  if (link) item.append(" ", make("a", { href: link.href, textContent: link.text }));
  item.append(make("button", { type: "button", textContent: "×", ariaLabel: words.close }));
  list.append(item);
  fade(item);
}

function fade(item) {
  if (!item.classList.contains("error")) setTimeout(() => item.remove(), 6000);
}

list.addEventListener("click", (event) => event.target.closest("button")?.closest("li").remove());
list.querySelectorAll("li").forEach(fade);

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status === 401) expired();
  else if (ctx.response.status >= 500) toast(words.network, "error");
});
document.addEventListener("htmx:error", () => toast(words.network, "error"));
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.kind));

export function expired() {
  const here = encodeURIComponent(location.pathname + location.search);
  toast(words.login, "error", { href: `/accounts/login/?next=${here}`, text: words.loginLink });
}
