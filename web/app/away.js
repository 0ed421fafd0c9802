// What is locked is locked by itself: when nobody has touched the app for a while, and when it has been out of sight. And the quick way out, for whoever
// must not be seen here: the screen is empty at once, and going back shows nothing.
import { effect } from "../ui/html.js";
import { lock, locked, who } from "./store.js";

/** How long nobody touches it, ms; out of sight a fifth of that is enough. */
const idleMost = 5 * 60_000;
const unseenMost = 60_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let hiddenAt = 0;

const arm = () => {
  clearTimeout(timer);
  if (who.value && !locked.value) timer = setTimeout(() => void lock.now(), idleMost);
};

/** Begins to watch. */
export function watch() {
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, arm, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (who.value && Date.now() - hiddenAt > unseenMost) void lock.now();
  });
  effect(arm);
}

/** Leaves at once. */
export function leaveQuickly() {
  document.body.hidden = true;
  void lock.now().finally(() => location.replace("about:blank"));
}
