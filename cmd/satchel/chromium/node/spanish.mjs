// A person whose phone is Spanish, and the same person on an English one: each reports the same fever from a tunnel, by the keyboard alone. It says what the
// advice was, what languages the screen says that it is in, and what axe-core finds.
import { play } from "./kit.mjs";
import { faults, unplug } from "./companion.mjs";
import { sit } from "./desk.mjs";

const WORDS = {
  en: {
    code: "Code", birth: "Birth date", go: "Go on", arrived: "Everything you said has arrived.", begin: "Say how I am", of: "of", fever: "Feeling hot, shivery or feverish", next: "Next",
    none: "None of these", thermometer: "I have no thermometer", yes: "Yes", call: /^Call/, called: "I called my team's number", noted: "This is noted", back: "Back", needs: "How I am", today: "Today",
  },
  es: {
    code: "Código", birth: "Fecha de nacimiento", go: "Seguir", arrived: "Todo lo que dijo ha llegado.", begin: "Decir cómo estoy", of: "de", fever: "Calor, escalofríos o sensación de fiebre", next: "Siguiente",
    none: "Nada de esto", thermometer: "No tengo termómetro", yes: "Sí", call: /^Llame/, called: "Llamé al número de mi equipo", noted: "Queda anotado", back: "Volver", needs: "Cómo estoy", today: "Hoy",
  },
};

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  for (const [language, on] of [["es", await another({ locale: "es-ES" })], ["en", context]]) {
    const page = await signIn(on, base, { code: knows.codes[language], birthDate: knows.birthDate }, WORDS[language]);
    const wrong = await reports(on, page, WORDS[language], name => shot(page, `${language}, ${name}`));
    say({ ...await told(page), wrong });
    await page.getByRole("button", { name: WORDS[language].called }).click();
    await page.getByText(WORDS[language].noted).waitFor();
    await page.getByRole("link", { name: WORDS[language].back }).click();
    await page.getByRole("navigation").getByRole("link", { name: WORDS[language].today }).waitFor(); // the places are back
    await hear(); // the network is back
    await on.setOffline(false);
    await page.getByText(WORDS[language].arrived).waitFor();
    if (language === "es") {
      say(await untranslated(page));
      say(await on.serviceWorkers()[0].evaluate(async () => {
        await caches.delete(LANGUAGE); // where no choice is kept, the browser's language counts
        const { title, action } = await spoken();
        return [navigator.language, title, action];
      }));
      await unruled(on, page);
      await shot(page, "es, without rules");
      say({ ...await told(page, "main"), wrong: await faults(page) });
    }
    await on.close();
  }
  const desk = await sit(await another(), base, knows.olive, knows.now); // a nurse who reads English
  await desk.getByRole("button", { name: "Open" }).or(desk.getByRole("link", { name: "Open" })).first().click();
  await desk.getByText("Asked and advised").waitFor();
  await shot(desk, "at the desk");
  say({ asked: await desk.getByText("Asked and advised").allInnerTexts(), text: await desk.locator("main").innerText() });
});

// signIn opens the companion on a new device, by a code, in its language.
async function signIn(context, base, { code, birthDate }, words) {
  const page = await context.newPage();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(base + "/app");
  await page.getByLabel(words.code).fill(code);
  await page.getByLabel(words.birth).fill(birthDate);
  await page.getByRole("button", { name: words.go }).click();
  await page.getByText(words.arrived).waitFor();
  await page.evaluate(async () => (await import("/web/app/rules.js")).rules());
  return page;
}

// reports says a fever of 6 with shaking and no thermometer, with no network, until there is advice; it gives what axe-core finds on the way.
async function reports(context, page, words, picture) {
  const wrong = [];
  await unplug(context, page);
  await page.getByRole("link", { name: words.needs }).click();
  await page.getByRole("button", { name: words.begin }).click();
  await page.getByText(`1 ${words.of} 10`).waitFor();
  await picture("which of these");
  wrong.push(...await faults(page));
  await page.getByLabel(words.fever).check();
  await page.getByRole("button", { name: words.next }).click();
  for (let at = 2; at <= 8; at++) {
    await page.getByText(`${at} ${words.of}`).waitFor();
    await page.getByRole("button", { name: words.none }).click();
  }
  await page.getByText(`9 ${words.of}`).waitFor();
  await picture("how bad");
  wrong.push(...await faults(page));
  await page.getByRole("button", { name: "6", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: words.call }).waitFor();
  await picture("advice");
  wrong.push(...await faults(page));
  return wrong;
}

// told gives what stands there, and for each language the words that are said to be in it.
function told(page, where = ".advice") { return page.evaluate(where => {
  const main = document.querySelector(where), texts = {};
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const language = walker.currentNode.parentElement.closest("[lang]").lang;
    texts[language] = (texts[language] ?? "") + walker.currentNode.data;
  }
  return { heading: document.querySelector("h1").innerText, calls: [...main.querySelectorAll(".call")].map(a => a.href), texts, places: document.querySelectorAll("nav a").length };
}, where); }

// untranslated gives what becomes of a sentence whose one part nobody has translated.
function untranslated(page) { return page.evaluate(async () => {
  const [{ fill }, { html, render }] = await Promise.all([import("/web/app/said.js"), import("/web/ui/html.js")]);
  const box = document.createElement("div");
  render(html`<p>${fill("needs.howBad", { what: { text: "Sleeping badly", language: "en", draft: false } })}</p>`, box);
  return box.innerHTML;
}); }

// unruled takes the rules from the device: what is shown then needs none.
async function unruled(context, page) {
  await context.setOffline(true);
  await page.evaluate(async () => (await import("/web/app/store.js")).device.keep("rules", JSON.stringify({ tag: "", region: "UK", newest: "", asked: Date.now(), text: "" })));
  await page.getByRole("link", { name: WORDS.es.needs }).click();
  await page.reload();
  await page.getByText("Cuándo llamar").waitFor();
}
