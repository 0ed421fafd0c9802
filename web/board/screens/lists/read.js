// The lists of a team as the server has them: what is not as it should be, tests, messages that ask for something, and what came for
// information. They are told here in one form; nothing is judged.
import { session } from "../../store.js";

/** @typedef {{ name: string, birthDate: string } | null} Person */
/** One line: who it is about, and of which kind what the server says of it is. @typedef {{ key: string, record: string, person: Person, kind: string, of: any }} Line */
/** `next`: others stand behind these, asked for with it. `whole`: all of them were counted. @typedef {{ kind: string, lines: Line[], next: string, whole: boolean }} List */

/** So many lines of each list at once. */
const page = 50;

/** @param {string} team @param {string} path */
const ask = (team, path) => session.ask("GET", `/v1/teams/${team}/${path}`, { headers: { "acting-team": team } });

/** Reads all lists of a team. @param {string} team @returns {Promise<List[]>} */
export async function read(team) {
  const [work, tests, inbox, digest] = await Promise.all([
    ask(team, `work?limit=${page}`),
    ask(team, `tests?limit=${page}`),
    ask(team, `inbox?limit=${page}`),
    ask(team, "digest"),
  ]);
  return [
    { kind: "inbox", lines: inbox.letters.map(letter), next: "", whole: inbox.complete && inbox.letters.length >= inbox.action },
    ...work.lists.map(workList),
    { kind: "tests", lines: tests.tests.map(test), next: tests.next ?? "", whole: true },
    { kind: "digest", lines: digest.weeks.flatMap(weekly), next: "", whole: digest.complete },
  ];
}

/** Reads what stands behind a list. @param {string} team @param {List} list @returns {Promise<List>} */
export async function more(team, list) {
  const after = encodeURIComponent(list.next);
  if (list.kind === "tests") {
    const got = await ask(team, `tests?limit=${page}&after=${after}`);
    return { ...list, lines: [...list.lines, ...got.tests.map(test)], next: got.next ?? "" };
  }
  const got = await ask(team, `work?kind=${list.kind}&limit=${page}&after=${after}`);
  const behind = workList(got.lists[0]);
  return { ...list, lines: [...list.lines, ...behind.lines], next: behind.next };
}

/** @param {any} one @returns {Line} */
const letter = one => ({ key: one.receipt, record: one.record, person: one.person, kind: "inbox", of: one });

/** @param {any} one @returns {Line} */
const test = one => ({ key: one.order, record: one.record, person: one.person, kind: "tests", of: one });

/** @param {any} one @returns {List} */
const workList = ({ kind, tasks, next = "" }) => ({
  kind,
  lines: tasks.map((/** @type {any} */ task) => ({ key: task.doc, record: task.record, person: task.person, kind: "task", of: task })),
  next,
  whole: true,
});

/** @param {any} one of a week @returns {Line[]} */
const weekly = ({ week, records }) =>
  records.map((/** @type {any} */ one) => ({
    key: week + one.record,
    record: one.record,
    person: one.person,
    kind: "digest",
    of: { week, letters: one.letters },
  }));

/** What of lists is seen on the screen: two that say the same need not be drawn anew. @param {List[]} lists */
export const sameness = lists => lists.map(list => [list.kind, ...list.lines.map(line => line.key)].join(" ")).join("\n");
