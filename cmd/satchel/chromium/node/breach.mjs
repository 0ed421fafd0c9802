// A page on which everything is wrong that kit.mjs looks for: a check that cannot fail holds nothing.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, complaints }) => {
  const page = await context.newPage();
  const body = `<!doctype html><title>x</title><script>var ours = 1;</script><script src="good.js"></script><img src="missing.png">`;
  await context.route(base + "/test/", route => route.fulfill({ contentType: "text/html", headers: { "Content-Security-Policy": "script-src 'self'" }, body }));
  await context.route(base + "/test/good.js", route => route.fulfill({
    contentType: "text/javascript", body: `fetch("https://elsewhere.example/beacon").catch(() => {}); console.error("said"); throw new Error("thrown");`,
  }));
  await page.goto(base + "/test/");
  await until(() => complaints.length >= 6);
});
