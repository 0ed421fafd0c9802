// Whoever presses something that then goes away is not left nowhere, where a screen reader begins at the top again: the focus goes to what took its
// place, and the Tab key goes on from there. What can be pressed does not get it, so that pressing twice does nothing else.

/** What has the focus and all that is around it, each with its place among its neighbours. @type {{ e: Element, at: number }[]} */
let around = [];

/** Looks after the focus from now on. */
export function keepFocus() {
  addEventListener("focusin", ({ target }) => {
    around = [];
    for (let e = /** @type {Element | null} */ (target); e && e !== document.body; e = e.parentElement) {
      around.push({ e, at: [...(e.parentElement?.children ?? [])].indexOf(e) });
    }
  });
  new MutationObserver(() => {
    if (document.activeElement === document.body && around.length > 0 && !around[0].e.isConnected) goOn();
  }).observe(document.body, { subtree: true, childList: true });
}

const pressed = "a, button, input, select, textarea, summary, canvas";

function goOn() {
  const left = around.findIndex(({ e }) => e.isConnected);
  const gone = around[left < 0 ? around.length - 1 : left - 1];
  const within = around[left]?.e ?? document.body;
  around = [];
  if (within.closest("main, header")) {
    const there = within.children[gone.at] ?? within.lastElementChild;
    if (take(there && !there.matches(pressed) ? there : within)) return;
  }
  take(document.querySelector("main h1")) || take(document.querySelector("main"));
}

/** @param {Element | null} e */
function take(e) {
  if (!(e instanceof HTMLElement)) return false;
  if (!e.hasAttribute("tabindex")) {
    e.tabIndex = -1;
    e.addEventListener("blur", () => e.removeAttribute("tabindex"), { once: true });
  }
  e.focus({ preventScroll: true });
  return document.activeElement === e;
}
