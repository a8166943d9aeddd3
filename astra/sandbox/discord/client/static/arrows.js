/* Arrow keys in lists: every entry is reached by Tab too, the arrows are the short way. */

/** Lets arrow up and down, Home and End move the focus among what `selector` finds in `container`. */
export function arrows(container, selector = "a, button") {
  container.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const there = [...container.querySelectorAll(selector)].filter((one) => !one.disabled && one.getClientRects().length);
    const at = there.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: there.length - 1 }[event.key];
    if (to === undefined || at < 0 || !there[to]) return;
    event.preventDefault();
    there[to].focus();
  });
  return container;
}
