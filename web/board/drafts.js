// What stands on the board that nobody has signed off: the rules by which levels are worked out, and the words in the nurse's language.
import { html } from "../ui/html.js";
import { lang, t } from "../words/words.js";
import { draftNames, named } from "./items.js";
import { judged } from "./queue.js";

/** Whether it is known what there is to say: what came later would push down what is below. */
export const draftsKnown = () => lang() === "en" || named();

export function Drafts() {
  const levels = judged.value && !judged.value.approved;
  if (!levels && !draftNames.value) return null;
  return html`<p class="draft">${t(levels && draftNames.value ? "board.draftBoth" : levels ? "board.draft" : "board.draftWords")}</p>`;
}
