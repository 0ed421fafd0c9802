// The lists as they stand on the screen: read again when something is told of, and what would move a line waits.
import { useEffect, useRef, useState } from "../../../ui/html.js";
import { hear } from "../../hear.js";
import { team } from "../../store.js";
import { read, sameness } from "./read.js";

/** @typedef {import('./read.js').List} List */

/** What changes all the time is not read all the time: ms between two readings. */
const pauseMs = 500;

/** Reads the lists, and again when something is told of; what would move a line waits in `fresh`. */
export function useLists() {
  const [lists, setLists] = useState(/** @type {List[] | null} */ (null));
  const [fresh, setFresh] = useState(/** @type {List[] | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const shown = useRef(/** @type {List[] | null} */ (null));
  shown.current = lists;
  const round = useRef(() => {});
  useEffect(() => {
    const of = team.value;
    let [running, wanted, gone] = [false, false, false];
    async function reads() {
      wanted = true;
      if (running) return;
      running = true;
      while (wanted && !gone) {
        wanted = false;
        await read(of).then(
          got => !gone && take(got),
          err => !gone && setError(err),
        );
        await new Promise(resolve => setTimeout(resolve, pauseMs));
      }
      running = false;
    }
    const take = (/** @type {List[]} */ got) => {
      setError(null);
      const calm = shown.current === null || sameness(shown.current) === sameness(got);
      if (calm) setLists(got);
      setFresh(calm ? null : got);
    };
    round.current = () => void reads();
    const deaf = hear(() => void reads());
    void reads();
    return () => {
      gone = true;
      deaf();
    };
  }, []);
  const bringIn = () => {
    if (fresh) setLists(fresh);
    setFresh(null);
  };
  return { lists, setLists, fresh, bringIn, error, again: () => round.current() };
}
