// Every screen in English and in Spanish: what stands there in Spanish, with the screen on which it was seen first, and what of it stands there in the same
// words in English.
import { play } from "./kit.mjs";
import { begin, every, turn } from "./screens.mjs";

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

// said is everything with letters in it that is shown or read aloud and does not say itself that it is in another language.
function said(page) { return page.evaluate(() => {
  const all = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (!within.closest("script, style, noscript, kbd") && within.closest("[lang]") === document.documentElement) all.push(walker.currentNode.data);
  }
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title], [alt], [aria-description]"))
    for (const name of ["aria-label", "placeholder", "title", "alt", "aria-description"]) all.push(e.getAttribute(name) ?? "");
  return [...new Set(all.map(words => words.replace(/\s+/g, " ").trim()).filter(words => /\p{L}{2}/u.test(words)))];
}); }
