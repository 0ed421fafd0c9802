// A form whose facts are sent to somebody: what was typed, whether an answer is awaited, and what went wrong.
import { useState } from "./html.js";

/**
 * @template {{ [name: string]: string }} Facts
 * @param {Facts} empty
 * @param {(facts: Facts) => Promise<unknown>} send when it is fulfilled the form goes; when it fails it stays, with its error
 */
export function useForm(empty, send) {
  const [facts, setFacts] = useState(empty);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await send(facts);
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  return {
    facts,
    error,
    busy,
    submit,
    take: (/** @type {keyof Facts} */ name) => (/** @type {string} */ value) => setFacts({ ...facts, [name]: value }),
  };
}
