// Whoever plays a story has a keyboard and no mouse: what a story clicks, fills, checks or selects is reached by the Tab key, and then pressed by
// Enter, Space, arrows and letters. It has to stand on the screen with a ring around it when the focus is on it, or the story stops.

const MOST = 150; // presses of an arrow key to one target
const LETTERS = 80; // of a longer text the rest comes at once, as from a keyboard that knows the words

let ours = "";

// keyboardOnly takes the mouse from all pages of this program. Only pages of `base` are judged by where the focus is seen.
export function keyboardOnly(context, base) {
  ours = new URL(base).host.split(":")[1];
  context.on("page", page => {
    Object.assign(Object.getPrototypeOf(page.locator("body")), deeds);
    Object.assign(Object.getPrototypeOf(page.mouse), { click: noMouse, move: noMouse, down: noMouse, wheel: noMouse });
    Object.assign(Object.getPrototypeOf(page), ways());
  });
}

const noMouse = async () => { throw new Error("nobody here has a mouse"); };

const deeds = {
  async click(options) {
    const at = await reach(this, options);
    if (at.radio) return choose(this, at);
    await this.page().keyboard.press(at.space ? "Space" : "Enter");
  },
  async check(options) {
    const at = await reach(this, options);
    if (at.radio) return choose(this, at);
    if (!at.checked) await this.page().keyboard.press("Space");
    if (!(await this.isChecked())) throw new Error(`${this} is not checked by the Space key`);
  },
  async uncheck(options) {
    const at = await reach(this, options);
    if (at.checked) await this.page().keyboard.press("Space");
    if (await this.isChecked()) throw new Error(`${this} stays checked`);
  },
  async fill(text, options) {
    const at = await reach(this, options);
    const { keyboard } = this.page();
    if (parts[at.type]) return fillParts(this, parts[at.type](text), text);
    if (at.value) await keyboard.press("Control+A");
    if (at.value && !text) await keyboard.press("Delete");
    await keyboard.type(text.slice(0, LETTERS));
    if (text.length > LETTERS) await keyboard.insertText(text.slice(LETTERS));
    const there = await this.inputValue();
    if (there !== text) throw new Error(`"${text}" was typed into ${this}, and there stands "${there}"`);
  },
  // selectOption goes through a list of choices by the arrow keys: { value }, { label } or either as a text.
  async selectOption(wanted, options) {
    await reach(this, options);
    const list = await this.elementHandle(); // what is chosen may change how it is called
    const steps = await list.evaluate((e, wanted) => {
      const is = o => (typeof wanted === "string" ? [o.value, o.label.trim()].includes(wanted) : "label" in wanted ? o.label.trim() === wanted.label : o.value === wanted.value);
      const open = [...e.options].filter(o => !o.disabled);
      return open.findIndex(is) - open.indexOf(e.selectedOptions[0]);
    }, wanted);
    for (let i = 0; i < Math.abs(steps); i++) await this.page().keyboard.press(steps > 0 ? "ArrowDown" : "ArrowUp");
    const [value, label] = await list.evaluate(e => [e.value, e.selectedOptions[0]?.label.trim()]);
    if (![value, label].includes(wanted.value ?? wanted.label ?? wanted)) throw new Error(`the arrow keys lead to "${label}", not to ${JSON.stringify(wanted)}`);
    return [value];
  },
  async press(key, options) {
    await reach(this, options);
    await this.page().keyboard.press(key);
  },
  async setChecked(on, options) { return on ? this.check(options) : this.uncheck(options); },
  hover: noMouse, dblclick: noMouse, tap: noMouse, dragTo: noMouse,
};

// ways are those of a page by which playwright would use its mouse: what they name is reached as by a locator.
const ways = () => Object.fromEntries(Object.keys(deeds).map(name => [name, function (selector, ...rest) { return this.locator(selector)[name](...rest); }]));

// reach moves the focus to what a locator means, by the Tab key, and says what stands there.
async function reach(locator, { timeout } = {}) {
  await locator.waitFor({ timeout });
  const { keyboard } = locator.page();
  let at;
  for (let pressed = 0; pressed <= 2 * (at?.stops ?? 1) + 20; pressed++) { // once through the screen, and once more because it changed
    at = await locator.evaluate(look, null, { timeout });
    if (at.lost && isOurs(locator.page())) throw new Error(`the focus is nowhere after this was pressed: ${at.lost}`);
    if (at.here) {
      if (at.wrong && isOurs(locator.page())) throw new Error(`${locator}: ${at.wrong}`);
      return at;
    }
    for (let n = 0; n < Math.max(1, at.away); n++) await keyboard.press(at.before ? "Shift+Tab" : "Tab");
  }
  throw new Error(`the Tab key does not reach ${locator} (${at.wanted}): the focus is on ${at.on}`);
}

