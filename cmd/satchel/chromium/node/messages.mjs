// A person and a team write to each other: offline first, then how far it came is said in words; a team asks to be called.
import { play, until } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

const main = async page => (await page.locator("main").innerText()).split("\n").map(line => line.trim()).filter(Boolean).join("\n");

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "more", "More");
  await page.getByText("One not read yet.").waitFor();
  await open(page, "messages", "Messages");
  await page.getByRole("link", { name: /Bloods on Friday/ }).click();
  await page.getByText("Please ring us before noon.").waitFor();
  await page.getByRole("link", { name: /Call Riverside Oncology/ }).waitFor();
  const wrong = await held(page, shot, "asked to call");
  await page.getByText("Everything you said has arrived.").waitFor();
  say("read");

  await hear();
  await context.setOffline(true);
  await open(page, "messages/new", "Write a message");
  await page.getByLabel("To").selectOption({ label: "Riverside Oncology" });
  await page.getByLabel("Your message").fill("My hands tingle since Sunday.");
  wrong.push(...(await held(page, shot, "a new message")));
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Saved on this phone. It will be sent when you are online.").nth(1).waitFor();
  await context.setOffline(false);
  await page.getByText("Riverside Oncology has not opened it yet.").waitFor();
  say(await main(page));
  await hear(); // the nurse has opened it
  await page.getByText(/Riverside Oncology saw it on/).waitFor();
  wrong.push(...(await held(page, shot, "seen")));
  say(await main(page));
  say(wrong);

  await hear(); // a message is written and not sent: it stays, whatever happens to the screen, the tab and the lock
  const draft = async (topic, body) => {
    await page.getByRole("heading", { level: 1, name: "Write a message" }).waitFor();
    await until(async () => (await page.getByLabel("Your message").inputValue()) === body && (await page.getByLabel("What is it about?").inputValue()) === topic);
  };
  await open(page, "messages/new", "Write a message");
  await page.getByLabel("What is it about?").fill("A journey");
  await page.getByLabel("Your message").fill("May I fly in March?");
  await page.getByText("Not sent yet. It stays on this phone").waitFor();
  const faulty = await held(page, shot, "a draft");
  await open(page, "messages", "Messages");
  await open(page, "messages/new", "Write a message");
  await draft("A journey", "May I fly in March?");
  await page.reload();
  await draft("A journey", "May I fly in March?");
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Set a PIN" }).click();
  await page.getByLabel("New PIN").fill(knows.pin);
  await page.getByLabel("The same once more").fill(knows.pin);
  await page.getByRole("button", { name: "Keep this PIN" }).click();
  await page.getByRole("button", { name: "Lock now" }).click();
  await page.getByLabel("PIN").fill(knows.pin);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await open(page, "messages/new", "Write a message");
  await draft("A journey", "May I fly in March?");
  say(faulty);
  await hear(); // nobody has heard of it
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Throw it away" }).waitFor();
  await draft("A journey", "May I fly in March?");
  await open(page, "messages", "Messages");
  await open(page, "messages/new", "Write a message");
  await draft("A journey", "May I fly in March?"); // it is kept
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByRole("button", { name: "Throw away what I wrote" }).click();
  await draft("", "");
  await page.getByLabel("To").selectOption({ label: "Riverside Oncology" });
  await page.getByLabel("Your message").fill("When is my next visit?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Riverside Oncology has not opened it yet.").waitFor();
  await open(page, "messages/new", "Write a message");
  await draft("", "");
  say("sent");
});
