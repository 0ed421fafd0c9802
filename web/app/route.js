// Which screen is open: what stands behind the # of the address, which no server is told. A way back is the browser's own.
import { signal } from "../ui/html.js";

const read = () => location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

/** The parts of the path: none is Today. */
export const route = signal(read());

/** The screen before this one, while the app is open. */
let before = "";

addEventListener("hashchange", ({ oldURL }) => {
  before = /#.*/.exec(oldURL)?.[0] ?? ""; // a page that signs somebody in says so itself, and names no address before
  route.value = read();
});

/** @param {...string} parts */
export const link = (...parts) => "#/" + parts.map(encodeURIComponent).join("/");

/** @param {...string} parts */
export const go = (...parts) => {
  location.hash = link(...parts);
  route.value = read(); // at once: the next key may be pressed before the browser says so
};

/** Goes to a screen from which there is no way back to this one: after it was finished. @param {...string} parts */
export const replace = (...parts) => {
  history.replaceState(null, "", link(...parts));
  route.value = read();
};

/** Leaves a screen for the one from which it hangs: back, where that was before it; an address that was opened has nothing before it. @param {...string} parts */
export const leave = (...parts) => (before === link(...parts) ? history.back() : replace(...parts));

/** Whether what is open has the whole screen: no places stand below it. */
export const whole = signal(false);

/** Draws everything anew: the language is another. */
export const redraw = () => void (route.value = [...route.value]);
