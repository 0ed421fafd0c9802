// How a program begins that plays in the browser: await play(async stage => { ... }), started by chromium.Start with what stands in `stage`.
// It says what it finds in lines of JSON, and at the end what pages complained of: errors in the console or of a script, what their policy
// forbade, what did not load, requests to another server.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { writeFileSync } from "node:fs";
import { keyboardOnly } from "./hands.mjs";
import { watch } from "./pressed.mjs";

const [, , address, base, screens, knows] = process.argv;

export const say = what => process.stdout.write(JSON.stringify(what) + "\n");

// How long anything may take before a story gives up (ms): long, because a machine that runs all tests is slow. Nothing is judged by it.
const PATIENCE = 60_000, PAUSE = 20;

// Whether it is noted which controls are drawn and pressed (`make controls`).
const gathers = Boolean(process.env.SATCHEL_CONTROLS);

// play opens a new context, lets the story happen, and ends. What is measured has nobody watching its controls.
export async function play(story, { measured = false } = {}) {
  const browser = await chromium.connect(address);
  const complaints = [];
  const complain = text => complaints.push(text.replaceAll(base, ""));
  const refused = []; // what the server refused, in its own words: for whoever reads why a story stopped
  const controls = []; // of each context
  const another = async more => {
    const context = await opened(browser, complain, refused, more);
    if (gathers && !measured) controls.push(await watch(context));
    return context;
  };
  const context = await another();
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  try {
    await story({
      base, context, complaints, say, another,
      knows: JSON.parse(knows),
      // hear gives what the test tells next; null when it has nothing more to say.
      hear: async () => { const { value, done } = await lines.next(); return done ? null : JSON.parse(value); },
      // shot keeps a picture of the page, or of what is on the screen alone.
      shot: (page, name, fullPage = true) => page.screenshot({ path: `${screens}/${name}.png`, fullPage }),
    });
  } catch (err) {
    // What a story that stopped saw last helps whoever reads it.
    for (const [i, page] of browser.contexts().flatMap(it => it.pages()).entries()) await page.screenshot({ path: `${screens}/stopped-${i}.png`, fullPage: true }).catch(() => {});
    throw Object.assign(err, { complaints, refused });
  } finally {
    await browser.close();
  }
  const all = how => [...new Set(controls.flatMap(seen => [...seen[how]]))].sort();
  if (gathers) writeFileSync(`${screens}/controls of ${process.pid}.json`, JSON.stringify({ drawn: all("drawn"), pressed: all("pressed") }));
  say(complaints);
}

// opened is a context as a device of its own, whose complaints are heard. `another` of a stage gives one more, for a story of two devices, such as one in another
// language: { locale: "es-ES" }.
async function opened(browser, complain, refused, more = {}) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/London", viewport: { width: 390, height: 844 }, ...more });
  context.setDefaultTimeout(PATIENCE);
  keyboardOnly(context, base);
  context.on("request", request => {
    const { origin, protocol, hostname, port } = new URL(request.url());
    const ours = origin === base || (hostname.endsWith(".localhost") && port === new URL(base).port); // another name of the same server
    if (!ours && protocol.startsWith("http")) complain("a request to " + request.url());
  });
  context.on("console", message => { if (["error", "warning"].includes(message.type())) complain("the console: " + message.text()); });
  context.on("weberror", error => complain("a script: " + error.error()));
  context.on("response", async r => { if (r.status() >= 400) refused.push(`${r.status()} ${new URL(r.url()).pathname}: ${await r.text().catch(() => "")}`); });
  return context;
}

// until gives what look finds, once it finds something.
export async function until(look) {
  for (let waited = 0; waited < PATIENCE; waited += PAUSE) {
    const found = await look();
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
  throw new Error("it did not happen: " + look);
}
