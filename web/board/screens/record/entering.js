// A result that came by telephone or on paper, entered by hand. What stands there is said again in words before it is sent: a number in a wrong unit is another
// number.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure, Field } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { keys, t } from "../../../words/words.js";
import { measured, unit } from "../../../words/measure.js";
import { dayAndTime } from "../../../words/dates.js";
import { act } from "../../store.js";
import { testName } from "../results/row.js";
import { units } from "../../units.js";

/** Panels are ordered; of their results each number is entered by itself. */
const panels = ["cbc.panel", "cbc.diff", "chem.bmp", "chem.cmp", "chem.lysis"];
/** Which units a test can have, each as people write it once; none for one that has no number. @param {string} code */
const unitsOf = code => (units[code] ?? []).filter((one, i, all) => all.findIndex(other => unit(other) === unit(one)) === i);
/** Whether it has a number, as far as it is known what it is. @param {string} code */
const counts = code => !code || unitsOf(code).length > 0;

/** A time as a field for one has it, on this desk's clock. @param {number} ms */
const local = ms => new Date(ms - new Date(ms).getTimezoneOffset() * 6e4).toISOString().slice(0, 16);

/** @typedef {{ code: string, value: string, as: string, low: string, high: string, conclusion: string, taken: string, performer: string, status: string }} Facts */

const plain = (/** @type {string} */ typed) => typed.trim().replace(",", ".");
const isNumber = (/** @type {string} */ typed) => /^-?\d+(\.\d+)?$/.test(plain(typed));

/** A unit that the test cannot have goes; the only one that it can have is its unit. @param {Facts} f @returns {Facts} */
function fitting(f) {
  const can = unitsOf(f.code);
  if (!counts(f.code)) return { ...f, value: "", as: "", low: "", high: "" };
  return { ...f, as: can.includes(f.as) ? f.as : can.length === 1 ? can[0] : "" };
}

/** @param {Facts} f */
function wrongIn(f) {
  /** @type {{ [field: string]: string }} */
  const wrong = {};
  const effective = new Date(f.taken).getTime();
  if (!f.code) wrong.code = "schedule.wrong.code";
  const nothing = !f.value.trim() && !f.conclusion.trim();
  if (nothing && !counts(f.code)) wrong.conclusion = "entering.wrong.report";
  else if (nothing) wrong.value = "entering.wrong.nothing";
  else if (f.value.trim() && !isNumber(f.value)) wrong.value = "entering.wrong.number";
  if (f.value.trim() && !f.as) wrong.as = "entering.wrong.unit";
  for (const end of /** @type {const} */ (["low", "high"])) if (f[end].trim() && !isNumber(f[end])) wrong[end] = "entering.wrong.number";
  if (!(effective <= Date.now())) wrong.taken = "entering.wrong.taken";
  return wrong;
}

/** @param {Facts} f */
function setOf(f) {
  const number = f.value.trim() && { value: plain(f.value), unit: f.as };
  return {
    code: f.code,
    ...(number || {}),
    ...(number && f.low.trim() && { referenceLow: plain(f.low) }),
    ...(number && f.high.trim() && { referenceHigh: plain(f.high) }),
    ...(f.conclusion.trim() && { conclusion: f.conclusion.trim() }),
    ...(f.performer.trim() && { performer: f.performer.trim() }),
    effective: new Date(f.taken).getTime(),
    source: "clinician-entry",
    status: f.status,
  };
}

/** @param {{ record: string, name: string, onDone: (said: string) => void, onLeave: () => void }} p */
export function Entering({ record, name, onDone, onLeave }) {
  const [facts, setFacts] = useState(
    /** @type {() => Facts} */ (
      () => ({ code: "", value: "", as: "", low: "", high: "", conclusion: "", taken: local(Date.now()), performer: "", status: "final" })
    ),
  );
  const [found, setFound] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);
  useEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("[aria-invalid=true]"))?.focus(), [found]);
  const still = wrongIn(facts);
  const field = (/** @type {keyof Facts} */ of) => ({
    label: t("entering." + of),
    value: facts[of],
    error: found[of] && still[of] ? t(still[of]) : "",
    onInput: (/** @type {string} */ typed) => {
      setFacts(had => fitting({ ...had, [of]: typed }));
      setError(null); // it was said of what stood there before
    },
  });
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    setFound(still);
    if (busy || Object.keys(still).length > 0) return;
    setBusy(true);
    setError(null);
    try {
      await act(record, "write", { doc: newDocument("result"), set: setOf(facts) });
      onDone(t("entering.done", { test: testName(facts.code), name }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const title = t("entering.title", { name });
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${title}</h2>
    <${Field} as="select" ...${field("code")}>
      <option value="">${t("board.close.choose")}</option>
      ${keys("tests.").flatMap(code => (panels.includes(code) ? [] : [html`<option key=${code} value=${code}>${testName(code)}</option>`]))}
    <//>
    ${
      counts(facts.code) &&
      html`<div class="pair">
          <${Field} ...${field("value")} inputmode="decimal" maxlength="20" />
          <${Field} as="select" ...${field("as")}>
            <option value="">${t("board.close.choose")}</option>
            ${unitsOf(facts.code).map(one => html`<option key=${one} value=${one}>${unit(one) || t("entering.as.none")}</option>`)}
          <//>
        </div>
        <div class="pair">
          <${Field} ...${field("low")} inputmode="decimal" maxlength="20" />
          <${Field} ...${field("high")} inputmode="decimal" maxlength="20" />
        </div>`
    }
    <${Field} as="textarea" ...${field("conclusion")} maxlength="2000" rows="2" />
    <${Field} type="datetime-local" ...${field("taken")} />
    <${Field} ...${field("performer")} maxlength="120" />
    <${Field} as="select" ...${field("status")}>
      <option value="final">${t("entering.final")}</option>
      <option value="preliminary">${t("entering.preliminary")}</option>
    <//>
    <p role="status"><strong>${Object.keys(still).length === 0 ? says(facts) : t("entering.notYet")}</strong></p>
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("entering.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** @param {Facts} f */
const says = f =>
  t("entering.says", {
    test: testName(f.code),
    number: f.value.trim() ? measured(plain(f.value), f.as) : f.conclusion.trim(),
    when: dayAndTime(new Date(f.taken).getTime()),
  });
