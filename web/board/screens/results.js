// Results that wait for a word of this team: what is due first on top. A decision is one key, and Enter sends it: what was decided is not taken back.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { go, link } from "../../app/route.js";
import { hear } from "../hear.js";
import { asked, bringIn, current, cursor, lines, more, move, news, ready, refresh, trouble } from "../results.js";
import { Help, useKeys } from "./queue/keys.js";
import { person } from "./queue/row.js";
import { Deciding, decisions } from "./results/deciding.js";
import { Row, testName } from "./results/row.js";
import { UnmatchedResults } from "./results/unmatched.js";

/** @typedef {import('../results.js').Line} Line */

/** What can be said of a result, each by its key. @param {Line} line @returns {[key: string, what: string][]} */
const ways = line =>
  asked(line)
    ? [
        ["y", "accepted"],
        ["d", "declined"],
      ]
    : [...decisions.map((what, i) => /** @type {[string, string]} */ ([String(i + 1), what])), ["t", "transfer-responsibility"], ["s", "seen"]];

/** @param {Line} line */
const named = line => `${person(line)}, ${testName(line.facts.code)}`;

export function Results() {
  const [panel, setPanel] = useState(""); // what is said, or 'help'
  const [done, setDone] = useState("");
  const line = current();
  useEffect(() => {
    void refresh();
    return hear(() => void refresh());
  }, []);
  const leave = () => {
    setPanel("");
    /** @type {HTMLElement | null} */ (document.querySelector(".results"))?.focus();
  };
  const open = () => line && go("record", line.record);
  const can = line ? ways(line) : [];
  const say = (/** @type {string} */ what) => {
    if (line?.gone) return;
    setDone("");
    setPanel(what);
  };
  useKeys({
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    Enter: () => void open(),
    n: bringIn,
    "?": () => setPanel("help"),
    Escape: leave,
    ...Object.fromEntries(can.map(([key, what]) => [key, () => say(what)])),
  });
  if (!ready.value)
    return html`<${Title}>${t("results.title")}<//>
      ${trouble.value ? html`<${Failure} error=${trouble.value} /><${Button} onClick=${refresh}>${t("board.again")}<//>` : html`<${Loading} />`}`;
  const { fresh, moved } = news.value;
  const said = fresh > 0 ? t("results.news", { n: fresh }) : moved ? t("board.moved") : "";
  return html`
    <${Title}>${t("results.title")}<//>
    ${lines.value.some(one => one.review.startsWith("draft")) && html`<p class="draft">${t("results.draft")}</p>`}
    <div class="news" role="status">${said && html`<${Button} onClick=${bringIn}>${said} <kbd>n</kbd><//>`}</div>
    <${Failure} error=${trouble.value} />
    <p class="done" role="status">${done}</p>
    <div class="tools" role="group" aria-label=${t("board.tools")}>
      ${line && html`<${Button} href=${link("record", line.record)}>${t("board.open")} <kbd>Enter</kbd><//>`}
      ${can.map(([key, what]) => html`<${Button} key=${what} busy=${line?.gone} onClick=${() => say(what)}>${t("results.decision." + what)} <kbd>${key}</kbd><//>`)}
      <${Button} kind="plain" onClick=${() => setPanel("help")}>${t("board.help")} <kbd>?</kbd><//>
    </div>
    ${panel === "help" && html`<${Help} keys=${keys(can)} onLeave=${leave} />`}
    ${
      panel &&
      panel !== "help" &&
      line &&
      html`<${Deciding}
        key=${line.doc + panel}
        line=${line}
        what=${panel}
        name=${named(line)}
        onLeave=${leave}
        onDone=${(/** @type {string} */ said) => {
          leave();
          setDone(said);
        }}
      />`
    }
    ${lines.value.length === 0 ? html`<${Empty}>${t("results.empty")}<//>` : html`<${List} onOpen=${open} />`}
    <${UnmatchedResults} onDone=${setDone} />
    ${more.value && html`<p>${t("results.more", { n: lines.value.length })}</p>`}
  `;
}

/** @param {[string, string][]} can */
const keys = can => [
  ["j", t("board.key.j")],
  ["k", t("board.key.k")],
  ["Enter", t("board.key.open")],
  ...can.map(([key, what]) => [key, t("results.decision." + what)]),
  ["n", t("board.key.n")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];

const idOf = (/** @type {string} */ doc) => "row-" + doc.replace("/", "-");

/** @param {{ onOpen: () => void }} p */
function List({ onOpen }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => box.current?.querySelector(".current")?.scrollIntoView({ block: "nearest" }), [cursor.value]);
  return html`<ul
    class="results"
    ref=${box}
    role="listbox"
    tabindex="0"
    aria-label=${t("results.title")}
    aria-activedescendant=${cursor.value ? idOf(cursor.value) : undefined}
  >
    ${lines.value.map(
      (line, i) =>
        html`<${Row}
          key=${line.doc}
          line=${line}
          id=${idOf(line.doc)}
          at=${i + 1}
          of=${lines.value.length}
          on=${line.doc === cursor.value}
          onClick=${() => (cursor.value = line.doc)}
          onOpen=${onOpen}
        />`,
    )}
  </ul>`;
}
