// Two nurses at two boards, by the keyboard alone: a report stands on an open board without a reload, once, and above the row at which the nurse
// is; who takes it, the other board says; the loser of two reads a sentence; a record is opened, answered and closed.
import { play, until } from "./kit.mjs";
import { rows, sit } from "./desk.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const browser = context.browser();
  const other = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/London" });
  const olive = await sit(context, base, knows.olive, knows.now);
  const oscar = await sit(other, base, knows.oscar, knows.now);
  await olive.locator(".row").first().waitFor();
  await oscar.locator(".row").first().waitFor();
  const here = () => olive.locator("[aria-selected=true]").innerText();
  const before = await here();
  say({ rows: (await rows(olive)).length, draft: await olive.locator(".draft").innerText() });

  await hear(); // somebody reported
  await olive.getByText("1 new, 1 red or emergency").waitFor();
  await oscar.getByText("1 new, 1 red or emergency").waitFor();
  await shot(olive, "1 new");
  const held = { same: before === (await here()), rows: (await rows(olive)).length };
  await olive.keyboard.press("n");
  await until(async () => (await here()).includes("Ben"));
  await oscar.keyboard.press("n");
  await until(async () => (await oscar.locator("[aria-selected=true]").innerText()).includes("Ben"));
  await olive.getByText("It hurts when I breathe.").waitFor();
  await shot(olive, "queue");
  say({ ...held, times: (await rows(olive)).filter(text => text.includes("Ben")).length, row: await here() });

  const answers = await holdAnswers(olive);
  await olive.keyboard.press("c");
  await oscar.locator(".row", { hasText: /Synthetic olive has it/ }).waitFor();
  await until(() => answers.waiting());
  await olive.keyboard.press("h"); // she hands it back, and takes it again: that she had it is told late, and takes no key from her
  await oscar.locator(".row", { hasText: /Ben.*Nobody has it/ }).waitFor();
  await answers.giveOne();
  await until(() => answers.waiting());
  await olive.keyboard.press("c");
  await oscar.locator(".row", { hasText: /Synthetic olive has it/ }).waitFor();
  await answers.giveAll();
  await oscar.keyboard.press("c");
  await oscar.getByRole("alert").waitFor();
  say(await oscar.getByRole("alert").innerText());

  await olive.keyboard.press("r"); // from the queue: the record, with the message open and the cursor in it
  await until(() => olive.getByLabel("Message", { exact: true }).evaluate(e => e === document.activeElement));
  await olive.keyboard.press("Escape");
  await olive.keyboard.press("u");
  await olive.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
  await olive.keyboard.press("Enter");
  await olive.getByRole("heading", { level: 1, name: "Ben Example" }).waitFor();
  await olive.getByRole("heading", { name: "Who handles what" }).waitFor();
  await shot(olive, "record");
  await olive.keyboard.press("r");
  await olive.keyboard.type("Please call us now.");
  await olive.keyboard.press("Tab");
  await olive.keyboard.press("Enter");
  await olive.getByText("The message to Ben Example is sent.").waitFor();
  await olive.keyboard.press("x");
  await olive.getByLabel("What came of it").waitFor();
  await olive.keyboard.type("Advice");
  await olive.keyboard.press("Tab");
  await olive.keyboard.type("Spoke with him.");
  await olive.keyboard.press("Tab");
  await olive.keyboard.press("Enter");
  await olive.getByText("Ben Example is closed.").waitFor();
  await shot(olive, "closed");
  await olive.keyboard.press("u");
  await until(async () => (await olive.locator(".row").count()) > 0 && !(await rows(olive)).some(text => text.includes("Ben")));
  await oscar.locator(".row", { hasText: /No longer in the queue/ }).waitFor();
  await olive.keyboard.press("?");
  await olive.getByRole("heading", { name: "Keys" }).waitFor();
  await shot(olive, "keys");
  say("closed");
  await other.close();
});

// holdAnswers keeps what the server says of the queue from the page until it is given.
async function holdAnswers(page) {
  await page.evaluate(() => {
    const real = globalThis.fetch;
    globalThis.heldAnswers = [];
    globalThis.fetch = async (...asked) => {
      const got = await real(...asked);
      if (globalThis.heldAnswers && String(asked[0]).includes("/queue?")) await new Promise(give => globalThis.heldAnswers.push(give));
      return got;
    };
  });
  return {
    waiting: () => page.evaluate(() => globalThis.heldAnswers.length > 0),
    giveOne: () => page.evaluate(() => globalThis.heldAnswers.shift()()),
    giveAll: () => page.evaluate(() => (globalThis.heldAnswers.splice(0).forEach(give => give()), (globalThis.heldAnswers = null), undefined)),
  };
}
