// What stands around the desk: which team it is, who is signed out, and the screens.
import { batch, html, useEffect } from "../ui/html.js";
import { Button, Empty, Failure, Field, Loading, Title } from "../ui/parts.js";
import { t } from "../words/words.js";
import { route } from "../app/route.js";
import { begin, hear, silent } from "./hear.js";
import { forget, renew } from "./records.js";
import { changed, refresh, reset } from "./queue.js";
import { offices, places, screens } from "./screens.js";
import { SignIn } from "./screens/sign-in.js";
import { forgetOthers, sendAll } from "./closings.js";
import { ask, forget as forgetOffers } from "./offers.js";
import { ask as askUnsettled, forget as forgetUnsettled, waiting } from "./unsettled.js";
import { choose, failed, session, team, teams, who } from "./store.js";
import { time } from "../words/dates.js";
import { Undo } from "./undo.js";

export function Frame() {
  if (!who.value) return html`<main><${SignIn} /></main>`;
  return html`<${Hearing} key=${who.value.account} />`;
}

/** The server is heard for a person, whichever of their teams the desk is of: a stream that is left lingers there, and too many are refused. */
function Hearing() {
  const some = team.value !== "";
  useEffect(() => (some ? begin() : undefined), [some]);
  if (!some && administers() && teams.value) return html`<${Office} />`;
  return some ? html`<${Desk} key=${team.value} />` : html`<main><${NoTeam} /></main>`;
}

/** Goes to another team: what was read for this one is gone before the next desk is drawn, whose screens would ask for the rest of it. @param {string} id */
const leaveFor = id =>
  batch(() => {
    reset();
    forget();
    choose(id);
  });

/** Sends what could still be taken back, and signs out without waiting for an answer: it arrives though nobody is signed in here any more. */
async function leaveDesk() {
  await session.token(); // one that is good now, for what is sent
  void sendAll();
  await session.signOut();
}

/** @param {[place: string, words: string][]} all @param {unknown} open the screen that is open */
const placeLinks = (all, open) =>
  html`<nav aria-label=${t("board.places")}>
    ${all.map(([to, words]) => html`<a key=${to} href=${"#/" + to} aria-current=${open === screens[to] ? "page" : undefined}>${placed(to, words)}</a>`)}
  </nav>`;

const administers = () => who.value?.kind === "administrator";

/** What an administrator who works in no team has: their own places, and no desk. */
function Office() {
  const [place = "staff", ...rest] = route.value;
  const Screen = place === "account" ? screens.account : screens.staff;
  const path = place === "staff" ? rest : [];
  return html`
    <header class="top">
      ${placeLinks([...offices, ...places.filter(([to]) => to === "account")], Screen)}
      <${Button} onClick=${() => session.signOut()}>${t("board.signOut")}<//>
    </header>
    <main key=${place + rest.join("/")}><${Screen} path=${path} /></main>
  `;
}

function NoTeam() {
  return html`
    <${Title}>${t("board.teams")}<//>
    <${Failure} error=${failed.value} />
    ${teams.value === null && !failed.value && html`<${Loading} />`} ${teams.value?.length === 0 && html`<${Empty}>${t("board.noTeam")}<//>`}
    <${Button} kind="plain" onClick=${() => session.signOut()}>${t("board.signOut")}<//>
  `;
}

/** What a place is called; that of what is not settled with how much it is. @param {string} to @param {string} words */
function placed(to, words) {
  const { n, more } = waiting.value;
  return to === "settle" && n > 0 ? `${t(words)}: ${n}${more ? "+" : ""}` : t(words);
}

function Desk() {
  useEffect(() => {
    // what was here of another team went with their desk: the screen inside has asked for its own already
    const deaf = hear(record => {
      changed(record);
      renew(record);
    });
    refresh();
    void ask();
    void askUnsettled();
    return () => {
      deaf();
      reset();
      forget();
      forgetOffers();
      forgetUnsettled();
      forgetOthers();
    };
  }, []);
  const [place = "queue", ...rest] = route.value;
  const Screen = screens[place] ?? screens.queue;
  return html`
    <header class="top">
      ${placeLinks(administers() ? [...places, ...offices] : places, Screen)}
      <${Field} as="select" label=${t("board.team")} value=${team.value} onInput=${leaveFor}>
        ${teams.value?.map(one => html`<option key=${one.id} value=${one.id} selected=${one.id === team.value}>${one.name}</option>`)}
      <//>
      <${Button} onClick=${leaveDesk}>${t("board.signOut")}<//>
    </header>
    <p class="silent" role="status">${silent.value > 0 && t("board.silent", { when: time(silent.value) })}</p>
    <main key=${place + rest.join("/")}><${Screen} path=${rest} /></main>
    <${Undo} />
  `;
}
