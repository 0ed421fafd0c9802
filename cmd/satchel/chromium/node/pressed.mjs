// Which controls the pages of a story draw, and which of them are pressed, typed into or sent: what nobody presses in any story nobody has tried by the keyboard
// (decision 0162). A control is named by the app, the place in it, the event, and the function that answers, as it stands in the source: that is the same in each run,
// and holds nothing of what somebody wrote.
const apps = /^\/(app|board)$/;

// watch lets a context tell what its pages draw and what is pressed; it gives both, as they grow.
export async function watch(context) {
  const seen = { drawn: new Set(), pressed: new Set() };
  await context.exposeBinding("satchelControl", (_, how, name) => void seen[how].add(name));
  await context.addInitScript(listen, apps.source);
  return seen;
}

// listen runs in each page, before its own scripts.
function listen(apps) {
  const app = new RegExp(apps).exec(location.pathname)?.[1];
  if (!app) return;
  const told = new Set();
  const named = new WeakMap();
  const nameOf = (prop, handler, element) => {
    if (!named.has(handler)) named.set(handler, handler.name && !handler.name.startsWith("on") ? handler.name : handler.toString().replace(/\s+/g, " "));
    const place = element.closest("main") ? location.hash.replace(/^#\/?/, "").split("/")[0] || "-" : "*"; // around every screen
    const event = prop.slice(2).toLowerCase();
    return `${app} ${place} ${event === "change" ? "input" : event} ${named.get(handler)}`;
  };
  const tell = (how, name) => {
    if (told.has(how + name)) return;
    told.add(how + name);
    void globalThis.satchelControl(how, name);
  };
  void import("/web/vendor/preact.js").then(({ options }) => {
    const { diffed, event } = options;
    const listens = element => Object.entries(element?.__e ?? {}); // Preact's own listeners, as the file that is served calls them
    // A key that stands on a button presses it, if the page took the key.
    addEventListener("keydown", e => {
      const key = { Escape: "Esc" }[e.key] ?? e.key;
      const buttons = [...document.querySelectorAll("button:not([aria-disabled=true]) kbd, a kbd")].filter(kbd => kbd.textContent === key).map(kbd => kbd.closest("button, a"));
      const found = buttons.flatMap(b => listens(b).filter(([prop, f]) => prop.toLowerCase() === "onclick" && typeof f === "function").map(([prop, f]) => nameOf(prop, f, b)));
      if (found.length) setTimeout(() => { if (e.defaultPrevented) for (const name of found) tell("pressed", name); }); // when the page has heard it
    }, true);
    options.diffed = vnode => {
      if (typeof vnode.type === "string") {
        for (const [prop, handler] of Object.entries(vnode.props)) {
          if (vnode.props["aria-disabled"] === "true") continue; // it waits for something, and does nothing
          if (prop.startsWith("on") && typeof handler === "function") queueMicrotask(() => tell("drawn", nameOf(prop, handler, vnode.__e ?? vnode.__c ?? document.body)));
        }
      }
      diffed?.(vnode);
    };
    options.event = e => {
      for (const [prop, handler] of listens(e.currentTarget)) {
        if (prop.slice(2).toLowerCase() === e.type && typeof handler === "function") tell("pressed", nameOf(prop, handler, e.currentTarget));
      }
      return event ? event(e) : e;
    };
  });
}
