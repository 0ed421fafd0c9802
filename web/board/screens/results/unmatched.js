// Results for which nobody has made out a person: a human files one with two identifiers that both stand in the record, never by a name, or takes it away.
import { html, signal, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { civilDay } from "../../../words/dates.js";
import { measured } from "../../../words/measure.js";
import { now, span, when } from "../../clock.js";
import { hear } from "../../hear.js";
import { documents, renew, see } from "../../records.js";
import { refresh } from "../../results.js";
import { act, session, team, teams } from "../../store.js";
import { testName } from "./row.js";

/** @typedef {{ system: string, value: string }} Identifier */
/** @typedef {{ id: string, at: number, name?: string, identifiers: Identifier[], set: { [field: string]: any } }} Unmatched */

/** What waits; null while it is not known, or where this team reads no results. @type {import('../../../vendor/signals.js').Signal<Unmatched[] | null>} */
export const unmatched = signal(null);

/** Kinds of team that arrange, and read no results. */
const arranging = ["navigation", "social-prescribing"];

export async function look() {
  const of = team.value;
  if (arranging.includes(teams.value?.find(one => one.id === of)?.kind ?? "")) return void (unmatched.value = null);
  try {
    const got = await session.ask("GET", `/v1/teams/${of}/unmatched-results`, { headers: { "acting-team": of } });
    if (of === team.value) unmatched.value = got.results;
  } catch {
    if (of === team.value) unmatched.value = null;
  }
}

/** @param {Unmatched} one */
const what = ({ set }) => `${testName(set.code)}: ${set.value ? measured(String(set.value), String(set.unit ?? "")) : (set.conclusion ?? "")}`;
/** @param {Identifier[]} list */
const numbers = list => list.map(one => (one.system === "birthDate" ? born(one.value) : `${one.system}: ${one.value}`)).join(" · ");
/** @param {string} date */
const born = date => t("unmatched.born", { day: /^\d{4}-\d\d-\d\d$/.test(date) ? civilDay(date) : date });

/** @param {{ onDone: (said: string) => void }} p */
export function UnmatchedResults({ onDone }) {
  const [open, setOpen] = useState({ id: "", what: "" });
  useEffect(() => {
    void look();
    return hear(record => !record && void look()); // a record tells of itself; of these nobody tells, so they are asked for with everything else
  }, []);
  const list = unmatched.value ?? [];
  if (list.length === 0) return null;
  const leave = () => {
    setOpen({ id: "", what: "" });
    /** @type {HTMLElement | null} */ (document.querySelector("#unmatched"))?.focus();
  };
  const did = (/** @type {string} */ said) => {
    leave();
    onDone(said);
    void look();
  };
  return html`<section aria-labelledby="unmatched">
    <h2 id="unmatched" tabindex="-1">${t("unmatched.title", { n: list.length })}</h2>
    <p>${t("unmatched.about")}</p>
    <ul>
      ${list.map(
        one =>
          html`<li key=${one.id} class="card">
            <p><strong>${what(one)}</strong>${" "}<span class="quiet">${t("results.taken", { when: when(Number(one.set.effective)) })}</span></p>
            <p>${t("unmatched.says", { name: one.name ?? t("unmatched.noName") })}${" "}${numbers(one.identifiers)}</p>
            <p class="quiet">${t("board.waits", { time: span(now.value - one.at) })}</p>
            <p class="buttons">
              <${Button} onClick=${() => setOpen({ id: one.id, what: "file" })} aria-label=${t("unmatched.file.of", { what: what(one) })}
                >${t("unmatched.file")}<//
              >
              <${Button} onClick=${() => setOpen({ id: one.id, what: "end" })} aria-label=${t("unmatched.end.of", { what: what(one) })}
                >${t("unmatched.end")}<//
              >
            </p>
            ${open.id === one.id && open.what === "file" && html`<${Filing} one=${one} onDone=${did} onLeave=${leave} />`}
            ${open.id === one.id && open.what === "end" && html`<${Ending} one=${one} onDone=${did} onLeave=${leave} />`}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** The people who have something open at this desk. @returns {Promise<Map<string, { name: string, birthDate: string }>>} */
async function people() {
  const of = team.value;
  const ask = (/** @type {string} */ path) => session.ask("GET", `/v1/teams/${of}/${path}`, { headers: { "acting-team": of } });
  const [queue, results, tests] = await Promise.all([ask("queue?limit=200"), ask("results"), ask("tests")]);
  /** @type {Map<string, { name: string, birthDate: string }>} */
  const found = new Map();
  for (const line of [...queue.rows, ...results.results, ...tests.tests]) if (line.person) found.set(line.record, line.person);
  return new Map([...found].sort(([, a], [, b]) => a.name.localeCompare(b.name)));
}

/** @param {{ one: Unmatched, onDone: (said: string) => void, onLeave: () => void }} p */
function Filing({ one, onDone, onLeave }) {
  const [known, setKnown] = useState(/** @type {Map<string, { name: string, birthDate: string }>} */ (new Map()));
  const [facts, setFacts] = useState({ record: "", birthDate: "", number: "" });
  const [found, setFound] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);
  useEffect(() => void people().then(setKnown, setError), []);
  useEffect(() => (facts.record ? see([facts.record]) : undefined), [facts.record]);
  useEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("[aria-invalid=true]"))?.focus(), [found]);
  const person = /** @type {any} */ (documents.value.get(facts.record)?.find(d => d.id.startsWith("person/"))?.fields);
  const systems = one.identifiers.filter(said => said.system !== "birthDate").map(said => said.system);
  const field = (/** @type {'record' | 'birthDate' | 'number'} */ of) => ({
    label: t("unmatched." + of),
    value: facts[of],
    error: found[of] && !facts[of] ? t(found[of]) : "",
    onInput: (/** @type {string} */ typed) => {
      setFacts(had => ({ ...had, [of]: typed.trim() }));
      setError(null); // it was said of what stood there before
    },
  });
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const missing = Object.fromEntries(Object.entries(facts).flatMap(([of, typed]) => (typed ? [] : [[of, "unmatched.wrong." + of]])));
    setFound(missing);
    if (busy || Object.keys(missing).length > 0) return;
    setBusy(true);
    setError(null);
    const system = systems[0] ?? /** @type {any[]} */ (person?.identifier ?? [])[0]?.system ?? "";
    const identifiers = [
      { system: "birthDate", value: facts.birthDate },
      { system, value: facts.number },
    ];
    try {
      await act(facts.record, "attach-result", { team: team.value, unmatched: one.id, identifiers });
      renew(facts.record);
      void refresh();
      onDone(t("unmatched.filed", { what: what(one), name: String(person?.name ?? "") }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const title = t("unmatched.file.of", { what: what(one) });
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <${Field} as="select" hint=${t("unmatched.record.hint")} ...${field("record")}>
      <option value="">${t("board.close.choose")}</option>
      ${[...known].map(([record, { name, birthDate }]) => html`<option key=${record} value=${record}>${name}, ${born(birthDate)}</option>`)}
    <//>
    <p role="status">
      ${person && t("unmatched.record.says", { name: String(person.name), numbers: numbers([{ system: "birthDate", value: String(person.birthDate) }, ...(person.identifier ?? [])]) })}
    </p>
    <${Field} type="date" hint=${t("unmatched.paper")} ...${field("birthDate")} />
    <${Field} hint=${t("unmatched.paper")} ...${field("number")} maxlength="64" />
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("unmatched.file.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** @param {{ one: Unmatched, onDone: (said: string) => void, onLeave: () => void }} p */
function Ending({ one, onDone, onLeave }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => box.current?.querySelector("button")?.focus(), []);
  const end = async () => {
    try {
      await session.ask("DELETE", `/v1/teams/${team.value}/unmatched-results/${one.id}`, { headers: { "acting-team": team.value } });
      onDone(t("unmatched.ended", { what: what(one) }));
    } catch (err) {
      setError(err);
    }
  };
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<div class="panel" role="group" aria-label=${t("unmatched.end.of", { what: what(one) })} ref=${box} onKeyDown=${leave}>
    <p>${t("unmatched.end.about")}</p>
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="danger" onClick=${end}>${t("unmatched.end.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </div>`;
}
