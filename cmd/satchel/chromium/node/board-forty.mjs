// A nurse with forty rows: at a small desk and at a narrow screen, in Spanish, in the dark, with large text. It says what is wrong with how the rows stand
// there, and what becomes of the row in sight when she goes on, closes one and asks for the keys.
import { play } from "./kit.mjs";
import { begin, settled, turn } from "./screens.mjs";

// stand says, in the page, what is wrong with the rows that are drawn, and how many of them are whole in the list.
function stand() {
  const wrong = new Set();
  const cut = e => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).webkitLineClamp === "none";
  const list = document.querySelector(".queue").getBoundingClientRect();
  const all = [...document.querySelectorAll(".row")];
  for (const row of all) {
    const { bottom, height } = row.getBoundingClientRect();
    if (height > list.height) wrong.add("a row is higher than the list");
    for (const part of row.children) {
      if (part.getBoundingClientRect().bottom > bottom) wrong.add("a row is too low for its " + part.className);
      for (const e of [part, ...part.querySelectorAll("span")]) if (cut(e)) wrong.add("cut off without dots: " + e.className);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.add("something stands beside the edge");
  const inSight = all.map(row => row.getBoundingClientRect()).filter(r => r.top >= list.top && r.bottom <= Math.min(list.bottom, innerHeight)).length;
  return { inSight, wrong: [...wrong] };
}

// seen says whether the row at which the nurse is can be read: the person's name is on the screen, and nothing is in front of it.
function seen() {
  const { left, top, bottom } = document.querySelector(".row.current strong").getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight && Boolean(document.elementFromPoint(left + 2, (top + bottom) / 2)?.closest(".row.current"));
}

// whole says whether all of something is on the screen.
const whole = selector => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

const SMALL = { width: 1280, language: "es", theme: "dark" }, NARROW = { ...SMALL, width: 320 };
const LOOKS = { desk: { width: 1280 }, "es dark": SMALL, "es large": { ...SMALL, scale: 2 }, "es narrow": NARROW, "es narrow large": { ...NARROW, scale: 2 } };

await play(async ({ base, context, knows, say, shot }) => {
  const page = await begin(context, base, "board", knows.olive, knows.now);
  const opened = async look => {
    await turn(page, look);
    await page.setViewportSize({ width: look.width, height: look.width < 600 ? 640 : 720 });
    await settled(page);
  };
  const pressed = async (key, times, name) => {
    for (let n = 0; n < times; n++) await page.keyboard.press(key);
    await settled(page);
    await shot(page, name, false);
  };
  const stands = {}, words = new Set(), green = [];
  for (const [name, look] of Object.entries(LOOKS)) {
    await opened(look);
    stands[name] = await page.evaluate(stand);
    await shot(page, name);
  }
  await opened(NARROW);
  await pressed("j", 3, "es narrow, further");
  const narrow = { seen: await page.evaluate(seen), whole: await page.evaluate(whole, ".row.current") };
  await opened(SMALL);
  await pressed("j", 12, "further");
  await pressed("k", 4, "at the top of what is in sight");
  const desk = { seen: await page.evaluate(seen) };
  await pressed("x", 1, "closing");
  const closing = { seen: await page.evaluate(seen), whole: await page.evaluate(whole, ".panel") };
  await page.keyboard.press("Escape");
  await pressed("?", 1, "keys");
  const keys = { seen: await page.evaluate(seen), whole: await page.evaluate(whole, ".panel") };
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  for (let n = 0; n < 9; n++) {
    await pressed("PageDown", 1, "at the end");
    (await page.locator(".row .words").allInnerTexts()).forEach(one => words.add(one.trim()));
    green.push(...(await page.locator(".row", { hasText: "Verde" }).locator(".why").allInnerTexts()));
  }
  say({ stands, narrow, desk, closing, keys, words: [...words], green, made: await page.locator(".queue :is(b, script, img)").count() });
});
