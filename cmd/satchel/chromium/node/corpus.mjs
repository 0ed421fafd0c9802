// Every screen, of a record in which each text is written to break out of it: nothing does. It says what each person was shown, by the numbers behind the texts.
import { play } from "./kit.mjs";
import { begin, every, named, turn } from "./screens.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  let planted;
  const found = [], shown = {}, opened = {};
  for (const { who, app, tokens, only } of knows.people) {
    const page = await begin(context, base, app, tokens, knows.now);
    page.on("dialog", async dialog => { found.push(`${who}: a dialog says ${dialog.message()}`); await dialog.dismiss(); });
    await turn(page, { width: 390 });
    const numbers = new Set();
    const addresses = await every(page, app, async address => {
      const looked = await page.evaluate(look, knows.texts);
      for (const what of looked.wrong) found.push(`${who} ${app}${address}: ${what}`);
      for (const n of looked.numbers) numbers.add(n);
      await shot(page, named(app, who, address));
    }, only);
    opened[who] = [...opened[who] ?? [], ...addresses];
    shown[who] = [...shown[who] ?? [], ...numbers];
    if (!planted) {
      await page.evaluate(spoil);
      planted = (await page.evaluate(look, knows.texts)).wrong;
    }
    await page.close();
    const tools = await context.newPage();
    await (await context.newCDPSession(tools)).send("Storage.clearDataForOrigin", { origin: base, storageTypes: "all" });
    await tools.close();
  }
  say({ found, shown, opened, planted });
});

// look reads the screen: what is on it that no page of ours makes, and which texts it shows, whole.
function look(texts) {
  const wrong = [];
  const strange = document.querySelectorAll("body script, body style, body link, body meta, body base, iframe, object, embed, template, math, marquee, audio, video, animate, foreignObject");
  for (const e of strange) wrong.push("an element that nobody here makes: " + e.outerHTML.slice(0, 160));
  for (const e of document.querySelectorAll("body *")) {
    for (const { name, value } of e.attributes) {
      const url = ["href", "src", "action", "formaction", "xlink:href", "srcdoc", "data"].includes(name);
      if (name.startsWith("on") || (url && /^\s*(javascript|data|vbscript):|elsewhere\.example/i.test(value))) wrong.push(`${name} in ${e.outerHTML.slice(0, 160)}`);
    }
  }
  const fields = [...document.querySelectorAll("input, textarea")].map(e => e.value);
  const said = [document.body.textContent, ...fields, ...[...document.querySelectorAll("[aria-label], [title]")].map(e => e.getAttribute("aria-label") ?? e.title)].join("\n");
  const numbers = [...new Set([...said.matchAll(/ ~(\d+)~/g)].map(m => Number(m[1])))];
  for (const n of numbers) if (!said.includes(texts[n])) wrong.push("what stands there is not what was written: " + texts[n]);
  return { wrong, numbers };
}

// spoil makes a screen as a page would that lets texts become more than text.
function spoil() {
  const main = document.querySelector("main");
  main.append(document.createElement("object"), Object.assign(document.createElement("p"), { textContent: "cut off ~0~" }));
  const link = main.appendChild(document.createElement("a")); // an attribute such as onclick is refused by the policy already
  link.setAttribute("href", "javascript:alert(1)");
}
