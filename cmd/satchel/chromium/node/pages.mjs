// Opens each page that it is told, and says what stands there.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, say, hear, shot }) => {
  const page = await context.newPage();
  for (let next; (next = await hear());) {
    await page.goto(base + next.path);
    const text = await until(() => page.locator("body").innerText()); // a page that draws itself needs a moment
    say({ title: await page.title(), text });
    await shot(page, next.path.slice(1), false); // one of them is long
  }
});
