// The way back to where a screen hangs from: an installed app has no button for it everywhere.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { link } from "./route.js";

/** @param {{ to: string[] }} p parts of the path */
export const Back = ({ to }) => html`<a class="back" href=${link(...to)}><span aria-hidden="true">‹ </span>${t("ui.back")}</a>`;
