// Whether what is typed goes into a field of somebody's own.
export function inField(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=''], [contenteditable=true]");
}
