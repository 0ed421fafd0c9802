// A sealed database in two tabs of a real browser: its own Web Locks, BroadcastChannel, IndexedDB and WebCrypto. Any tab unlocks for all, a tab that
// takes over is locked, and ten wrong PINs are ten, whichever tab says them.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear }) => {
  const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
  await context.route(base + "/locked/", route => route.fulfill({ contentType: "text/html", headers: { "Content-Security-Policy": policy }, body: "<!doctype html><title>Two tabs</title>" }));
  const open = async () => {
    const page = await context.newPage();
    await page.goto(base + "/locked/");
    await page.evaluate(begin, knows);
    return page;
  };
  const first = await open();
  await first.evaluate(() => globalThis.tab.create(globalThis.pin));
  await first.evaluate(() => globalThis.writes());
  const second = await open();
  const both = async deed => [await first.evaluate(deed), await second.evaluate(deed)];
  const reads = () => globalThis.reads();
  say({ open: await both(reads) });

  await hear(); // the second tab locks, tries, and unlocks
  await second.evaluate(() => globalThis.tab.lock());
  await until(async () => (await both(() => globalThis.told.at(-1))).every(seal => seal === "locked"));
  const shut = await both(reads);
  const wrong = await second.evaluate(() => globalThis.tries("000000"));
  await second.evaluate(() => globalThis.tab.unlock(globalThis.pin));
  await until(async () => (await both(() => globalThis.told.at(-1))).every(seal => seal === "open"));
  say({ shut, wrong, open: await both(reads), leads: await both(() => globalThis.tab.leads) });

  await hear(); // the one that leads is gone
  await first.close();
  await until(() => second.evaluate(() => globalThis.tab.leads));
  const alone = await second.evaluate(reads);
  await second.evaluate(() => globalThis.tab.unlock(globalThis.pin));
  say({ alone, open: [await second.evaluate(reads)], raw: await second.evaluate(() => globalThis.raw()) });

  await hear(); // somebody guesses, in two tabs at once
  await second.evaluate(() => globalThis.tab.lock());
  const third = await open();
  const guesses = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? second : third).evaluate(() => globalThis.tries("000000"))));
  say({ guesses: guesses.sort(), raw: await third.evaluate(() => globalThis.raw()) });
});

// begin opens the database in this tab; the rest are deeds that stories ask for.
async function begin({ record, doc, canary, pin }) {
  const { Tab, indexedDBStorage } = await import("/web/sdk/src/index.js");
  const { Sealed } = await import("/web/sdk/src/sealed/index.js");
  const tab = new Tab({
    name: "two tabs",
    storage: async () => Sealed.over(await indexedDBStorage("two tabs")),
    records: [record],
    client: { server: "", token: async () => null, live: false },
  });
  const told = [];
  tab.addEventListener("seal", event => told.push(event.detail.seal));
  Object.assign(globalThis, {
    tab,
    told,
    pin: { pin },
    writes: () => tab.write(record, { doc, set: { text: canary } }),
    reads: () => tab.document(record, doc).then(d => d.fields.text, err => err.code),
    tries: guess => tab.unlock({ pin: guess }).then(() => "open", err => `${err.code} ${err.left ?? ""}`.trim()),
    raw: async () => {
      const storage = await indexedDBStorage("two tabs");
      const all = [...(await storage.load())].flat();
      storage.close();
      return { parts: all.length / 2, readable: all.some(text => text.includes(canary) || text.includes(record) || text.includes("note/")) };
    },
  });
}
