// What stories of the board have in common: signing in as somebody whose tokens the test made, in a browser whose clock stands where the story's does.
export async function sit(context, base, tokens, now) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.clock.setFixedTime(now);
  await page.goto(base + "/board");
  await page.getByRole("heading").first().waitFor();
  await page.evaluate(async tokens => (await import("/web/board/store.js")).session.take({ ...tokens, until: tokens.accessExpires }), tokens);
  await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
  return page;
}

// rows gives what stands in the rows that are in the document.
export const rows = page => page.locator(".row").allInnerTexts();

// place goes to a place of the desk.
export async function place(page, name) {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}
