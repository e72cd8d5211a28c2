// The sentences that scripts show come from the page, in the page's language.
export const words = document.getElementById("words").dataset;
export const person = document.body.dataset.person ?? "nobody";

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
