// Completing a line: what came of it.
import { html } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { Outcome } from "../outcome.js";

const outcomes = ["arranged", "reached", "passed-on", "corrected", "not-needed", "could-not"];
/** An emergency access is looked at, and was right or not. */
const judged = ["justified", "not-justified"];

/** @param {{ name: string, kind: string, onDone: (outcome: string, note: string) => Promise<void>, onLeave: () => void }} p */
export const Finish = ({ name, kind, onDone, onLeave }) =>
  html`<${Outcome}
    title=${t("lists.finish", { name })}
    options=${(kind === "review" ? judged : outcomes).map(one => [one, t("lists.outcome." + one)])}
    hint=${t("lists.finish.hint")}
    go=${t("lists.finish.go")}
    onDone=${onDone}
    onLeave=${onLeave}
  />`;
