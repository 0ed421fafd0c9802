// What a nurse does on the screen of a record: which panel is open, what is sent, and what became of it.
import { useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { newDocument } from "../../../sdk/src/index.js";
import { closeSoon } from "../../closings.js";
import { claim, handBack, mine } from "../../queue.js";
import { renew } from "../../records.js";
import { act, team } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @typedef {'' | 'close' | 'reply' | 'help' | 'schedule' | 'end' | 're-route' | 'enter'} PanelName */
/** @typedef {ReturnType<typeof useDeeds>} Deeds */

/** @param {{ id: string, name: string, row: any, first: PanelName }} p row: this team's, if there is one; first: the panel that is wanted from the start */
export function useDeeds({ id, name, row, first }) {
  const [panel, show] = useState(first); // drawn with the rest: nothing below moves
  useEffect(() => {
    if (first) /** @type {HTMLElement | null} */ (document.querySelector(".panel :is(select, textarea)"))?.focus(); // after the title took it
  }, []);
  const [order, setOrder] = useState(/** @type {Document | undefined} */ (undefined));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const leave = () => {
    show("");
    /** @type {HTMLElement | null} */ (document.querySelector("h1"))?.focus();
  };
  // A panel about a row goes with it: a colleague may have closed it, and what is written there is not about another row.
  const busy = panel === "close" || panel === "re-route";
  const was = useRef(row?.doc);
  useLayoutEffect(() => {
    if (was.current !== row?.doc && busy) leave();
    was.current = row?.doc;
  }, [row?.doc]);
  async function tries(/** @type {Promise<any>} */ deed, /** @type {string} */ said) {
    setError(null);
    setDone("");
    await deed.then(() => setDone(said), setError);
    renew(id);
  }
  const schedule = (/** @type {Document | undefined} */ of = undefined, /** @type {'schedule' | 'end'} */ what = "schedule") => {
    setOrder(of);
    show(what);
    scrollTo(0, 0);
  };
  const did = (/** @type {string} */ said) => {
    leave();
    void tries(Promise.resolve(), said);
  };
  const take = () => row && !mine(row) && void tries(claim(row), t("board.claimed", { name }));
  const back = () => row && mine(row) && void tries(handBack(row), t("board.handedBack", { name }));
  const finish = (/** @type {string} */ outcome, /** @type {string} */ note) => {
    leave();
    setError(null);
    setDone("");
    closeSoon(row, name, outcome, note);
  };
  async function send(/** @type {string} */ body) {
    leave();
    const set = { thread: crypto.randomUUID(), body, actionRequired: false, fromTeam: team.value };
    await tries(act(id, "write", { doc: newDocument("message"), set, add: { recipient: [id] } }), t("board.replied", { name }));
  }
  return { panel, busy, show, order, error, done, leave, schedule, did, take, back, finish, send };
}
