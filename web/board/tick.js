// One thing that is so or is not: a box to tick, with its words.
import { html } from "../ui/html.js";

/** @param {{ label: string, checked: boolean, onChange: (on: boolean) => void }} p */
export const Tick = ({ label, checked, onChange }) =>
  html`<label class="tick"
    ><input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.currentTarget.checked)} />
    <span>${label}</span></label
  >`;
