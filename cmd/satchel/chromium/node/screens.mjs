// Every screen of the companion and the board: what a program needs to open all of them, also those that somebody adds. The apps say themselves
// which there are (web/app/screens.js, web/board/screens.js); screens behind those are found by the links that stand on them.
import { readFileSync } from "node:fs";
import { until } from "./kit.mjs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "../../../../web");
const look = "satchel-look";

/** The checker of accessibility, as its publishers wrote it. */
export const axe = () => readFileSync(createRequire(join(web, "package.json")).resolve("axe-core/axe.min.js"), "utf8");

// begin opens an app as somebody whose tokens these are, or as nobody, with a clock that stands still.
export async function begin(context, base, app, tokens, now) {
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  await page.addInitScript(prepared, look);
  await page.goto(`${base}/${app}`);
  await page.getByRole("heading").first().waitFor(); // signing in is offered
  if (tokens) {
    await page.evaluate(async ([app, tokens]) => {
      const { session } = await import(`/web/${app}/store.js`);
      await session.take({ ...tokens, until: tokens.accessExpires });
    }, [app, tokens]);
  }
  await read(page, Boolean(tokens));
  await settled(page);
  return page;
}

// read is over when whoever is signed in to the companion has all on the device that they may see of their record: for somebody who helps, that may be no document.
const read = (page, signedIn = false) => until(() => page.evaluate(async signedIn => {
  if (location.pathname !== "/app") return true;
  const { documents, record, status, who } = await import("/web/app/store.js");
  return who.value === null ? !signedIn : Boolean(documents.value && record.value) && status.value.state === "up to date";
}, signedIn));

// prepared is done in each page before its own scripts: the language that the state asks for, and a note of whatever jumps about.
function prepared(look) {
  let state = {};
  try { state = JSON.parse(localStorage.getItem(look) ?? "{}"); } catch { /* an empty page has none */ }
  if (state.language) Object.defineProperty(navigator, "languages", { get: () => [state.language] });
  globalThis.jumped = [];
  new PerformanceObserver(list => {
    for (const e of list.getEntries()) globalThis.jumped.push({ value: e.value, of: e.sources.map(s => (s.node?.nodeName ?? "") + " " + (s.node?.className ?? "") + " " + (s.node?.textContent ?? "").trim().slice(0, 40)) });
  }).observe({ type: "layout-shift", buffered: true });
}

// turn makes the app look another way, from the beginning: { language, theme, contrast, scale, width }.
export async function turn(page, { language = "en", theme = "light", contrast = "", scale = 1, width = 1280 }) {
  await page.setViewportSize({ width, height: width < 600 ? 640 : 800 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.evaluate(([name, kept]) => localStorage.setItem(name, JSON.stringify(kept)), [look, { language, scale, theme, contrast }]);
  await page.reload();
  await read(page);
  await settled(page);
  if (scale === 1) return;
  await page.evaluate(async scale => { // for an app that has no such setting: as if the browser were set so
    document.documentElement.style.setProperty("--text-scale", String(scale));
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    await new Promise(resolve => setTimeout(resolve)); // what jumps is told after it was drawn
    globalThis.jumped = [];
  }, scale);
}

// settled waits until the screen has drawn what it has: nothing is loading, and nothing changed for a moment.
export const settled = page => page.evaluate(async () => {
  for (let rounds = 0; rounds < 200; rounds++) {
    let changed = false;
    const watch = new MutationObserver(() => { changed = true; });
    watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    await new Promise(resolve => setTimeout(resolve, 40));
    watch.disconnect();
    const main = document.querySelector("main");
    const waits = main?.querySelector("p.quiet[role=status]") || main?.innerText.split("\n").some(line => line.trim() === "…"); // of a row it is not known yet what was said
    if (!changed && main?.firstElementChild && !waits) return;
  }
});

// places are the addresses that an app registers.
async function places(page, app) {
  const { origin } = new URL(page.url());
  if (!(await page.request.get(`${origin}/web/${app}/screens.js`)).ok()) return ["#/"];
  return page.evaluate(async app => Object.keys((await import(`/web/${app}/screens.js`)).screens).map(name => "#/" + name), app);
}

const shape = address => address.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "*").replace(/\d+/g, "1");

// named is what a picture of a screen is called: the same in each run.
export const named = (app, who, address) => [app, who, ...shape(address).split(/[#/]/)].filter(Boolean).join(" ").replaceAll("*", "one");

// every opens each screen, one of each shape of address, and lets `look` look at it: all, or those that begin as `only` does. It gives the addresses.
export async function every(page, app, look, only = "#/") {
  const todo = only === "#/" ? await places(page, app) : [only];
  const known = new Set(todo.map(shape));
  for (const address of todo) {
    await page.evaluate(async address => {
      for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
      await new Promise(resolve => setTimeout(resolve)); // what the screen before did is told by now, and is not of this one
      globalThis.jumped = [];
      location.hash = address;
    }, address);
    await settled(page);
    await page.evaluate(async () => {
      const frames = async () => {
        for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
        await new Promise(resolve => setTimeout(resolve));
      };
      await frames(); // what the screen did by itself is told by now
      const jumped = [...globalThis.jumped];
      document.querySelectorAll("details").forEach(d => { d.open = true; });
      await frames();
      globalThis.jumped = jumped; // what is below a list moves when somebody opens it: we did
    });
    for (const link of await page.$$eval("a[href^='#/']", all => all.map(a => a.getAttribute("href")))) {
      if (link.startsWith(only) && !known.has(shape(link))) { known.add(shape(link)); todo.push(link); }
    }
    await look(address);
  }
  return todo;
}

// said is everything with letters in it that is shown or read aloud and does not say itself that it is in another language.
export function said(page) { return page.evaluate(() => {
  const all = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (!within.closest("script, style, noscript, kbd") && within.closest("[lang]") === document.documentElement) all.push(walker.currentNode.data);
  }
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title], [alt], [aria-description]"))
    for (const name of ["aria-label", "placeholder", "title", "alt", "aria-description"]) all.push(e.getAttribute(name) ?? "");
  return [...new Set(all.map(words => words.replace(/\s+/g, " ").trim()).filter(words => /\p{L}{2}/u.test(words)))];
}); }
