import { bag } from "../json.js";
import { verify } from "./ed25519.js";
import { compareVersions, Library } from "./library.js";
import { signedOff } from "./rules.js";

/** @import { File } from './questionnaire.js' */

/**
 * What was signed: which files, as what, and whose responsibility they are.
 * @typedef {{ v: 1, questionnaire: string, questionnaireSha256: string, rules: string, rulesSha256: string, status: 'draft' | 'active', review: string, signOff: { name: string, role: string, date: string } | null, files: { [name: string]: string } }} Statement
 */

/**
 * What a device knows about rules beside their bundle. The first two are pinned when it enrols.
 * @typedef {object} Trust
 * @property {string} key `rulesKey` of the enrolment: Ed25519, base64
 * @property {boolean} [drafts] `rulesDrafts` of the enrolment: rules are used that nobody signed off
 * @property {string} [newest] the highest version that the key signed, as far as this device has heard
 */

const payloadType = "application/vnd.satchel.instrument+json";
const behindMax = 2; // minor versions that rules may lie behind
const bytesMax = 4 << 20;
const utf8 = new TextEncoder();

/**
 * Opens what `GET /v1/instruments` answered. Nothing in it is used that is not as it was signed, and rules that this engine judges
 * otherwise than their authors meant are refused: the vectors that travel with them must hold (hazard H05).
 * The statement is given whenever the signature holds, so that its version can be remembered as the newest; `refused` says why the
 * library is not used.
 * @param {string} text
 * @param {Trust} trust
 * @returns {Promise<{ library: Library | null, statement: Statement | null, refused: string }>}
 */
export async function openBundle(text, trust) {
  /** @type {Statement | null} */
  let statement = null;
  try {
    if (text.length > bytesMax) throw new Error("These rules are larger than any rules are.");
    const { files, envelope } = JSON.parse(text);
    statement = await signed(envelope, bytesOf(trust.key));
    const library = await load(files, statement);
    if (behind(statement.rules, trust.newest)) throw new Error("These rules are too old beside the newest that this device has heard of.");
    if (!trust.drafts && !(statement.status === "active" && signedOff(statement.signOff)))
      throw new Error("No clinical safety officer has signed these rules off.");
    return { library, statement, refused: "" };
  } catch (err) {
    return { library: null, statement, refused: err instanceof Error ? err.message : String(err) };
  }
}

/** @param {any} envelope DSSE v1: what is signed are the bytes of the statement as they stand in it @param {Uint8Array<ArrayBuffer>} key @returns {Promise<Statement>} */
async function signed(envelope, key) {
  const payload = bytesOf(envelope.payload);
  const head = utf8.encode(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
  const message = new Uint8Array([...head, ...payload]);
  const checks = (envelope.signatures ?? []).map((/** @type {any} */ one) => verify(key, message, bytesOf(one.sig)));
  if (envelope.payloadType !== payloadType || !(await Promise.all(checks)).includes(true))
    throw new Error("These rules are not signed by the key that this installation trusts.");
  const s = JSON.parse(new TextDecoder().decode(payload));
  if (s.v !== 1) throw new Error("These rules are of a kind that this program does not read. Update it.");
  return s;
}

/** @param {{ [name: string]: string }} files @param {Statement} s */
async function load(files, s) {
  const [texts, sums] = [bag(files), bag(s.files)];
  const all = await readFiles(texts);
  if (all.length !== Object.keys(sums).length || all.some(f => sums[f.name] !== f.sha256)) throw new Error("These rules are not what was signed.");
  const library = new Library(all);
  const { key, sha256, questionnaire, status } = library.current;
  if (key !== s.rules || sha256 !== s.rulesSha256 || questionnaire.sha256 !== s.questionnaireSha256 || status !== s.status)
    throw new Error("These rules are not what was signed.");
  for (const r of library.rules.values()) r.review = s.review;
  for (const f of all) {
    const wrong = f.name.startsWith("vectors.") ? library.vectors(f.text).filter(v => v.differences.length > 0) : [];
    if (wrong.length > 0)
      throw new Error(`The vector "${wrong[0].name}" that came with these rules does not hold: ${wrong[0].differences.join("; ")}.`);
  }
  return library;
}

/** Files by their texts, in the order of their names. @param {{ [name: string]: string }} texts @returns {Promise<File[]>} */
export const readFiles = texts =>
  Promise.all(
    Object.keys(texts)
      .sort()
      .map(async name => {
        const sum = await crypto.subtle.digest("SHA-256", utf8.encode(texts[name]));
        return { name, text: texts[name], sha256: [...new Uint8Array(sum)].map(b => b.toString(16).padStart(2, "0")).join("") };
      }),
  );

/** @param {string} base64 */
const bytesOf = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));

/** Whether rules are too old: of an earlier major version, or more than two minor versions behind. @param {string} rules @param {string} [newest] */
export function behind(rules, newest) {
  const [now, last] = [version(rules), version(newest ?? "")];
  if (!last) return false;
  return !now || now[0] < last[0] || (now[0] === last[0] && now[1] + behindMax < last[1]);
}

/** @param {string} key @returns {number[] | undefined} */
const version = key => /\|(\d+)\.(\d+)\./.exec(key)?.slice(1).map(Number);

/** Whether one version of the rules is newer than another, which may be ''. @param {string} rules @param {string} than */
export const newer = (rules, than) => than === "" || compareVersions(rules, than) > 0;
