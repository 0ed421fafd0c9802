// The server is busy when a record is opened: the screen says so, and shows the record with the next round that comes through, without a reload.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  let busy = true, refused = 0;
  await context.route(base + "/v1/sync", route => {
    if (!busy) return route.continue();
    refused++;
    return route.fulfill({ status: 503, body: "" });
  });
  await page.goto(base + "/board#/record/" + knows.record);
  await page.getByRole("heading").first().waitFor();
  await page.evaluate(async tokens => (await import("/web/board/store.js")).session.take(tokens), knows.tokens);
  await page.getByRole("alert").waitFor();
  await shot(page, "busy", false);
  await until(() => page.evaluate(async () => (await import("/web/board/hear.js")).silent.value === 0));
  busy = false;
  say(refused);
  await hear(); // something new about the record
  await page.getByText(knows.words).first().waitFor();
  say("said");
});
