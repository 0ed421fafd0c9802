// Which screen is open: what stands behind the # of the address, which no server is told. A way back is the browser's own.
import { signal } from "../ui/html.js";

const read = () => location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

/** The parts of the path: none is Today. */
export const route = signal(read());

addEventListener("hashchange", () => (route.value = read()));

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

/** Whether what is open has the whole screen: no places stand below it. */
export const whole = signal(false);

/** Draws everything anew: the language is another. */
export const redraw = () => void (route.value = [...route.value]);
