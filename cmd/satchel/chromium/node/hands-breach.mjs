// A page on which everything is wrong that hands.mjs looks for: it says of each part what a keyboard does not reach or nobody sees.
import { play } from "./kit.mjs";

const body = `<!doctype html><title>x</title><style>input:focus, button:focus { outline: 2px solid } #bare:focus { outline: none }
  #beside { position: fixed; left: -900px } #lid { position: fixed; inset: 40px 0 0 0; background: #fff }</style>
  <button id="fine">Fine</button><button id="gone">Gone</button><button id="bare">Bare</button><button id="beside">Beside</button><span id="mute">Mute</span>
  <input id="deaf" aria-label="Deaf"><p style="padding-top: 40px"><button id="under">Under</button><div id="lid"></div><input id="trap" aria-label="Trap"><button id="behind">Behind</button>`;
const script = `document.getElementById("gone").onclick = e => e.target.remove();
  document.getElementById("deaf").oninput = e => { e.target.value = ""; };
  document.getElementById("trap").onkeydown = e => { if (e.key === "Tab") e.preventDefault(); };`;

await play(async ({ base, context, say }) => {
  const page = await context.newPage();
  await context.route(base + "/test/", route => route.fulfill({ contentType: "text/html", body }));
  await page.goto(base + "/test/");
  await page.addScriptTag({ content: script });
  const came = deed => deed.then(() => "it works", err => err.message);
  const said = { fine: await came(page.locator("#fine").click()) };
  await page.locator("#gone").click();
  said.lost = await came(page.locator("#fine").click());
  for (const id of ["bare", "mute", "beside", "under"]) said[id] = await came(page.locator("#" + id).click());
  said.deaf = await came(page.locator("#deaf").fill("words"));
  await page.locator("#lid").evaluate(e => e.remove());
  await page.locator("#trap").fill("held");
  said.behind = await came(page.locator("#behind").click());
  said.page = await came(page.click("#mute"));
  said.mouse = await came(page.mouse.click(1, 1));
  say(said);
});
