// `GET /v1/live`: server-sent events, read with fetch, because EventSource sends no Authorization header.

/** The server writes a line every 15 s; without one for this long nobody is there any more: ms. */
const silence = 45_000;

/**
 * Reads the events of one answer until it ends. Each line of data is handed on as text.
 * @param {ReadableStream<Uint8Array>} body
 * @param {(data: string) => void} told
 */
export async function events(body, told) {
  const reader = body
    .pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (/** @type {unknown} */ (new TextDecoderStream())))
    .getReader();
  let rest = "";
  let data = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) data += line.slice(5).trimStart();
      if (line !== "" || data === "") continue;
      told(data);
      data = "";
    }
  }
}

/**
 * Listens once, until the stream ends or nothing was heard for too long.
 * @param {(signal: AbortSignal) => Promise<Response>} ask
 * @param {(record: string, digest: string) => void} hint the digest is '' of a server that says none
 * @param {{ signal: AbortSignal, after: (ms: number, f: () => void) => () => void }} o
 * @returns {Promise<Response>} the answer, read to its end, or refused
 */
export async function listen(ask, hint, o) {
  const heard = new AbortController();
  const stop = () => heard.abort();
  o.signal.addEventListener("abort", stop);
  let cancel = o.after(silence, stop);
  try {
    const got = await ask(heard.signal);
    if (got.status !== 200 || !got.body) return got;
    const noticed = new TransformStream({
      transform(chunk, out) {
        cancel();
        cancel = o.after(silence, stop);
        out.enqueue(chunk);
      },
    });
    await events(got.body.pipeThrough(noticed), data => {
      const said = JSON.parse(data);
      if (typeof said.record === "string") hint(said.record, typeof said.digest === "string" ? said.digest : "");
    });
    return got;
  } finally {
    cancel();
    o.signal.removeEventListener("abort", stop);
  }
}
