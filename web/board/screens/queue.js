// The queue of the team: who needs somebody first, and why. All of it is done by single keys, each shown where it works.
import { html, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { go, link } from "../../app/route.js";
import { bringIn, claim, current, handBack, mine, move, news, ready, refresh, rows, trouble } from "../queue.js";
import { Drafts, draftsKnown } from "../drafts.js";
import { closeSoon, drafts } from "../closings.js";
import { asked, offers, trouble as noOffers } from "../offers.js";
import { Closing } from "./queue/closing.js";
import { Help, useKeys } from "./queue/keys.js";
import { List } from "./queue/list.js";
import { person } from "./queue/row.js";

const keys = () => [
  ["j", t("board.key.j")],
  ["k", t("board.key.k")],
  ["Enter", t("board.key.open")],
  ["c", t("board.claim")],
  ["h", t("board.handBack")],
  ["r", t("board.reply")],
  ["x", t("board.close")],
  ["t", t("reroute.do")],
  ["o", t("reroute.key")],
  ["z", t("undo.go")],
  ["n", t("board.key.n")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];

export function Queue() {
  const [panel, setPanel] = useState(/** @type {'' | 'close' | 'help'} */ (""));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const row = current();
  const leave = () => {
    setPanel("");
    /** @type {HTMLElement | null} */ (document.querySelector(".queue"))?.focus();
  };
  const tries = (/** @type {Promise<void> | undefined} */ deed, /** @type {string} */ said) => {
    setError(null);
    setDone("");
    return deed?.then(() => setDone(said), setError);
  };
  const take = () => row && !row.gone && !mine(row) && tries(claim(row), t("board.claimed", { name: person(row) }));
  const back = () => row && mine(row) && tries(handBack(row), t("board.handedBack", { name: person(row) }));
  const open = () => row && go("record", row.record);
  useKeys({
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    PageDown: () => move(5),
    PageUp: () => move(-5),
    Home: () => move(-1e6),
    End: () => move(1e6),
    Enter: open,
    c: take,
    h: back,
    r: () => row && go("record", row.record, "reply"),
    x: () => row && !row.gone && setPanel("close"),
    t: () => row && !row.gone && go("record", row.record, "re-route"),
    o: () => go("offers"),
    n: bringIn,
    "?": () => setPanel("help"),
    Escape: leave,
  });
  if ((!ready.value && rows.value.length === 0) || !draftsKnown() || (!offers.value && !noOffers.value)) {
    return html`<${Title}>${t("board.queue")}<//>
      ${trouble.value ? html`<${Failure} error=${trouble.value} /><${Button} onClick=${refresh}>${t("board.again")}<//>` : html`<${Loading} />`}`;
  }
  return html`
    <div class="desk">
      <${Title}>${t("board.queue")}<//>
      <${Drafts} />
      <${News} />
      <${Failure} error=${error ?? trouble.value} />
      <p class="done" role="status">${done}</p>
      ${rows.value.length === 0 ? html`<${Tools} help=${() => setPanel("help")} /><${Empty}>${t("board.empty")}<//>` : html`<${Tools} row=${row} take=${take} back=${back} shut=${() => setPanel("close")} help=${() => setPanel("help")} /><${List} />`}
      ${panel === "help" && html`<${Help} keys=${keys()} onLeave=${leave} />`}
      ${
        panel === "close" &&
        row &&
        html`<${Closing}
          key=${row.doc}
          name=${person(row)}
          onLeave=${leave}
          begin=${drafts.get(row.doc)}
          onClose=${(/** @type {string} */ outcome, /** @type {string} */ note) => {
            leave();
            setError(null);
            setDone("");
            closeSoon(row, person(row), outcome, note);
          }}
        />`
      }
    </div>
  `;
}

/** What is new stands above, until somebody brings it in. */
function News() {
  const { fresh, red, moved } = news.value;
  const text = fresh > 0 ? t("board.news", { n: fresh, red }) : moved ? t("board.moved") : "";
  return html`<div class="news">
    <span role="status">${text && html`<${Button} onClick=${bringIn}>${text} <kbd>n</kbd><//>`}</span>
  </div>`;
}

/** What other teams asked of this one. It is the last in its line: that there is more of it moves nothing. */
function Offers() {
  const n = asked.value.length;
  return html`<${Button} kind=${n > 0 ? "main" : ""} href=${link("offers")}
    >${n > 0 ? t("reroute.news", { n }) : t("reroute.heading")} <kbd>o</kbd><//
  >`;
}

/** What can be done with the row at which the nurse is. @param {{ row?: import('../queue.js').Row, take?: () => void, back?: () => void, shut?: () => void, help: () => void }} p */
function Tools({ row, take, back, shut, help }) {
  return html`<div class="tools" role="group" aria-label=${t("board.tools")}>
    ${row && html`<${Button} href=${link("record", row.record)}>${t("board.open")} <kbd>Enter</kbd><//>`}
    ${row && (mine(row) ? html`<${Button} onClick=${back}>${t("board.handBack")} <kbd>h</kbd><//>` : html`<${Button} onClick=${take}>${t("board.claim")} <kbd>c</kbd><//>`)}
    ${row && html`<${Button} href=${link("record", row.record, "reply")}>${t("board.reply")} <kbd>r</kbd><//>`}
    ${row && html`<${Button} onClick=${shut}>${t("board.close")} <kbd>x</kbd><//>`}
    ${row && html`<${Button} href=${link("record", row.record, "re-route")}>${t("reroute.do")} <kbd>t</kbd><//>`}
    <${Button} kind="plain" onClick=${help}>${t("board.help")} <kbd>?</kbd><//>
    <${Offers} />
  </div>`;
}
