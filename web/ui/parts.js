// The parts that every page is made of: buttons, fields, notices, level words. They say what they are to a screen reader, too.
import { html, useId, useLayoutEffect, useRef } from "./html.js";
import { has, lang, t } from "../words/words.js";

/** @typedef {import('../vendor/preact.js').ComponentChildren} Children */

/**
 * A button, or with `href` a link that looks like one.
 * @param {{ kind?: 'main' | 'danger' | 'plain' | '', wide?: boolean, href?: string, busy?: boolean, onClick?: (event: Event) => void, type?: 'button' | 'submit', children?: Children, [more: string]: unknown }} p
 */
export function Button({ kind = "", wide = false, href, busy = false, onClick, type = "button", children, ...more }) {
  const look = ["button", kind, wide ? "wide" : ""].filter(Boolean).join(" ");
  if (href !== undefined) return html`<a class=${look} href=${href} onClick=${onClick} ...${more}>${children}</a>`;
  return html`<button class=${look} type=${type} aria-disabled=${busy ? "true" : undefined} onClick=${busy ? stop : onClick} ...${more}>
    ${children}
  </button>`;
}

/** @param {Event} event */
const stop = event => event.preventDefault();

/**
 * One labelled input with its hint and its error, which is read with it. `as` is input, textarea or select (with `children` as options).
 * @param {{ label: string, hint?: string, error?: string, value: string, onInput: (value: string) => void, as?: 'input' | 'textarea' | 'select', children?: Children, [more: string]: unknown }} p
 */
export function Field({ label, hint, error, value, onInput, as = "input", children, ...more }) {
  const id = useId();
  const said = [hint ? id + "-hint" : "", error ? id + "-error" : ""].filter(Boolean).join(" ") || undefined;
  const takes = (/** @type {any} */ event) => onInput(event.currentTarget.value);
  const on = as === "select" ? { onChange: takes } : { onInput: takes };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<span class="hint" id=${id + "-hint"}>${hint}</span>`}
    ${error && html`<span class="error" id=${id + "-error"} role="alert">${error}</span>`}
    <${as} id=${id} value=${value} aria-describedby=${said} aria-invalid=${error ? "true" : undefined} ...${on} ...${more}>${children}<//>
  </div>`;
}

/** A box that is about something. Its level is said in words as well. @param {{ level?: '' | 'red' | 'amber' | 'green', role?: string, children?: Children }} p */
export function Notice({ level = "", role, children }) {
  return html`<div class=${"notice " + level} role=${role}>${children}</div>`;
}

const shapes = { red: "▲", amber: "◆", green: "●" };

/** How urgent something is: a shape, a colour and a word. @param {{ level: 'red' | 'amber' | 'green', children?: Children }} p */
export function Level({ level, children }) {
  return html`<span class=${"level " + level}><span aria-hidden="true">${shapes[level]}</span> ${children ?? t("ui.level." + level)}</span>`;
}

/** A page's heading, which takes the focus when the page is opened, so that a screen reader begins there. @param {{ children?: Children }} p */
export function Title({ children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}

/** What a page shows while something comes, without jumping about. */
export const Loading = () => html`<p role="status" class="quiet">${t("ui.loading")}</p>`;

/** A page of which there is nothing yet. @param {{ children?: Children }} p */
export const Empty = ({ children }) => html`<p class="quiet empty">${children}</p>`;

/** Something went wrong: the sentence that says what to do. @param {{ error: unknown }} p */
export function Failure({ error }) {
  if (!error) return null;
  return html`<${Notice} level="amber" role="alert"><p>${sentence(error)}</p><//>`;
}

/** A sentence of the server's. It speaks English: in another language ours says what it is about, and the server's stands behind it as English. @param {string} words @param {string} key */
export const served = (words, key) =>
  lang() === "en" ? words : html`${has(key) && t(key)} <span class="quiet">${t("ui.inEnglish")} <span lang="en">${words}</span></span>`;

/** What a person is told of an error: the server's sentence where it is one of the server's. @param {any} error */
export const sentence = error =>
  error?.problem ? served(error.problem.detail, "ui.problem." + error.problem.code) : error?.offline ? t("ui.offline") : t("ui.failed");
