// Runs the script of the page on standard input as a browser would, without its form: node view.mjs LINK RECIPIENT PASSCODE. It prints the
// sections that the page would show.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const [link, recipient, passcode] = process.argv.slice(2);
const script = readFileSync(0, "utf8").match(/<script>([\s\S]*)<\/script>/)[1];
const page = { atob, crypto, fetch, TextDecoder, TextEncoder, Uint8Array, JSON };
runInNewContext(script + ";globalThis.page = { linkOf, fetchJWE, decrypt, linesOf };", page);
const { linkOf, fetchJWE, decrypt, linesOf } = page.page;
const payload = linkOf(new URL(link).hash);
const got = await fetchJWE(payload, recipient, passcode);
console.log(JSON.stringify(linesOf(await decrypt(got.jwe, payload.key))));
