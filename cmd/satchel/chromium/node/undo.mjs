// A closing can be taken back, and is never lost: taken back by a key, sent by itself, sent when the tab is closed, and told when it was refused. Letters
// that do something are switched off, and everything is reached by the Tab key.
import { faults } from "./companion.mjs";
import { rows, sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

const press = (page, name) => page.getByRole("button", { name }).first().click(); // by the keyboard: hands.mjs

// at goes to the row of somebody by the keys of the list.
async function at(page, name) {
  for (let i = 0; i < 9; i++) {
    if ((await page.locator("[aria-selected=true]").innerText()).includes(name)) return;
    await page.keyboard.press(i < 4 ? "k" : "j");
  }
  throw new Error(`the keys do not lead to ${name}`);
}

async function close(page, name, note) {
  await at(page, name);
  await page.keyboard.press("x");
  await page.getByLabel("What came of it").selectOption({ label: "Advice was given" });
  await page.getByLabel("Note").fill(note);
  await press(page, "Close it");
  await page.getByText(name + ", 65 is closed.").waitFor();
}

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  const olive = await sit(context, base, knows.olive, knows.now);
  const oscar = await sit(await another(), base, knows.oscar, knows.now);
  for (const page of [olive, oscar]) await until(async () => (await rows(page)).length === 3);

  await close(olive, "Ada", "Spoke with her.");
  await shot(olive, "closed");
  const wrong = await faults(olive);
  const left = (await rows(olive)).length;
  const read = olive.waitForResponse(r => r.url().includes("/queue"));
  say({ left, there: (await rows(oscar)).length });
  await hear(); // the test looked: nothing was sent; and something in her record is new
  await (await read).finished();
  const news = await olive.locator(".news").innerText();
  await olive.keyboard.press("z");
  await until(async () => (await rows(olive)).length === 3);
  const back = await olive.locator("[aria-selected=true]").innerText();
  await olive.keyboard.press("x");
  const kept = [await olive.getByLabel("What came of it").inputValue(), await olive.getByLabel("Note").inputValue()];
  await press(olive, "Close it");
  await oscar.locator(".row", { hasText: /No longer in the queue/ }).waitFor();
  await until(async () => !(await olive.locator(".closings").innerText()));
  say({ back, kept, news, wrong });

  await close(olive, "Cara", "She is well.");
  await at(oscar, "Cara");
  await oscar.keyboard.press("c");
  await olive.getByText("is not closed: A colleague has taken this.").waitFor();
  await shot(olive, "refused");
  wrong.push(...(await faults(olive)));
  await until(async () => (await rows(olive)).some(text => text.includes("Cara")));
  await press(olive, "I have read this");
  await until(async () => !(await olive.locator(".closings").innerText()));

  await close(olive, "Ben", "He is well.");
  await olive.close({ runBeforeUnload: true });
  await until(async () => (await rows(oscar)).some(text => text.includes("Ben") && text.includes("No longer in the queue")));
  say({ wrong });

  await press(oscar, /^Keys/);
  await oscar.getByLabel("Single letters do something").uncheck();
  await shot(oscar, "keys");
  wrong.push(...(await faults(oscar)));
  await oscar.getByRole("button", { name: "Leave" }).click();
  await oscar.reload();
  await oscar.locator(".row").first().waitFor();
  await at(oscar, "Cara").catch(() => {});
  for (const key of ["h", "x", "?", "r", "t"]) await oscar.keyboard.press(key);
  const quiet = { panels: await oscar.locator(".panel").count(), address: new URL(oscar.url()).hash, hints: await oscar.locator(".tools kbd:visible").count() };
  await press(oscar, "Hand back");
  await oscar.getByText("is back in the queue.").waitFor();
  await press(oscar, /^Keys/);
  await oscar.getByLabel("Single letters do something").check();
  await oscar.getByRole("button", { name: "Leave" }).click();
  await oscar.keyboard.press("c");
  await oscar.getByText("You have Cara, 65 now.").waitFor();
  say({ ...quiet, wrong });
});
