// Closing a row: what came of it. The person and both teams read the note.
import { html } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { Outcome } from "../outcome.js";

const outcomes = ["advice-given", "managed-by-nurse", "escalated-doctor", "referred", "admitted", "unable-to-reach", "no-action"];

/** @param {{ name: string, begin?: { outcome: string, note: string }, onClose: (outcome: string, note: string) => unknown, onLeave: () => void }} p */
export const Closing = ({ name, begin, onClose, onLeave }) =>
  html`<${Outcome}
    title=${t("board.close.title", { name })}
    options=${outcomes.map(one => [one, t("board.outcome." + one)])}
    begin=${begin}
    hint=${t("board.close.noteHint")}
    go=${t("board.close.go")}
    onDone=${onClose}
    onLeave=${onLeave}
  />`;
