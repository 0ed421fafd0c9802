// What stories of the companion have in common: signing in by a code, opening a screen, and what every screen is held against.
import { readFileSync } from "node:fs";
import { until } from "./kit.mjs";

const axe = readFileSync(new URL("../../../../web/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

// enter signs the person in by a code, in a browser whose clock stands where the story's does, or without `now` runs, and waits until everything is there.
export async function enter(context, base, { code, birthDate, now }) {
  const page = await context.newPage();
  await page.emulateMedia({ reducedMotion: "reduce" }); // a colour that is on its way to another is not judged
  if (now) await page.clock.setFixedTime(now);
  await page.goto(base + "/app");
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("Birth date").fill(birthDate);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("Everything you said has arrived.").waitFor();
  return page;
}

const places = ["", "plan", "labs", "needs", "more"]; // below each screen

// open goes to a screen of the app as a person does, from one of the five places by the links that stand there, and waits for its heading.
export async function open(page, path, heading) {
  const parts = path.split("/").filter(Boolean);
  const steps = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
  if (!places.includes(parts[0] ?? "")) steps.unshift("more");
  for (const step of path ? steps : [""]) await page.locator(`a[href="#/${step}"]`).first().click();
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

// unplug takes the network away, when everything that the app needs without one is there.
export async function unplug(context, page) {
  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  await context.setOffline(true);
}

// faults gives what axe-core finds on the screen, and what is cut off or stands out of it at the side: nothing, if all is well.
export async function faults(page) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(one => one.finished))); // a colour that is on its way to another is not judged
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const found = (await globalThis.axe.run({ preload: false })).violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html}`));
    const wide = document.documentElement.clientWidth;
    for (const one of document.querySelectorAll("body *")) {
      const { right, width } = one.getBoundingClientRect();
      if (width > 1 && right > wide + 1) found.push(`beyond the edge: ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
  });
}

// held looks at the screen as it is, and in the dark with letters twice as large on a narrow phone; it keeps a picture of each, and gives what is wrong. Every screen is
// looked at in the other ways by the story of all screens (accessible.mjs).
export async function held(page, shot, name) {
  const wrong = await faults(page);
  await shot(page, name);
  const size = page.viewportSize();
  const apply = change => page.evaluate(async change => (await import("/web/app/look.js")).look.apply(change), change);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ colorScheme: "dark" });
  await apply({ scale: 2 });
  wrong.push(...(await faults(page)));
  await shot(page, name + ", dark, narrow and large");
  await apply({ scale: 1 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(size);
  return wrong;
}

// wrongClock makes every page of a context believe that it is another time, by so many ms.
export const wrongClock = (context, off) => context.addInitScript(off => {
  const real = Date;
  globalThis.Date = class extends real {
    constructor(...facts) {
      if (facts.length > 0) super(...facts);
      else super(real.now() + off);
    }
    static now() { return real.now() + off; }
  };
}, off);

// signIn opens the companion on a new device, by a code.
export async function signIn(context, base, { code, birthDate, title }) {
  const page = await context.newPage();
  await page.goto(base + "/app");
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("Birth date").fill(birthDate);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText(title).first().waitFor();
  return page;
}

// waitForWorker is over when the app opens without a network.
export const waitForWorker = page => until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
