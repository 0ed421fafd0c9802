// Whether single letters do something: somebody who speaks to their computer, or whose hand slips, switches them off (WCAG 2.1.4). Everything they do
// has a button as well. It is kept on this computer.
import { effect, signal } from "../ui/html.js";

const part = "satchel-board-letters";

export const letters = signal(localStorage.getItem(part) !== "off");

effect(() => {
  document.documentElement.toggleAttribute("data-no-letters", !letters.value);
  if (letters.value) localStorage.removeItem(part);
  else localStorage.setItem(part, "off");
});
