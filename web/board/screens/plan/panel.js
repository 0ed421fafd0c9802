// A panel in which somebody writes: its fields, what is wrong with them, and what somebody else wrote meanwhile, which is never written over unseen.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { bases, renew } from "../../records.js";
import { Tick } from "../../tick.js";
import { Differing } from "./differing.js";

/** @typedef {{ [name: string]: string }} Facts */
/**
 * `needs`: what is said when it is empty; `wrong`: what is said of what is in it; `beside`: what another writes stays beside, and nobody has to choose.
 * `ticks`: several of these, kept as their ids with a space between; what somebody else ticks meanwhile is ticked here, too.
 * @typedef {{ name: string, label: string, hint?: string, as?: 'input' | 'textarea' | 'select', type?: string, options?: [value: string, words: string][], needs?: string, wrong?: (facts: Facts) => string, ticks?: (facts: Facts) => [value: string, words: string][], max?: number, shown?: (facts: Facts) => boolean, beside?: boolean }} One
 */
/** Upon which document somebody writes; `stands` is how it is now. @typedef {{ record: string, doc: string, stands: Facts }} Upon */

/** @param {{ title: string, go: string, fields: One[], begin: Facts, upon?: Upon, children?: any, onSend: (change: Facts, facts: Facts, base: string | undefined) => Promise<unknown>, onLeave: () => void }} p */
export function Panel({ title, go, fields, begin, upon, children, onSend, onLeave }) {
  const [facts, setFacts] = useState(begin);
  const [was, setWas] = useState(() => upon?.stands ?? {});
  const [base, setBase] = useState(() => (upon ? bases.get(upon.record) : undefined));
  const [wrong, setWrong] = useState(/** @type {Facts} */ ({}));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("input, select, textarea, button"))?.focus(), []);
  useEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("[aria-invalid=true], .apart button"))?.focus(), [wrong]);
  const shown = fields.filter(f => !f.shown || f.shown(facts));
  const now = upon?.stands ?? was;
  const moved = fields.filter(f => !f.beside && now[f.name] !== was[f.name]);
  const apart = moved.filter(f => !f.ticks && facts[f.name] !== was[f.name] && facts[f.name] !== now[f.name]);
  const follow = moved.filter(f => !apart.includes(f));
  useEffect(() => {
    if (follow.length === 0) return; // somebody changed what nobody changes here: it is shown as it is now
    const of = (/** @type {One} */ f) => (f.ticks ? joined(was[f.name], now[f.name], facts[f.name]) : now[f.name]);
    setFacts({ ...facts, ...Object.fromEntries(follow.map(f => [f.name, of(f)])) });
    setWas({ ...was, ...Object.fromEntries(follow.map(f => [f.name, now[f.name]])) });
  }, [follow.map(f => f.name + now[f.name]).join()]);
  /** One of two was chosen. @param {One} f @param {string} value */
  const choose = (f, value) => {
    setFacts({ ...facts, [f.name]: value });
    setWas({ ...was, [f.name]: now[f.name] });
    if (upon && apart.length === 1) setBase(bases.get(upon.record));
    setError(null);
  };
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const lacks = Object.fromEntries(shown.map(f => [f.name, saysOf(f, facts)]).filter(([, words]) => words));
    setWrong(lacks);
    if (busy || Object.keys(lacks).length + apart.length > 0) return;
    const change = Object.fromEntries(shown.filter(f => facts[f.name].trim() !== (was[f.name] ?? "")).map(f => [f.name, facts[f.name].trim()]));
    setBusy(true);
    try {
      await onSend(change, facts, base);
    } catch (err) {
      setError(err);
      setBusy(false);
      if (upon) renew(upon.record); // whatever came in between is seen beside what is written here
    }
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel planning" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${title}</h2>
    ${children}
    ${shown.map(f => html`<${Entry} key=${f.name} f=${f} facts=${facts} value=${facts[f.name]} error=${wrong[f.name] && saysOf(f, facts)} onInput=${(/** @type {string} */ value) => setFacts({ ...facts, [f.name]: value })} />`)}
    ${
      upon &&
      apart.map(
        f =>
          html`<${Differing}
            key=${f.name + now[f.name]}
            upon=${upon}
            f=${f}
            theirs=${now[f.name]}
            ours=${facts[f.name]}
            onChoose=${(/** @type {string} */ value) => choose(f, value)}
          />`,
      )
    }
    <${Failure} error=${apart.length === 0 ? error : null} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${go}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** What is said of what stands in a field. @param {One} f @param {Facts} facts @returns {string} */
const saysOf = (f, facts) => (f.needs && !facts[f.name]?.trim() ? f.needs : (f.wrong?.(facts) ?? ""));

/** What was ticked here and what somebody else ticked or unticked meanwhile, together. @param {string} was @param {string} now @param {string} ours */
function joined(was, now, ours) {
  const [before, theirs, mine] = [was, now, ours].map(ids => ids.split(" ").filter(Boolean));
  const all = [...new Set([...theirs, ...mine])];
  return all
    .filter(id => (before.includes(id) ? theirs.includes(id) && mine.includes(id) : true))
    .sort()
    .join(" ");
}

/** @param {{ f: One, facts: Facts, value: string, error?: string, onInput: (value: string) => void }} p */
function Entry({ f, facts, value, error, onInput }) {
  if (f.ticks) return html`<${Ticks} f=${f} of=${f.ticks(facts)} value=${value} onInput=${onInput} />`;
  const of = { label: f.label, hint: f.hint, error, value, onInput };
  if (f.as !== "select")
    return html`<${Field} ...${of} as=${f.as ?? "input"} type=${f.as ? undefined : f.type} maxlength=${f.max} rows=${f.as ? "3" : undefined} />`;
  return html`<${Field} ...${of} as="select">
    ${f.options?.map(([code, words]) => html`<option key=${code} value=${code} selected=${code === value}>${words}</option>`)}
  <//>`;
}

/** Several of some. @param {{ f: One, of: [string, string][], value: string, onInput: (value: string) => void }} p */
function Ticks({ f, of, value, onInput }) {
  const on = value.split(" ").filter(Boolean);
  const turn = (/** @type {string} */ id, /** @type {boolean} */ to) => onInput((to ? [...on, id] : on.filter(one => one !== id)).sort().join(" "));
  return html`<fieldset class="field">
    <legend>${f.label}</legend>
    ${f.hint && html`<span class="hint">${f.hint}</span>`}
    ${of.map(([id, words]) => html`<${Tick} key=${id} label=${words} checked=${on.includes(id)} onChange=${(/** @type {boolean} */ to) => turn(id, to)} />`)}
    ${of.length === 0 && html`<span class="quiet">${t("planning.noOther")}</span>`}
  </fieldset>`;
}
