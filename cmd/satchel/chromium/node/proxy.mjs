// Who is asked what: the same questions are walked through by the person and by somebody who helps them.
import { play } from "./kit.mjs";
import { open } from "./companion.mjs";
import { begin } from "./screens.mjs";

await play(async ({ base, another, knows, say, shot }) => {
  for (const who of ["person", "caregiver"]) {
    const page = await begin(await another(), base, "app", knows[who], knows.now);
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, "needs", "How I am");
    const button = page.getByRole("button", { name: "Say how I am" });
    await button.waitFor(); // the rules are read by then
    const before = await page.locator("main").innerText();
    await button.click();
    let asked = "";
    for (let n = 1; n <= 8; n++) {
      await page.getByText(`${n} of`, { exact: false }).waitFor();
      asked += await page.locator("main").innerText() + "\n";
      if (n === 8) await shot(page, who);
      await page.getByRole("button", { name: "None of these" }).click();
    }
    await open(page, "plan", "Your plan");
    say({ before, asked, plan: await page.locator("main").innerText() });
  }
});
