// What is not settled yet over all people of the team, the longest waiting first: what it is, since when, and the way to where it is settled.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Loading, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { civilDay } from "../../../words/dates.js";
import { go, link } from "../../../app/route.js";
import { age, when } from "../../clock.js";
import { ask, trouble, unsettled, waiting } from "../../unsettled.js";
import { Help, useKeys } from "../queue/keys.js";

/** @import { Line } from '../../unsettled.js' */

const keys = () => [
  ["j", t("settle.key.j")],
  ["k", t("settle.key.k")],
  ["Enter", t("settle.key.enter")],
  ["u", t("board.queue")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];

/** Leads from line to line; what somebody else settles leaves, and whoever was at it is at the next. @param {Line[]} lines */
function useLines(lines) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const at = useRef(-1);
  const links = () => [...(list.current?.querySelectorAll("a") ?? [])];
  const stand = (/** @type {number} */ to) =>
    (links()[Math.min(Math.max(to, 0), links().length - 1)] ?? /** @type {HTMLElement | null} */ (document.querySelector("h1")))?.focus();
  useLayoutEffect(() => {
    if (at.current >= 0 && document.activeElement === document.body) stand(at.current);
  }, [lines]);
  const focused = () => (at.current = links().indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement)));
  return { list, focused, move: (/** @type {number} */ by) => stand(focused() < 0 ? 0 : at.current + by) };
}

export function All() {
  const [help, setHelp] = useState(false);
  const got = unsettled.value;
  const { list, focused, move } = useLines(got?.lines ?? []);
  const { n, more } = waiting.value;
  useEffect(() => void ask(), []); // no hint tells of a person who is the team's no more
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    u: () => go("queue"),
    "?": () => setHelp(true),
    Escape: () => setHelp(false),
  });
  return html`
    <${Title}>${t("settle.all")}<//>
    <div class="tools" role="group" aria-label=${t("board.tools")}>
      <${Button} kind="plain" onClick=${() => setHelp(true)}>${t("board.help")} <kbd>?</kbd><//>
    </div>
    ${help && html`<${Help} keys=${keys()} onLeave=${() => setHelp(false)} />`}
    <${Failure} error=${trouble.value} />
    ${!got && !trouble.value && html`<${Loading} />`}
    <p role="status">${n > 0 && t("settle.all.waiting", { n })}${more && html` ${t("settle.all.more")}`}</p>
    ${got?.part && html`<p class="quiet">${t("settle.all.part")}</p>`}
    ${got?.lines.length === 0 && !got.part && html`<${Empty}>${t("settle.all.none")}<//>`}
    <ol ref=${list} onFocusIn=${focused}>
      ${got?.lines.map(line => html`<${One} key=${line.record} line=${line} />`)}
    </ol>
  `;
}

/** @param {{ line: Line }} p */
function One({ line: { record, held, differing, more, since, person } }) {
  const name = person?.name || t("board.unnamed");
  return html`<li class="card">
    <p>
      <strong>${name}</strong>
      ${person?.birthDate && html` <span class="quiet">${t("board.born", { day: civilDay(person.birthDate), age: age(person.birthDate) })}</span>`}
    </p>
    ${held > 0 && html`<p>${t("settle.all.held", { n: held })}</p>`} ${differing > 0 && html`<p>${t("settle.all.differing", { n: differing })}</p>`}
    ${more && html`<p>${t("settle.all.more")}</p>`}
    <p class="quiet">${t("settle.all.since", { when: when(since) })}</p>
    <p class="buttons"><${Button} href=${link("settle", record)}>${t("settle.of.person", { name })}<//></p>
  </li>`;
}
