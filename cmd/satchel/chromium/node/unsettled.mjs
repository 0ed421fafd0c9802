// What is not settled yet over all people of a team, by the keyboard alone and with two nurses: the place above says how much, the list says whose, what and since
// when, and each line leads to where it is settled. What one of them settles leaves the other's list while they look at it, and somebody new comes into both; who
// is not theirs any more is in neither.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play } from "./kit.mjs";

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  const desk = await sit(context, base, knows.olive, knows.now);
  await desk.emulateMedia({ reducedMotion: "reduce" });
  const mesa = await (await another({ locale: "es-ES" })).newPage();
  await mesa.setViewportSize({ width: 1280, height: 800 });
  await mesa.clock.setFixedTime(knows.now);
  await mesa.goto(base + "/board");
  await mesa.getByRole("heading").first().waitFor();
  await mesa.evaluate(async tokens => (await import("/web/board/store.js")).session.take({ ...tokens, until: tokens.accessExpires }), knows.oscar);

  // both look at the list
  await mesa.getByRole("link", { name: "Sin resolver: 4" }).click();
  await mesa.getByText("4 cosas esperan").waitFor();
  await desk.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Not settled yet: 4" }).click();
  await desk.getByText("4 things wait for your team").waitFor();
  const lines = page => page.locator("main li");
  const list = await lines(desk).allInnerTexts();
  const lista = await lines(mesa).allInnerTexts();
  const wrong = await faults(desk);
  await shot(desk, "list");
  await shot(mesa, "lista");
  await desk.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(desk)));
  await shot(desk, "list, narrow");
  await desk.emulateMedia({ colorScheme: "dark" });
  await shot(desk, "list, narrow and dark");
  await desk.emulateMedia({ colorScheme: "light" });
  await desk.setViewportSize({ width: 1280, height: 800 });

  // the other nurse is at the first line when it is settled, and is at the next then
  await mesa.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { level: 1, name: "To settle: Bea Example" }).waitFor();
  await desk.keyboard.press("j");
  await desk.keyboard.press("y");
  await desk.getByText("These words stand in the record now.").waitFor();
  await mesa.getByText("3 cosas esperan").waitFor();
  const at = await mesa.evaluate(() => document.activeElement?.textContent?.trim());
  say({ list, lista, wrong, left: await lines(mesa).allInnerTexts(), at });

  // back by a key, and between two answers one is chosen
  await desk.keyboard.press("a");
  await desk.getByText("3 things wait for your team").waitFor();
  await desk.keyboard.press("j");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { level: 1, name: "To settle: Ada Example" }).waitFor();
  await desk.getByRole("button", { name: /Bring your card/ }).click();
  await desk.getByText("It is chosen, on every device.").waitFor();
  await mesa.getByText("2 cosas esperan").waitFor();
  say(await lines(mesa).allInnerTexts());

  // somebody who came meanwhile stands in both, behind those who wait longer
  await hear();
  await mesa.getByText("3 cosas esperan").waitFor();
  await desk.keyboard.press("a");
  await desk.getByText("3 things wait for your team").waitFor();
  say([await desk.locator("main li strong").allInnerTexts(), await mesa.locator("main li strong").allInnerTexts()]);

  // and who is not theirs any more is in neither once it is opened again
  const anew = async (words, palabras) => {
    for (const [page, queue, all, said] of [[desk, "Queue", /^Not settled yet/, words], [mesa, "Cola", /^Sin resolver/, palabras]]) {
      await page.keyboard.press("u");
      await page.getByRole("heading", { level: 1, name: queue }).waitFor();
      await page.getByRole("link", { name: all }).click();
      await page.getByText(said).waitFor();
    }
    say([await lines(desk).count(), await lines(mesa).count()]);
  };
  await hear();
  await anew("2 things wait for your team", "2 cosas esperan");
  await hear();
  await anew("Nothing waits for your team", "Nada espera a su equipo");
  await shot(desk, "nothing waits");
});
