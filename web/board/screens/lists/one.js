// One list, and what is done with the line at which the nurse is: taken, handed back, completed.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { act, who } from "../../store.js";
import { Help, useKeys } from "../queue/keys.js";
import { Finish } from "./finish.js";
import { Item, named } from "./line.js";

/** @typedef {import('./read.js').List} List */
/** @typedef {import('./read.js').Line} Line */
/** @typedef {{ list: List, onNext: () => void, onNews: () => void, onMore: () => Promise<void>, onChanged: (line: Line, of: any) => void }} Props */

const keys = () => [
  ["j", t("lists.key.j")],
  ["k", t("lists.key.k")],
  ["l", t("lists.key.l")],
  ["Enter", t("board.key.open")],
  ["c", t("board.claim")],
  ["h", t("board.handBack")],
  ["x", t("lists.close")],
  ["n", t("board.key.n")],
  ["m", t("lists.more")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];

/** @param {Line | undefined} line @returns {line is Line} */
const isTask = line => line?.kind === "task";

/** @param {Line} line */
const isMine = line => line.of.takenBy === who.value?.account;

/** What is done with a line, and what became of it. @param {Line | undefined} line @param {Props["onChanged"]} onChanged */
function useDeeds(line, onChanged) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const tries = async (/** @type {string} */ action, /** @type {object} */ body, /** @type {string} */ said, /** @type {any} */ change) => {
    if (!isTask(line)) return;
    setError(null);
    setDone("");
    try {
      await act(line.record, action, { task: line.of.doc, ...body });
      setDone(t(said, { name: named(line) }));
      onChanged(line, change);
    } catch (err) {
      setError(err);
    }
  };
  return {
    error,
    done,
    setError,
    take: () => isTask(line) && !line.of.takenBy && void tries("take-task", {}, "board.claimed", { takenBy: who.value?.account }),
    back: () => isTask(line) && isMine(line) && void tries("return-task", {}, "lists.returned", { takenBy: undefined }),
    finish: (/** @type {string} */ outcome, /** @type {string} */ note) =>
      tries("complete-task", { outcome, ...(note && { note }) }, "lists.finished", null),
  };
}

/** The line at which the nurse is: the last that had the focus. @param {Line[]} lines */
function useAt(lines) {
  const [at, setAt] = useState(lines[0]?.key ?? "");
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const index = Math.max(
    0,
    lines.findIndex(one => one.key === at),
  );
  const focus = (/** @type {number} */ to) => {
    const links = /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("a[data-line]") ?? [])]);
    const link = links[Math.min(links.length - 1, Math.max(0, to))];
    (link ?? /** @type {HTMLElement | null} */ (document.querySelector("h1")))?.focus();
  };
  const within = () => document.activeElement?.matches("a[data-line]");
  return {
    box,
    line: lines[index],
    stay: () => focus(index),
    move: (/** @type {number} */ by) => focus(within() ? index + by : index),
    focused: (/** @type {FocusEvent} */ event) => setAt(was => /** @type {HTMLElement} */ (event.target).dataset.line ?? was),
  };
}

/** @param {Props} p */
export function One({ list, onNext, onNews, onMore, onChanged }) {
  const [panel, setPanel] = useState(/** @type {'' | 'finish' | 'help'} */ (""));
  const { box, line, stay, move, focused } = useAt(list.lines);
  const { error, done, setError, take, back, finish } = useDeeds(line, onChanged);
  const leave = () => {
    setPanel("");
    stay();
  };
  const [over, setOver] = useState(0);
  useLayoutEffect(() => {
    if (over > 0 && !panel) stay(); // what was opened meanwhile keeps the focus
  }, [over]);
  const longer = () => list.next && void onMore().catch(setError);
  useKeys({
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    l: onNext,
    c: take,
    h: back,
    x: () => isTask(line) && setPanel("finish"),
    n: onNews,
    m: longer,
    "?": () => setPanel("help"),
    Escape: leave,
  });
  const finished = async (/** @type {string} */ outcome, /** @type {string} */ note) => {
    setPanel("");
    await finish(outcome, note);
    setOver(over + 1);
  };
  return html`<section aria-labelledby="list" class="list">
    <h2 id="list">${t("lists.kind." + list.kind)}</h2>
    <div class="tools" role="group" aria-label=${t("board.tools")}>
      ${isTask(line) && !line.of.takenBy && html`<${Button} onClick=${take}>${t("board.claim")} <kbd>c</kbd><//>`}
      ${isTask(line) && isMine(line) && html`<${Button} onClick=${back}>${t("board.handBack")} <kbd>h</kbd><//>`}
      ${isTask(line) && html`<${Button} onClick=${() => setPanel("finish")}>${t("lists.close")} <kbd>x</kbd><//>`}
      <${Button} onClick=${onNext}>${t("lists.key.l")} <kbd>l</kbd><//>
      <${Button} kind="plain" onClick=${() => setPanel("help")}>${t("board.help")} <kbd>?</kbd><//>
    </div>
    <${Failure} error=${error} />
    <p class="done" role="status">${done}</p>
    ${panel === "help" && html`<${Help} keys=${keys()} onLeave=${leave} />`}
    ${panel === "finish" && isTask(line) && html`<${Finish} name=${named(line)} kind=${list.kind} onLeave=${leave} onDone=${finished} />`}
    <ol ref=${box} onFocusIn=${focused}>
      ${list.lines.map(one => html`<${Item} key=${one.key} line=${one} on=${one === line} />`)}
    </ol>
    ${list.next && html`<${Button} onClick=${longer}>${t("lists.more")} <kbd>m</kbd><//>`}
    ${!list.whole && html`<p class="quiet">${t("lists.notAll")}</p>`}
  </section>`;
}
