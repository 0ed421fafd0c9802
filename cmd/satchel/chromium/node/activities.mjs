// What becomes of a thing that is to be done, at two boards and by their keys: given back with why, asked anew, passed on and taken over, done; and cancelled.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play } from "./kit.mjs";

const press = (page, name) => page.getByRole("button", { name }).first().click(); // by the keyboard: hands.mjs
const sees = (page, text) => page.getByText(text).first().waitFor();
const choice = (page, name) => page.getByRole("combobox", { name });
const panel = (page, name) => page.getByRole("heading", { name }).waitFor();

await play(async ({ base, context, another, knows, say, shot }) => {
  const at = async (context, tokens) => {
    const page = await sit(context, base, tokens, knows.now);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.evaluate(id => { location.hash = "#/plan/" + id; }, knows.record);
    await panel(page, "What is to be done");
    return page;
  };
  const olive = await at(context, knows.olive);
  const pia = await at(await another(), knows.pia);
  const adds = async (words, team) => {
    await olive.keyboard.press("a");
    await panel(olive, "Add something to be done");
    await olive.keyboard.type(words); // right behind the key
    await choice(olive, "Who does it").selectOption({ label: team });
    await press(olive, /^Put it into the plan$/);
  };
  const given = async words => { // to the practice, which takes it on
    await adds(words, knows.practice);
    await sees(olive, "Nobody has it until it accepts.");
    await sees(pia, "asks your team.");
    await press(pia, /^Accept/);
    await sees(pia, "Your team does it now.");
  };
  await given("Blood pressure");
  await press(pia, /^Ask another team to take it over/);
  await panel(pia, "Ask another team to take it over: Blood pressure");
  await choice(pia, "Which team is asked").selectOption({ label: knows.oncology });
  await press(pia, /^Ask another team to take it over$/);
  await sees(pia, "It stays where it is until it accepts.");
  await press(olive, /^Take it over/);
  await sees(olive, "Your team does it now.");
  await press(olive, /^It is done/);
  await panel(olive, "It is done: Blood pressure");
  await olive.getByRole("textbox", { name: "What came of it" }).fill("130 to 80.");
  await press(olive, /^It is done$/);
  await pia.getByText("Blood pressure").locator("visible=true").first().waitFor();

  await given("Weight");
  await press(pia, /^Give it back/);
  await panel(pia, "Give it back: Weight");
  await press(pia, /^Give it back$/); // nothing said: it stays
  await sees(pia, "Say why: the other team has to find somebody else.");
  await pia.getByRole("textbox", { name: "Why" }).fill("Our nurse is away.");
  await shot(pia, "giving back");
  const wrong = await faults(pia);
  await press(pia, /^Give it back$/);
  await sees(pia, "It went back. The other team reads why.");
  await sees(olive, "Our nurse is away.");

  await adds("A call that nobody needs", knows.oncology);
  await sees(olive, "A call that nobody needs");
  const card = olive.locator(".card", { hasText: "A call that nobody needs" });
  await card.getByRole("button", { name: /^Cancel it/ }).click();
  await panel(olive, "Cancel it: A call that nobody needs");
  await olive.keyboard.type("It was entered twice.");
  await press(olive, /^Cancel it$/);
  await sees(olive, "It is cancelled.");
  await shot(olive, "cancelled");
  say({ wrong, main: await olive.locator("main").innerText() });
});
