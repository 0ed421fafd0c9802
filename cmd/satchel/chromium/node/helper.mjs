// Somebody who helps has two records on one phone: whose is open stands on every screen, each is read and written in a tunnel, and what is held of theirs they
// throw away themselves.
import { play } from "./kit.mjs";
import { held, open, unplug } from "./companion.mjs";
import { begin } from "./screens.mjs";

const header = page => page.locator("header").innerText();
const main = page => page.locator("main").innerText();

// answers says one thing of an appointment.
async function answers(page, visit, link, label, words) {
  await open(page, "appointments/" + visit, "Nurse visit");
  await page.getByRole("link", { name: link }).click();
  await page.getByLabel(label).fill(words);
  await page.getByRole("button", { name: "Keep this" }).click();
  await page.getByRole("heading", { level: 1, name: "Nurse visit" }).waitFor();
}

// turns goes to another record by the line that stands above every screen.
async function turns(page, name) {
  await open(page, "whose", "Whose record");
  await page.getByRole("button", { name: "Open: " + name }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await page.getByRole("link", { name: "Whose record: " + name }).waitFor();
}

// everything is all that the database of this browser holds, which nobody locked.
const everything = page => page.evaluate(async () => {
  const { indexedDBStorage } = await import("/web/sdk/src/index.js");
  const { Sealed } = await import("/web/sdk/src/sealed/index.js");
  let all = "";
  for (const { name } of await indexedDB.databases()) {
    const store = await Sealed.over(await indexedDBStorage(name), { plain: true });
    for (const [key, text] of await store.load()) all += key + text;
    store.close();
  }
  return all;
});

await play(async ({ base, another, knows, say, hear, shot }) => {
  const context = await another();
  const page = await begin(context, base, "app", knows.carla, knows.now);
  await page.setViewportSize({ width: 390, height: 844 });
  const unnamed = await header(page);
  await open(page, "whose", "Whose record");
  await page.getByLabel("What do you call this person?").fill("Mum");
  await page.getByRole("button", { name: "Keep this name" }).click();
  await page.getByRole("link", { name: "Whose record: Mum" }).waitFor();
  const wrong = await held(page, shot, "whose record");

  const lacks = {};
  for (const [path, heading] of [["", "Today"], ["labs", "Blood tests and scans"], ["plan", "Your plan"], ["needs", "How I am"], ["messages", "Messages"], ["people", "People"]]) {
    await open(page, path, heading);
    lacks[path] = { header: await header(page), main: await main(page) };
    wrong.push(...(await held(page, shot, "as a caregiver " + (path || "today"))));
  }
  await open(page, "labs", "Blood tests and scans");
  const seen = await page.evaluate(() => [document.title, location.href, JSON.stringify(localStorage), JSON.stringify(history.state)].join(" "));

  await unplug(context, page);
  await answers(page, knows.visit, /: Your note$/, "Your note", "Ask about the stairs.");
  await answers(page, knows.visit, /: Who comes along$/, "Name", "Carla drives");
  await page.getByText("2 things are saved on this phone.").waitFor();
  await page.evaluate(async visit => { // each pair of a record and of what is shown with it
    const [{ effect }, { documents, record }] = await Promise.all([import("/web/ui/html.js"), import("/web/app/store.js")]);
    globalThis.pairs = new Set();
    effect(() => void globalThis.pairs.add(record.value + " " + documents.value?.some(d => d.id === "appointment/" + visit)));
  }, knows.visit);
  await turns(page, "Your own");
  const pairs = await page.evaluate(() => [...globalThis.pairs]);
  const own = { header: await header(page), main: await main(page) };
  await page.reload(); // in the tunnel, too: both are here, with their names and what is unsent of each
  await page.getByRole("link", { name: "Whose record: Your own" }).waitFor();
  await open(page, "whose", "Whose record");
  const both = await main(page);
  await shot(page, "two records");
  await page.goBack();
  await turns(page, "Mum");
  const back = await header(page);
  say({ unnamed, lacks, pairs, seen, own, both, back, wrong });

  await hear(); // the person has said meanwhile that nobody comes along
  await context.setOffline(false);
  await open(page, "more", "More");
  await page.getByText("One waits for you.").waitFor();
  await open(page, "conflicts", "What could not be used as it is");
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByRole("button", { name: "Throw it away now" }).click();
  await page.getByRole("heading", { level: 1, name: "Two answers" }).waitFor();
  await page.getByText("Everything you said has arrived.").waitFor();
  say(await main(page));

  await turns(page, "Your own");
  await context.setOffline(true);
  await hear(); // access to the other record ends while this one is open
  await context.setOffline(false);
  await page.getByText("Your access to another record has ended.").waitFor();
  await shot(page, "another ended");
  await page.getByRole("button", { name: "Understood" }).click();
  await open(page, "whose", "Whose record");
  say({ list: await main(page), left: await everything(page) });
});
