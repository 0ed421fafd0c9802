// What the companion costs on a cheap phone: bytes of a first visit and of one changed field, how long it takes to open with no network on a slow processor,
// and to answer a hand, with a record of years.
import { play, until } from "./kit.mjs";
import { every, settled } from "./screens.mjs";

await play(async ({ base, context, knows, say }) => {
  const page = await context.newPage();
  const asked = [];
  page.on("requestfinished", request => asked.push(request));
  await page.addInitScript(() => {
    globalThis.answers = [];
    new PerformanceObserver(list => {
      for (const e of list.getEntries()) globalThis.answers.push({ what: e.name, ms: e.duration, screen: location.hash.replace(/[0-9a-f-]{36}/g, "*") });
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
    const watch = new MutationObserver(() => {
      if (!document.querySelector("main h1")) return;
      globalThis.readable = performance.now();
      watch.disconnect();
    });
    watch.observe(document, { subtree: true, childList: true });
  });
  await page.goto(base + "/app");
  await page.getByLabel("Code").fill(knows.code);
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await page.getByRole("button", { name: "Go on" }).click();
  const upToDate = () => until(() => page.evaluate(async () => {
    const { status } = await import("/web/app/store.js");
    return status.value.state === "up to date" && status.value.unsent === 0;
  }));
  await upToDate();
  await settled(page);
  const files = await weigh(asked.filter(r => !new URL(r.url()).pathname.startsWith("/v1/")));

  asked.length = 0;
  await page.evaluate(async text => {
    const { all, write } = await import("/web/app/store.js");
    await write({ doc: all("note")[0].id, set: { text } });
  }, "Bring the blue folder");
  await upToDate();
  await settled(page);
  const sync = await weigh(asked.filter(r => new URL(r.url()).pathname === "/v1/sync"));
  say({ files, sync });

  // Every screen is opened, and what is on it is typed into and pressed where that leads nowhere else.
  const screens = await every(page, "app", async () => {
    for (const field of await page.locator("main input[type=text], main input:not([type]), main textarea, main input[type=search]").all()) {
      if (await field.isVisible() && await field.isEditable()) await field.pressSequentially("tired", { timeout: 5000 });
    }
  });
  for (const place of await page.locator("nav a").all()) { await place.click(); await settled(page); }
  const answers = await page.evaluate(() => globalThis.answers);
  answers.sort((a, b) => b.ms - a.ms);

  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  await context.setOffline(true);
  const tools = await context.newCDPSession(page);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const cold = [];
  for (let n = 0; n < 3; n++) {
    await page.goto("about:blank");
    await page.goto(base + "/app");
    cold.push(await until(() => page.evaluate(() => globalThis.readable)));
  }
  say({ screens, answers: answers.slice(0, 5), documents: knows.documents, cold });
}, { measured: true });

// weigh gives what went over the wire, without and with headers.
async function weigh(requests) {
  const sum = { requests: requests.length, ours: 0, others: 0, up: 0, down: 0, headers: 0, first: 0, heaviest: [] };
  for (const request of requests) {
    const { requestHeadersSize, requestBodySize, responseHeadersSize, responseBodySize } = await request.sizes();
    const { pathname } = new URL(request.url());
    sum[pathname.includes("/vendor/") ? "others" : "ours"] += responseBodySize;
    sum.up += requestBodySize;
    sum.down += responseBodySize;
    sum.headers += requestHeadersSize + responseHeadersSize;
    sum.first ||= requestBodySize + responseBodySize;
    sum.heaviest.push([responseBodySize, pathname]);
  }
  sum.heaviest = sum.heaviest.sort((a, b) => b[0] - a[0]).slice(0, 8).map(([bytes, path]) => `${bytes} ${path}`);
  return sum;
}
