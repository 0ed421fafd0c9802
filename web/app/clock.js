// What time it is, for a screen that stays open: looked at every minute, and when the app is looked at again.
import { signal } from "../ui/html.js";

/** ms of this device */
export const now = signal(Date.now());

const look = () => void (document.hidden || (now.value = Date.now()));
setInterval(look, 60_000);
document.addEventListener("visibilitychange", look);
