// What time it is, for a screen that stays open: looked at when a minute begins, which is when reminders come due, and when the app is looked at again.
import { signal } from "../ui/html.js";

/** ms of this device */
export const now = signal(Date.now());

const minute = 60_000;
const look = () => void (document.hidden || (now.value = Date.now()));
const wait = () => void setTimeout(() => (look(), wait()), minute - (Date.now() % minute));
wait();
document.addEventListener("visibilitychange", look);
