// A long list of which only the part in sight is in the document: all rows have one height, and the list is as high as if all were there.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { cursor, rows } from "../../queue.js";
import { Row } from "./row.js";

/** So many rows are drawn at the most: when all of them change at once, those before and those after are together no more than 100. */
const most = 50;
/** So many of them out of sight on each side, where there is room. */
const beside = 8;

/** The name of a row's element. @param {string} doc */
export const idOf = doc => "row-" + doc.replace("/", "-");

export function List() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [at, setAt] = useState({ top: 0, height: 600, row: 120 });
  const list = rows.value;
  const seen = Math.min(most, Math.ceil(at.height / at.row) + 1 + 2 * beside);
  const first = Math.max(0, Math.min(list.length - seen, Math.floor(at.top / at.row) - beside));
  const end = Math.min(list.length, first + seen);
  const measure = () => {
    const el = box.current;
    if (!el) return;
    const row = el.querySelector("li")?.offsetHeight || at.row;
    if (row !== at.row || el.scrollTop !== at.top || el.clientHeight !== at.height) setAt({ top: el.scrollTop, height: el.clientHeight, row });
  };
  useLayoutEffect(measure);
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(
    () =>
      bring(
        box.current,
        list.findIndex(row => row.doc === cursor.value),
        at.row,
      ),
    [cursor.value, at.row],
  );
  // on a narrow screen the list is higher than what is seen of it: the row is in sight, too, to which a key went
  const seenAt = useRef(cursor.value);
  useLayoutEffect(() => {
    const el = seenAt.current !== cursor.value && document.getElementById(idOf(cursor.value));
    if (!el || !box.current) return;
    seenAt.current = cursor.value;
    const { top, bottom } = box.current.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) el.scrollIntoView({ block: "nearest" });
  });
  const active = list.slice(first, end).some(row => row.doc === cursor.value);
  return html`<div
    class="queue"
    ref=${box}
    role="listbox"
    tabindex="0"
    aria-label=${t("board.queue")}
    aria-activedescendant=${active ? idOf(cursor.value) : undefined}
    onScroll=${measure}
  >
    <div role="presentation" class="whole" style=${{ height: list.length * at.row + "px" }}>
      <ul role="presentation" style=${{ transform: `translateY(${first * at.row}px)` }}>
        ${list
          .slice(first, end)
          .map(
            (row, i) =>
              html`<${Row} key=${row.doc} row=${row} id=${idOf(row.doc)} at=${first + i + 1} of=${list.length} on=${row.doc === cursor.value} />`,
          )}
      </ul>
    </div>
  </div>`;
}

/** Scrolls as far as is needed for a row to be in sight. @param {HTMLElement | null} el @param {number} index @param {number} row its height */
function bring(el, index, row) {
  if (!el || index < 0) return;
  const top = index * row;
  if (top < el.scrollTop) el.scrollTop = top;
  else if (top + row > el.scrollTop + el.clientHeight) el.scrollTop = top + row - el.clientHeight;
}
