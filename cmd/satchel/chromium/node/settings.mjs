// A person makes the companion their own, by the keyboard: its language, size and colours, when it may ring, where they are signed in; they leave it in
// a hurry, and at last for good.
import { play, until } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "settings", "Settings");
  const wrong = await held(page, shot, "settings");
  await page.getByLabel("Language").selectOption("es");
  await page.getByRole("heading", { level: 1, name: "Ajustes" }).waitFor();
  await shot(page, "in Spanish");
  const rings = [await rung(context, "Please open the app.")];
  await page.getByLabel("Idioma").selectOption("en");
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  rings.push(await rung(context, rings[0]));
  await page.getByLabel("Size of the text").selectOption("1.5");
  await page.getByLabel("Colours").selectOption("dark");
  await page.getByLabel("Contrast").selectOption("high");
  await page.getByLabel("Where to show the quick way out").selectOption("everywhere");
  await shot(page, "large, dark, high");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  const looks = await page.evaluate(() => ({ ...document.documentElement.dataset, scale: document.documentElement.style.getPropertyValue("--text-scale") }));

  await page.getByLabel("Quiet from").fill("22:30");
  await page.getByRole("button", { name: "Reminders are on. Turn them off" }).click();
  await page.getByRole("button", { name: "Reminders are off. Turn them on" }).waitFor();
  await page.getByText("Everything you said has arrived.").waitFor();
  say({ wrong, looks, rings });

  await hear(); // what was chosen is heard elsewhere
  const other = page.getByRole("button", { name: /^Sign out (?!of|and)/ });
  await other.first().click();
  await other.first().waitFor({ state: "detached" });
  say("signed out there");

  await hear();
  await open(page, "", "Today");
  await page.locator("header").getByRole("button", { name: "Leave quickly" }).click();
  await page.waitForURL("about:blank");
  await page.goto(base + "/app");
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Sign out of this device" }).click();
  await page.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Sign out of this device" }).click();
  await page.getByRole("button", { name: "Sign out and delete it here" }).click();
  await page.getByLabel("Code").waitFor();
  say({ left: await page.evaluate(() => Object.keys(localStorage)) });
});

// rung is what the worker of this page says when it rings, once that is another thing than `before`.
async function rung(context, before) {
  const says = () => context.serviceWorkers()[0].evaluate(async () => (await spoken()).action);
  await until(async () => await says() !== before);
  return says();
}
