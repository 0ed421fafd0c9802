// What waits in a record for somebody to settle it, told as people and not as data: who wrote what and when; kept, not used, or written anew.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Title } from "../../ui/parts.js";
import { Answers, about } from "../../ui/told.js";
import { t } from "../../words/words.js";
import { go, link } from "../../app/route.js";
import { choose } from "../choosing.js";
import { documents, renew, see, trouble } from "../records.js";
import { act } from "../store.js";
import { Help, useKeys } from "./queue/keys.js";
import { All } from "./settle/all.js";
import { Held, fieldName, text } from "./settle/held.js";
import { read } from "./settle/read.js";

/** @import { Document, Json } from '../../sdk/src/types.js' */
/** @typedef {import('./settle/read.js').Open} Open */
/** @typedef {import('./settle/read.js').Author} Author */
/** @typedef {import('./settle/read.js').Held} HeldOf */
/** @typedef {import('./settle/read.js').Difference} Difference */
/** @typedef {import('./settle/held.js').Panel} Panel */

const keys = () => [
  ["j", t("settle.key.j")],
  ["k", t("settle.key.k")],
  ["y", t("settle.keep")],
  ["d", t("settle.discard")],
  ["w", t("settle.anew")],
  ["u", t("access.back")],
  ["a", t("settle.all")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];

/** Who somebody is: by their name, the person by theirs, a caregiver as such; with the team for which they wrote. @param {Author} author */
function named({ name, role, team }) {
  const who = name || t(role === "caregiver" ? "settle.caregiver" : "board.somebody");
  return team ? t("settle.of", { who, team }) : who;
}

/** What a record's documents say of what is open: when it is another, it is read anew. @param {Document[]} docs */
const standing = docs =>
  docs
    .filter(d => d.id.startsWith("held/") || Object.keys(d.siblings).length > 0)
    .map(d => d.id + d.rev)
    .join(" ");

/** @param {{ path: string[] }} p */
export const Settle = ({ path: [id = ""] }) => (id ? html`<${OfRecord} id=${id} />` : html`<${All} />`);

/** @param {{ id: string }} p */
function OfRecord({ id }) {
  const [open, setOpen] = useState(/** @type {Open | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const docs = documents.value.get(id);
  useEffect(() => {
    see([id]);
  }, [id]);
  const stands = docs && standing(docs);
  useEffect(() => {
    let gone = false;
    if (docs && docs.length > 0) read(id, docs, named).then(got => !gone && (setError(null), setOpen(got)), err => !gone && setError(err)); // prettier-ignore
    return () => void (gone = true);
  }, [id, stands]);
  if (docs?.length === 0)
    return html`<${Title}>${t("settle.title")}<//>
      <p>${t("board.record.away")}</p>`;
  if (!docs || !open)
    return html`<${Title}>${t("settle.title")}<//
      >${error || trouble.value ? html`<${Failure} error=${error ?? trouble.value} />` : html`<${Loading} />`}`;
  return html`<${Shown} id=${id} docs=${docs} open=${open} error=${error} />`;
}

/** What is done with what is held, and what became of it. @param {string} id of the record @param {() => void} begun a panel has said what it had to say */
function useSettling(id, begun) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const tries = async (/** @type {() => Promise<any>} */ deed, /** @type {string} */ said) => {
    setError(null);
    setDone("");
    begun();
    try {
      const well = await deed();
      setDone(t(well === false ? "settle.changed" : said));
    } catch (err) {
      setError(err);
    }
    renew(id);
  };
  const write = (/** @type {string} */ doc, /** @type {object} */ set) => act(id, "write", { doc, set });
  const deeds = (/** @type {HeldOf} */ held) => ({
    keep: () => void tries(() => write(held.doc, { status: "released" }), "settle.kept"),
    discard: (/** @type {string} */ why) => void tries(() => write(held.doc, { status: "discarded", discardReason: why }), "settle.discarded"),
    anew: (/** @type {string} */ field, /** @type {string} */ words) =>
      void tries(async () => {
        await write(held.for, { [field]: words });
        await write(held.doc, { status: "discarded", discardReason: t("settle.anew.reason") });
      }, "settle.written"),
  });
  return {
    error,
    done,
    deeds,
    choosing: (/** @type {Difference} */ of, /** @type {Json} */ value) => tries(() => choose(id, of.doc, of.field, value), "settle.chosen"),
  };
}

/** The one at which the nurse is, by its document, and the panel beside it: settled, it leaves, and its panel with it. @param {HeldOf[]} list */
function useAt(list) {
  const [at, setAt] = useState("");
  const [panel, setPanel] = useState(/** @type {{ of: string, what: Panel }} */ ({ of: "", what: "" }));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const last = useRef(0); // where it stood: what takes its place is next
  const found = list.findIndex(one => one.doc === at);
  const index = Math.min(found >= 0 ? found : last.current, list.length - 1);
  last.current = Math.max(0, index);
  const focus = (/** @type {number} */ to) => {
    setAt(list[to]?.doc ?? "");
    (box.current?.querySelectorAll("li")[to] ?? /** @type {HTMLElement | null} */ (document.querySelector("h1")))?.focus();
  };
  const lost = useRef(list.length);
  useLayoutEffect(() => {
    if (list.length < lost.current && document.activeElement === document.body) focus(index);
    lost.current = list.length;
  });
  return {
    box,
    index,
    held: list[index],
    move: (/** @type {number} */ by) =>
      focus(Math.min(list.length - 1, Math.max(0, index + (document.activeElement?.closest("[data-held]") ? by : 0)))),
    show: (/** @type {Panel} */ what, /** @type {HeldOf | undefined} */ of = list[index]) => {
      if (of) setAt(of.doc);
      setPanel({ of: of?.doc ?? "", what });
      if (!what)
        focus(
          Math.max(
            0,
            list.findIndex(one => one.doc === of?.doc),
          ),
        );
    },
    panelOf: (/** @type {HeldOf} */ one) => (panel.of === one.doc ? panel.what : ""),
  };
}

/** @param {{ id: string, docs: Document[], open: Open, error: unknown }} p */
function Shown({ id, docs, open, error }) {
  const [help, setHelp] = useState(false);
  const { box, held, move, show, panelOf } = useAt(open.held);
  const settling = useSettling(id, () => show(""));
  const name = String(docs.find(d => d.id.startsWith("person/"))?.fields.name ?? t("board.unnamed"));
  const can = held?.maySettle;
  const leave = () => {
    setHelp(false);
    show("");
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    y: () => can && settling.deeds(held).keep(),
    d: () => can && show("discard"),
    w: () => can && text(held) && show("anew"),
    u: () => go("record", id),
    a: () => go("settle"),
    "?": () => setHelp(true),
    Escape: leave,
  });
  const nothing = open.held.length + open.differences.length === 0;
  return html`
    <div class="person"><${Title}>${t("settle.of.person", { name })}<//></div>
    <div class="tools" role="group" aria-label=${t("board.tools")}>
      <${Button} href=${link("record", id)}>${t("access.back")} <kbd>u</kbd><//>
      <${Button} href=${link("settle")}>${t("settle.all")} <kbd>a</kbd><//>
      <${Button} kind="plain" onClick=${() => setHelp(true)}>${t("board.help")} <kbd>?</kbd><//>
    </div>
    <${Failure} error=${settling.error ?? error} />
    <p class="done" role="status">${settling.done}</p>
    ${help && html`<${Help} keys=${keys()} onLeave=${leave} />`} ${nothing && html`<${Empty}>${t("settle.none")}<//>`}
    ${open.differences.length > 0 && html`<${Differences} list=${open.differences} choosing=${settling.choosing} />`}
    ${open.others > 0 && html`<p class="quiet">${t("settle.others", { n: open.others })}</p>`}
    ${
      open.held.length > 0 &&
      html`<section aria-labelledby="held" class="list">
        <h2 id="held">${t("settle.held")}</h2>
        <ol ref=${box}>
          ${open.held.map(
            one =>
              html`<${Held}
                key=${one.doc}
                held=${one}
                docs=${docs}
                who=${named(one.author)}
                on=${one === held}
                panel=${panelOf(one)}
                open=${(/** @type {Panel} */ what) => show(what, one)}
                deeds=${settling.deeds(one)}
              />`,
          )}
        </ol>
      </section>`
    }
  `;
}

/** @param {{ list: Difference[], choosing: (of: Difference, value: Json) => Promise<void> }} p */
function Differences({ list, choosing }) {
  return html`<section aria-labelledby="differ" class="list">
    <h2 id="differ">${t("settle.differ")}</h2>
    ${list.map(
      of =>
        html`<div class="card" key=${of.key + JSON.stringify(of.versions)}>
          <h3>${about(of.doc, fieldName(of.doc.id, of.field), "settle")}</h3>
          <${Answers} versions=${of.versions} most=${of.most} choose=${(/** @type {Json} */ value) => choosing(of, value)} />
        </div>`,
    )}
  </section>`;
}
