// What somebody without an account is shown, in English and in Spanish: a link, with what a summary can hold; a printed order, with what it answers to each thing
// that is sent wrongly; and the sheet itself. It says what stands there in Spanish, and what of it stands there in the same words in English.
import { play } from "./kit.mjs";
import { said } from "./screens.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  const spanish = {}, same = new Set();
  for (const { name, visit } of [{ name: "the link", visit: link }, { name: "the order", visit: order }, { name: "the sheet", visit: sheet }]) {
    const english = new Set();
    for (const lang of ["en", "es"]) {
      const page = await context.newPage();
      await page.clock.setFixedTime(knows.now);
      await visit(page, lang, async more => {
        for (const words of [...await said(page), ...more ?? []]) {
          if (lang === "en") english.add(words);
          else {
            spanish[words] ??= name;
            if (english.has(words)) same.add(words);
          }
        }
      });
      await shot(page, `${name} ${lang}`);
      await page.close();
    }
  }
  say({ spanish, same: [...same] });

  async function link(page, lang, look) {
    const address = new URL(knows.link);
    await page.goto(`${base}/view?lang=${lang}${address.hash}`);
    await look();
    await page.locator("#who").fill("Riverside ED");
    await page.locator("#who").press("Enter");
    await page.locator("#shown section").first().waitFor();
    await look();
    for (const summary of knows.summaries) await look(await page.evaluate(one => linesOf(one).flatMap(part => [part.title, ...part.lines]), summary));
  }

  async function order(page, lang, look) {
    await page.goto(`${base}/paper?lang=${lang}#${knows.code}`);
    await look();
    const answered = () => page.waitForFunction(waits => { const now = document.getElementById("says").textContent; return !now.startsWith(waits); }, lang === "en" ? "Sending" : "Enviando");
    const press = async id => { await page.locator(id).press("Enter"); await answered(); await look(); };
    await page.locator("#born").fill(knows.wrong);
    await press("#born");
    await page.locator("#born").fill(knows.born);
    await press("#born");
    for (const act of ["#accept", "#decline", "#taken", "#result"]) await press(act);
  }

  async function sheet(page, lang, look) {
    await page.setContent(knows.sheets[lang]);
    await look();
  }
});
