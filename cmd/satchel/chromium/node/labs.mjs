// Somebody reads a result that was expected, with and without a network, and says that a test was done, with none.
import { enter, held, open, unplug } from "./companion.mjs";
import { play, until } from "./kit.mjs";

// drawn counts the points of a chart that have the colour of the line: a chart that was never drawn has none, and is waited for until a story gives up.
const drawn = page => until(() =>
  page.evaluate(() => {
    const canvas = document.querySelector(".chart canvas");
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height }).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const [r, g, b] = getComputedStyle(document.documentElement).getPropertyValue("--accent").match(/[0-9a-f]{2}/gi).map(hex => parseInt(hex, 16));
    let found = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) found++;
    return found;
  }));

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "labs", "Blood tests and scans");
  const wrong = await held(page, shot, "tests");
  const list = await page.locator("main").innerText();

  await page.getByRole("link", { name: "Read this result: Neutrophils" }).click();
  await page.getByText("Your team was told").waitFor();
  wrong.push(...(await held(page, shot, "an urgent result")));
  const urgent = await page.locator("main").innerText();
  await open(page, "labs", "Blood tests and scans");
  await page.getByRole("link", { name: "Read this result: White blood cells" }).click();
  await page.locator(".chart canvas").waitFor();
  wrong.push(...(await held(page, shot, "result")));
  const result = await page.locator("main").innerText();
  const online = await drawn(page);

  await unplug(context, page);
  await page.reload();
  await page.locator(".chart canvas").waitFor();
  const offline = await drawn(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await drawn(page);
  await page.emulateMedia({ colorScheme: "light" });
  const address = await page.evaluate(() => location.hash);

  await page.clock.setFixedTime(knows.now + 15 * 864e5);
  await open(page, "labs", "Blood tests and scans");
  await page.getByText("This is old.").waitFor();
  wrong.push(...(await held(page, shot, "tests of two weeks ago")));
  const old = await page.locator("main").innerText();
  await page.clock.setFixedTime(knows.now);
  await page.reload();
  say({ list, result, urgent, old, address, drawn: [online, offline, dark], wrong, title: await page.title() });

  await page.getByRole("button", { name: "I had it done" }).first().click();
  wrong.length = 0;
  wrong.push(...(await held(page, shot, "I had it done")));
  await page.getByRole("button", { name: "Yes, it was done" }).click();
  await page.getByText("The sample was taken. The result is awaited.").first().waitFor();
  await page.getByText("Saved on this phone.").waitFor();
  await page.getByRole("link", { name: "Add a copy of a result on paper" }).click();
  await page.getByRole("button", { name: "Keep this copy" }).click();
  await page.getByText("Please choose the test.").waitFor();
  wrong.push(...(await held(page, shot, "a copy")));
  await page.getByLabel("Which test?").selectOption("cbc.hb");
  await page.getByLabel("What the paper says").fill("Hb 9.8 g/dL <b>low</b>");
  await page.getByRole("button", { name: "Keep this copy" }).click();
  await page.getByText("2 things are saved on this phone.").waitFor();
  await page.getByRole("link", { name: "Read this result: Haemoglobin" }).click();
  await page.getByText("Hb 9.8 g/dL <b>low</b>").waitFor();
  await context.setOffline(false);
  await page.getByText("Everything you said has arrived.").waitFor();
  await shot(page, "a copy that nobody checked");
  say({ wrong, copy: await page.locator("main").innerText() });
});
