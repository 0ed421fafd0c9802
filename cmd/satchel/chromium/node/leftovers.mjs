// Every screen in English and in Spanish: what stands there in Spanish, with the screen on which it was seen first, and what of it stands there in the same
// words in English.
import { play } from "./kit.mjs";
import { begin, every, said, turn } from "./screens.mjs";

await play(async ({ base, context, knows, say }) => {
  const spanish = {}, same = new Set(), opened = {};
  for (const { who, app, tokens } of knows.people) {
    const page = await begin(context, base, app, tokens, knows.now);
    const english = new Set();
    await turn(page, { language: "en" });
    const walk = visit => tokens ? every(page, app, visit) : visit("");
    const read = async (address, take) => { for (const words of await said(page)) take(words, address); };
    await walk(address => read(address, words => english.add(words)));
    await turn(page, { language: "es" });
    opened[who] = await walk(address => read(address, words => { if (english.has(words)) same.add(words); spanish[words] ??= `${who} ${app}${address}`; }));
    await page.evaluate(() => localStorage.clear());
    for (const open of context.pages()) await open.close();
  }
  say({ spanish, same: [...same], opened });
});