const isOurs = page => new URL(page.url()).port === ours;

// look says, in the page, whether the focus is on what is looked for, and what is wrong with how it stands there.
function look(found) {
  const stop = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
  const e = found.control ?? found.closest(stop) ?? found;
  const on = document.activeElement ?? document.body;
  const short = e => e.outerHTML.slice(0, 120);
  const group = e.type === "radio" && on.type === "radio" && e.name !== "" && e.name === on.name && e.form === on.form;
  const off = e.matches(":disabled, [aria-disabled=true]"); // it waits for something
  const here = !off && (on === e || group);
  const before = on !== document.body && Boolean(e.compareDocumentPosition(on) & Node.DOCUMENT_POSITION_FOLLOWING);
  // away is how many presses of the key it takes if nothing changes meanwhile: they need no look at the page between them.
  const between = (a, b) => a !== document.body && Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
  const [first, last] = before ? [e, on] : [on, e];
  const away = [...document.querySelectorAll(stop)].filter(s => s !== first && s !== last && s.tabIndex >= 0 && !s.disabled && s.type !== "radio" && !s.closest("[inert]") && s.checkVisibility({ visibilityProperty: true }) && between(first, s) && between(s, last)).length;
  const said = { here, before, away, stops: document.querySelectorAll(stop).length, on: short(on), wanted: short(e), wrong: "", radio: e.type === "radio", space: e.type === "checkbox", checked: e.checked, type: e.type, value: e.value };
  // Whoever pressed something is somewhere after it, in the same document: a screen reader that is nowhere begins at the top.
  said.lost = on === document.body ? globalThis.pressed : "";
  globalThis.pressed = here ? short(on) : "";
  if (!here) return said;
  const style = getComputedStyle(on);
  const part = ["date", "time", "datetime-local"].includes(on.type); // the browser shows in which part of it one is
  const ring = part || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  const box = on.getClientRects()[0] ?? new DOMRect();
  const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
  const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
  const top = document.elementFromPoint(x, y);
  if (!ring) said.wrong = "no ring is seen around " + short(on);
  else if (!top || box.bottom <= 0 || box.top >= innerHeight) said.wrong = "the focus is on it, and it is not on the screen: " + short(on);
  else if (!on.contains(top) && !top.contains(on)) said.wrong = `it is hidden behind ${short(top)}: ${short(on)}`;
  return said;
}

// choose goes through a group of choices by the arrow keys, of which each chooses where it comes to.
async function choose(locator, at) {
  const { keyboard } = locator.page();
  const is = () => locator.evaluate(e => ({ on: (e.control ?? e) === document.activeElement, checked: (e.control ?? e).checked }));
  for (let pressed = 0; pressed < MOST; pressed++) {
    const now = await is();
    if (now.on && now.checked) return;
    await keyboard.press(now.on ? "Space" : "ArrowDown");
  }
  throw new Error(`the arrow keys do not choose ${locator}: ${at.wanted}`);
}

const twelve = hour => String(hour % 12 || 12).padStart(2, "0");

// parts are the ways in which a browser may ask for a date or a time, by the order of its parts.
const parts = {
  date: text => { const [y, m, d] = text.split("-"); return [[d, m, y], [m, d, y], [y, m, d]]; },
  time: text => { const [h, m] = text.split(":"); return [[h, m], [twelve(h), m, h < 12 ? "a" : "p"]]; },
  "datetime-local": text => {
    const [date, time] = text.split("T");
    return parts.date(date).flatMap(d => parts.time(time).map(t => [...d, ...t]));
  },
};

// fillParts types the parts of a date one after another, in the order that this browser wants.
async function fillParts(locator, orders, text) {
  const { keyboard } = locator.page();
  while (await locator.evaluate(e => e === document.activeElement)) await keyboard.press("Shift+Tab");
  await keyboard.press("Tab"); // from before it, to its first part
  for (const order of orders) {
    for (let i = 0; i < order.length + 2; i++) await keyboard.press("ArrowLeft");
    for (const part of order) {
      await keyboard.type(part);
      if (part.length > 2) await keyboard.press("ArrowRight"); // a year may have more digits
    }
    if ((await locator.inputValue()) === text) return;
  }
  throw new Error(`"${text}" cannot be typed into ${locator}: there stands "${await locator.inputValue()}"`);
}
