// A nurse whose queue has thousands of rows: the first are there at once, the rest comes behind them; five runs up and down by wheel and by keys, while
// colleagues take rows and people report. It says how many rows stood in the document at most, what a change cost, and how long the longest task was.
import { play, until } from "./kit.mjs";
import { sit } from "./desk.mjs";

const RUNS = 5, TURNS = 40;

// watch is put into the page: what is in the document, what changes in the list, what takes long.
function watch() {
  const w = globalThis.watched = { rows: 0, changes: 0, tasks: [] };
  const count = () => { w.rows = Math.max(w.rows, document.querySelectorAll(".row").length); };
  new MutationObserver(list => {
    w.changes += list.filter(m => (m.target.nodeType === 1 ? m.target : m.target.parentElement)?.closest(".queue")).length;
    count();
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  new PerformanceObserver(list => w.tasks.push(...list.getEntries().map(e => Math.round(e.duration)))).observe({ type: "longtask" });
}

await play(async ({ base, context, knows, say, hear, shot }) => {
  const asked = [];
  context.on("requestfinished", async request => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.endsWith("/queue")) return;
    const one = { hint: search.includes("records="), bytes: 0 };
    asked.push(one);
    one.bytes = await request.sizes().then(s => s.requestBodySize + s.requestHeadersSize + s.responseBodySize + s.responseHeadersSize, () => 0);
  });
  const page = await sit(context, base, knows.olive, knows.now);
  const queue = f => page.evaluate(`import("/web/board/queue.js").then(q => (${f})(q))`);
  await page.locator(".row").first().waitFor();
  const early = await queue("q => !q.ready.value && q.rows.value.length");
  await until(() => queue("q => q.ready.value"));
  const all = await queue("q => q.rows.value.length");
  const settled = async () => { // what is asked was answered
    for (let before = -1; before !== asked.length; ) {
      before = asked.length;
      await new Promise(resolve => setTimeout(resolve, 400));
    }
  };
  await settled(); // the stream was opened meanwhile: what had been read before is read once more
  await page.setViewportSize({ width: 1280, height: 720 });
  await shot(page, "long", false);
  await page.evaluate(watch);
  for (let seen = -1; seen !== await page.evaluate(() => globalThis.watched.changes);) { // what people in sight said comes a moment later
    seen = await page.evaluate(() => globalThis.watched.changes);
    await new Promise(resolve => setTimeout(resolve, 1500));
  }
  await page.evaluate(() => { globalThis.watched.changes = 0; });

  // One row far below is taken: one small request, and nothing in the list changes.
  const before = asked.length;
  say({ early, rows: all, requests: before });
  await hear(); // it was taken
  await until(() => asked.length > before);
  await settled();
  const quiet = { hints: asked.slice(before), changes: await page.evaluate(() => globalThis.watched.changes) };
  say(quiet);

  const hand = await context.newCDPSession(page);
  const box = await page.locator(".queue").boundingBox();
  const runs = [], pages = asked.filter(one => !one.hint).length;
  for (let run = 0; run < RUNS; run++) {
    await page.evaluate(() => { globalThis.watched.tasks = []; });
    const from = asked.length;
    const pressed = async (first, keys) => {
      await page.keyboard.press(first);
      for (let turn = 0; turn < TURNS; turn++) await page.keyboard.press(keys[turn % keys.length]);
    };
    const rolled = async way => {
      for (let turn = 0; turn < TURNS; turn++) await hand.send("Input.dispatchMouseEvent", { type: "mouseWheel", x: box.x + 50, y: box.y + 50, deltaX: 0, deltaY: way * (turn % 4 === 3 ? -9000 : 20_000) });
    };
    let deepest = 0;
    for (const part of [() => rolled(1), () => pressed("End", ["k", "PageUp", "j", "PageUp"]), () => rolled(-1), () => pressed("Home", ["PageDown", "j", "PageDown", "k"])]) {
      say({ run }); // colleagues take rows while this goes on
      await part();
      await hear();
      deepest = Math.max(deepest, await page.locator(".queue").evaluate(e => e.scrollTop));
    }
    await settled();
    runs.push({ deepest: Math.round(deepest), longest: Math.max(0, ...await page.evaluate(() => globalThis.watched.tasks)), hints: asked.slice(from).filter(one => one.hint).length });
  }
  await page.evaluate(() => { // a watch that sees nothing holds nothing
    globalThis.watched.tasks = [];
    setTimeout(() => { for (let i = 0; i < 4e8; i++) globalThis.idle = i; });
  });
  await until(() => page.evaluate(() => globalThis.watched.tasks.length > 0));
  const news = await queue("q => q.news.value");
  await shot(page, "news", false);
  const said = await page.locator(".news").innerText();
  await page.keyboard.press("n");
  await page.keyboard.press("End");
  const order = await queue("q => q.rows.value.map(row => row.record)");
  const taken = await until(() => page.locator("[aria-selected=true]", { hasText: "Synthetic oscar has it" }).innerText().catch(() => ""));
  await shot(page, "end", false);
  say({ runs, news, said, taken, order, most: await page.evaluate(() => globalThis.watched.rows), pages: asked.filter(one => !one.hint).length - pages });
}, { measured: true });
