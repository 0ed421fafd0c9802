// What went wrong with a request, as RFC 9457 says it, or that no server was within reach.

/** @typedef {{ type: string, title: string, status: number, detail: string, code: string, retryAfterMs?: number, wipe?: boolean, [more: string]: unknown }} Problem */

/** An answer that is none. `offline`: there was no server; else `problem` is what it said. */
export class RequestError extends Error {
  /** @param {number} status 0: offline @param {Problem | null} problem */
  constructor(status, problem) {
    super(problem?.title ?? (status === 0 ? "offline" : `status ${status}`));
    this.status = status;
    this.problem = problem;
    this.offline = status === 0;
  }
}

/** @typedef {{ body?: unknown, headers?: { [name: string]: string }, signal?: AbortSignal, keepalive?: boolean }} Asking */

/**
 * One request, answered with what stands in its JSON; null for an answer without content.
 * @param {string} method
 * @param {string} path
 * @param {Asking} [o]
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export const ask = async (method, path, o) => (await exchange(method, path, o)).body;

/**
 * The same, with the answer's headers and the server's clock, ms; NaN where it did not say.
 * @param {string} method
 * @param {string} path
 * @param {Asking} [o]
 * @returns {Promise<{ body: any, date: number, headers: Headers }>}
 * @throws {RequestError}
 */
export async function exchange(method, path, { body, headers = {}, signal, keepalive } = {}) {
  /** @type {Response} */
  let got;
  let text = "";
  try {
    const content = body === undefined ? undefined : JSON.stringify(body);
    if (content) headers = { ...headers, "content-type": "application/json" };
    got = await fetch(path, { method, signal, keepalive, cache: "no-store", headers, body: content });
    text = await got.text();
  } catch {
    throw new RequestError(0, null);
  }
  if (got.ok) return { body: text === "" ? null : JSON.parse(text), date: Date.parse(got.headers.get("date") ?? ""), headers: got.headers };
  throw new RequestError(got.status, read(text));
}

/** @param {string} text @returns {Problem | null} */
function read(text) {
  try {
    const problem = JSON.parse(text);
    return typeof problem?.detail === "string" ? problem : null;
  } catch {
    return null; // something between us and the server answered
  }
}
