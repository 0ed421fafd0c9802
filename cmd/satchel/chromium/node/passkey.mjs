// Somebody makes a passkey and uses it: the page runs the SDK's passkeys.js, the authenticator is Chromium's own, in software, told by the DevTools
// protocol whether it knows its holder. It says what came of each deed, and at the end everything that the page sent.
import { readFile } from "node:fs/promises";
import { play } from "./kit.mjs";

// The page of the test, under the policy that pages of ours have.
const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const sdk = new URL("../../../../web/sdk/src/", import.meta.url);

async function serve(route) {
  const name = new URL(route.request().url()).pathname.slice("/test/".length);
  const headers = { "Content-Security-Policy": policy };
  if (name === "") return route.fulfill({ headers, contentType: "text/html", body: `<!doctype html><html lang="en"><title>A page that signs in</title><p>It signs in.` });
  await route.fulfill({ headers, contentType: "text/javascript", body: await readFile(new URL(name, sdk), "utf8") });
}

// run does one deed of the SDK in the page, and gives what came of it.
async function run([deed, o]) {
  const sdk = await import("/test/passkeys.js");
  const text = bytes => btoa(String.fromCharCode(...bytes));
  try {
    const came = await sdk[deed](o);
    if (came?.secret) came.secret.key = text(came.secret.key);
    return { came };
  } catch (err) {
    return { code: err.code ?? String(err), message: err.message };
  }
}

await play(async ({ base, context, say, hear }) => {
  const sent = [];
  context.on("request", request => sent.push(request.url() + " " + JSON.stringify(request.headers()) + " " + (request.postData() ?? "")));
  await context.route(base + "/test/*", serve);
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, hasPrf: true };
  const taken = async isUserVerified => {
    const made = { options: { ...options, isUserVerified, automaticPresenceSimulation: true } };
    return (await tools.send("WebAuthn.addVirtualAuthenticator", made)).authenticatorId;
  };
  let authenticatorId = await taken(true);
  await page.goto(base + "/test/");
  const deeds = {
    run: ({ deed, o }) => page.evaluate(run, [deed, o]),
    // knows says whether whoever touches the authenticator is its holder. It is a new one with the same passkeys: one that did not know somebody
    // a few times lets nobody in any more.
    knows: async ({ holder }) => {
      const { credentials } = await tools.send("WebAuthn.getCredentials", { authenticatorId });
      await tools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      authenticatorId = await taken(holder);
      for (const credential of credentials) await tools.send("WebAuthn.addCredential", { authenticatorId, credential });
    },
    // copy puts a passkey into the authenticator as it was when somebody copied it, long ago.
    copy: async () => {
      const { credentials } = await tools.send("WebAuthn.getCredentials", { authenticatorId });
      for (const credential of credentials) {
        await tools.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential.credentialId });
        await tools.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 1 } });
      }
      return credentials.map(c => ({ id: c.credentialId, count: c.signCount, host: c.rpId, discoverable: c.isResidentCredential }));
    },
    sent: () => sent,
  };
  for (let next; (next = await hear()); ) say((await deeds[next.do](next)) ?? null);
});
