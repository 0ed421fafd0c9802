// A nurse settles by the keyboard alone what waits in a record: chooses between two answers, uses words, does not use others, writes some anew, and
// reads why she may not; then who read the record.
import { play, until } from "./kit.mjs";
import { sit } from "./desk.mjs";

const main = page => page.locator("main").innerText();
const cards = page => page.locator("[data-held]");

await play(async ({ base, context, knows, say, shot }) => {
  const page = await sit(context, base, knows.olive, knows.now);
  const { keyboard } = page;
  const keys = async () => { // by the button, as whoever does not know the key yet
    await page.getByRole("button", { name: /^Keys/ }).click();
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    await keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keys" }).waitFor({ state: "detached" });
  };
  await page.locator(".row").first().waitFor();
  await keys();
  await keyboard.press("Enter");
  await page.getByRole("link", { name: "To settle: 5" }).waitFor();
  await keys();
  await keyboard.press("s");
  await page.getByRole("heading", { level: 1, name: "To settle: Ada Example" }).waitFor();
  await keys();
  await shot(page, "to settle");
  say({ text: await main(page), held: await cards(page).allInnerTexts() });

  // what a nurse saw before somebody else wrote is not chosen
  const stale = await page.evaluate(async ({ record, doc }) => {
    const [{ choose }, { documents }] = await Promise.all([import("/web/board/choosing.js"), import("/web/board/records.js")]);
    const now = documents.value.get(record).find(d => d.id === doc);
    return choose(record, { ...now, fields: { ...now.fields, instructions: "what stood there before" } }, "instructions", "mine");
  }, knows);
  await page.getByRole("button", { name: "Write something else" }).click();
  await page.getByLabel("What should stand there").fill("Bring the list, and a pen.");
  await page.getByRole("button", { name: "Keep my words" }).click();
  await page.getByText("It is chosen, on every device.").waitFor();
  await until(async () => !(await page.getByRole("heading", { name: "Two wrote different words" }).count()));

  const at = async words => {
    await until(async () => {
      for (const way of ["j", "j", "j", "j", "k", "k", "k", "k"]) {
        if ((await page.evaluate(() => document.activeElement?.closest("[data-held]")?.innerText ?? "")).includes(words)) return true;
        await keyboard.press(way);
      }
    });
  };
  const left = n => until(async () => (await cards(page).count()) === n);
  await at("Room 1");
  await keyboard.press("y");
  await left(3);
  await page.getByText("These words stand in the record now.").waitFor();
  await at("Room 2");
  await keyboard.press("d");
  await page.getByRole("button", { name: /^Leave/ }).click();
  await page.locator("form").waitFor({ state: "detached" });
  await left(3);
  await at("Room 2");
  await keyboard.press("d");
  await page.getByLabel("Why they are not used. The person reads it.").waitFor();
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  const wanted = await page.getByRole("alert").first().innerText();
  await page.getByLabel("Why they are not used. The person reads it.").focus();
  await keyboard.type("The room is closed.");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await left(2);
  if (await page.locator("form").count()) throw new Error("the panel of what is settled stands beside the next");
  await at("Room 3");
  await keyboard.press("w");
  await page.locator("form textarea").waitFor();
  await keyboard.press("Control+A");
  await keyboard.type("Room 3, on the left");
  await shot(page, "anew");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await left(1);
  await at("Carla drives");
  await keyboard.press("y");
  await page.getByRole("alert").waitFor();
  await shot(page, "refused");
  say({ stale, wanted, refused: await page.getByRole("alert").innerText(), left: await cards(page).count() });

  await keyboard.press("u");
  await page.getByRole("link", { name: "To settle: 1" }).waitFor();
  await keyboard.press("a");
  await page.getByRole("heading", { level: 1, name: "Who read the record of Ada Example" }).waitFor();
  const first = await page.locator(".access li").count();
  await shot(page, "who read it");
  await keyboard.press("m");
  await until(async () => (await page.locator(".access li").count()) > first);
  while (await page.getByRole("button", { name: "Show older lines" }).count()) {
    const before = await page.locator(".access li").count();
    await keyboard.press("m");
    await until(async () => (await page.locator(".access li").count()) > before);
  }
  say({ first, lines: await page.locator(".access li").allInnerTexts() });
});
