// Every screen, in each way that it can look: axe-core finds nothing, nothing stands beside the edge of a narrow screen, nothing jumps, and every
// part of it is reached by the Tab key alone, is seen when it is, and lets go. It says what it found, by screen.
import { play } from "./kit.mjs";
import { axe, begin, every, named, turn } from "./screens.mjs";

// Each two of language, colours and size of text stand together at least once, on a narrow screen as on a wide one.
const STATES = [
  { language: "en", theme: "light" },
  { language: "es", theme: "dark", width: 320 },
  { language: "en", theme: "dark", scale: 2 },
  { language: "es", theme: "light", scale: 2, width: 320 },
  { language: "en", theme: "light", contrast: "high", width: 320 },
];

await play(async ({ base, context, knows, say, shot }) => {
  await context.addInitScript({ content: axe() });
  let planted;
  const found = new Map(), opened = {}, took = { begin: 0, turn: 0, check: 0, walk: 0 };
  const timed = async (of, work) => { const at = performance.now(); try { return await work(); } finally { took[of] += performance.now() - at; } };
  for (const { who, app, tokens, states, only } of knows.people) {
    const page = await timed("begin", () => begin(context, base, app, tokens, knows.now));
    for (const state of STATES.slice(0, states)) {
      await timed("turn", () => turn(page, state));
      const how = Object.values(state).join(" ");
      const visit = async address => {
        const note = what => found.set(what, [...(found.get(what) ?? []), `${who} ${app}${address}, ${how}`]);
        for (const what of await timed("check", () => check(page))) note(what);
        if (state === STATES[0]) {
          for (const what of await timed("walk", () => walk(page))) note(what);
          await shot(page, named(app, who, address));
        }
      };
      if (tokens) opened[who] = await every(page, app, visit, only);
      else await visit("");
    }
    if (!planted) planted = await spoil(page);
    await page.evaluate(() => localStorage.clear());
    await page.close();
    for (const other of context.pages()) await other.close();
    await forget(context, base);
  }
  say({ found: [...found].map(([what, where]) => `${what}: ${where.length} times, first on ${where[0]}`), opened, took, planted });
});

// check gives what is wrong with the screen as it stands.
async function check(page) { return page.evaluate(async () => {
  const wrong = [];
  const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"], preload: false });
  for (const v of violations) wrong.push(`${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | ")}`);
  const beside = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
  if (beside > 0) {
    const widest = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 2).map(e => e.outerHTML.slice(0, 120));
    wrong.push(`${beside} px stand beside the edge: ${widest.join(" | ")}`);
  }
  const jumps = globalThis.jumped.filter(j => j.value > 0);
  if (jumps.length) wrong.push("it jumps: " + JSON.stringify(jumps.slice(0, 3)));
  return wrong;
}); }

// walk goes through the screen by the Tab key.
async function walk(page) {
  await page.evaluate(() => { document.activeElement?.blur?.(); globalThis.scrollTo(0, 0); });
  const wanted = await page.evaluate(() => {
    const groups = new Set();
    globalThis.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable]")].filter(e => {
      if (e.disabled || e.tabIndex < 0 || e.closest("[hidden], [inert]") || e.type === "hidden" || !e.checkVisibility({ visibilityProperty: true })) return false;
      if (e.type !== "radio") return true;
      const group = e.name + (e.form?.id ?? "");
      return !groups.has(group) && groups.add(group); // one stop a group
    });
    return globalThis.stops.length;
  });
  const reached = new Set(), wrong = [];
  const most = wanted + 3 + 4 * await page.locator("input[type=date], input[type=time], input[type=datetime-local]").count(); // each has several parts
  for (let pressed = 0; pressed < most && reached.size < wanted; pressed++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(reached => {
      const e = document.activeElement, style = getComputedStyle(e);
      const index = globalThis.stops.findIndex(s => s === e || (s.type === "radio" && e.type === "radio" && s.name === e.name));
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const part = ["date", "time", "datetime-local"].includes(e.type) && reached.includes(index); // the browser's own ring, inside of the field
      return { index, seen: (ring && style.clipPath === "none") || part || e === document.body, html: e.outerHTML.slice(0, 120) };
    }, [...reached]);
    if (at.index >= 0) reached.add(at.index);
    if (!at.seen) wrong.push("no ring is seen around " + at.html);
  }
  if (reached.size < wanted) {
    const left = await page.evaluate(reached => globalThis.stops.filter((_, i) => !reached.includes(i)).slice(0, 3).map(e => e.outerHTML.slice(0, 120)), [...reached]);
    wrong.push(`the Tab key reaches ${reached.size} of ${wanted}; not ${left.join(" | ")}`);
  }
  return wrong;
}

// forget empties what the browser keeps: the next person was never here.
async function forget(context, base) {
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("Storage.clearDataForOrigin", { origin: base, storageTypes: "all" });
  await page.close();
}

// spoil makes a screen as none may be, and gives what is found then: that something is wrong can be seen.
async function spoil(page) {
  await page.evaluate(async () => {
    globalThis.jumped = [];
    const field = document.createElement("input"), box = document.createElement("div"), clipped = document.createElement("button");
    field.style.outline = "none";
    clipped.id = "clipped";
    clipped.style.clipPath = "inset(50%)"; // it has a ring, of which nothing is seen
    Object.assign(box.style, { width: "3000px", height: "100px" });
    document.querySelector("main").prepend(field, box, clipped);
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  });
  return [...await check(page), ...await walk(page)];
}
