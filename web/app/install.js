// The service worker: it keeps the app's files, so that the app opens with no network from its second visit, and it shows what rings.

/** @type {{ createScriptURL: (url: string) => string }} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("satchel-worker", {
  createScriptURL: (/** @type {string} */ url) => {
    if (url !== "/worker.js") throw new TypeError("This page runs one worker.");
    return url;
  },
}) ?? { createScriptURL: (/** @type {string} */ url) => url };

/** Registers the worker; without one the app works while there is a network. */
export async function install() {
  try {
    await navigator.serviceWorker?.register(policy.createScriptURL("/worker.js"), { scope: "/app" });
  } catch {
    // a browser that allows none, or no network yet: tried again at the next visit
  }
}
