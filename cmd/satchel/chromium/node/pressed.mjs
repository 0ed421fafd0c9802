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
  const tell = (how, prop, handler, element) => {
    if (!named.has(handler)) named.set(handler, handler.name && !handler.name.startsWith("on") ? handler.name : handler.toString().replace(/\s+/g, " "));
    const place = element.closest("main") ? location.hash.replace(/^#\/?/, "").split("/")[0] || "-" : "*"; // around every screen
    const event = prop.slice(2).toLowerCase();
    const name = `${app} ${place} ${event === "change" ? "input" : event} ${named.get(handler)}`;
    if (told.has(how + name)) return;
    told.add(how + name);
    void globalThis.satchelControl(how, name);
  };
  void import("/web/vendor/preact.js").then(({ options }) => {
    const { diffed, event } = options;
    options.diffed = vnode => {
      if (typeof vnode.type === "string") {
        for (const [prop, handler] of Object.entries(vnode.props)) {
          if (prop.startsWith("on") && typeof handler === "function") queueMicrotask(() => tell("drawn", prop, handler, vnode.__e ?? vnode.__c ?? document.body));
        }
      }
      diffed?.(vnode);
    };
    options.event = e => {
      for (const [prop, handler] of Object.entries(e.currentTarget?.__e ?? {})) { // Preact's own listeners, as the file that is served calls them
        if (prop.slice(2).toLowerCase() === e.type && typeof handler === "function") tell("pressed", prop, handler, e.currentTarget);
      }
      return event ? event(e) : e;
    };
  });
}
