// The companion with a passkey: made in the settings, it opens the lock of the device with no network, and signs in again after leaving.
import { play, until } from "./kit.mjs";
import { open } from "./companion.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("WebAuthn.enable", { enableUI: false });
  await tools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, hasPrf: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  await page.goto(base + "/app");
  await page.getByLabel("Code").fill(knows.code);
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText(knows.title).waitFor();
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await page.getByRole("button", { name: "Take away Browser" }).waitFor();
  await page.getByRole("button", { name: "Lock now" }).waitFor();
  await shot(page, "a passkey");
  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));

  await context.setOffline(true);
  await page.getByRole("button", { name: "Lock now" }).click();
  await page.getByRole("button", { name: "Open with a passkey" }).waitFor();
  await shot(page, "locked");
  await page.reload();
  await page.getByRole("button", { name: "Open with a passkey" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await open(page, "", "Today");
  await page.getByText(knows.title).waitFor();
  say("opened with no network");

  // Locked and opened once more, without loading anything anew: leaving is heard once all the same.
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Lock now" }).click();
  await page.getByRole("button", { name: "Open with a passkey" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();

  await context.setOffline(false);
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Sign out of this device" }).click();
  await page.getByText("Everything is taken off this device.").waitFor();
  await page.getByRole("button", { name: "Sign out and delete it here" }).click();
  await page.getByLabel("Code").waitFor();
  say(await page.evaluate(async () => {
    const left = Object.keys(localStorage).filter(name => name !== "satchel-look");
    for (const { name } of await indexedDB.databases()) {
      const { indexedDBStorage } = await import("/web/sdk/src/index.js");
      left.push(...(await (await indexedDBStorage(name)).load()).keys());
    }
    return left;
  }));
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await open(page, "", "Today");
  await page.getByText(knows.title).waitFor();
  say("signed in again");

  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Take away Browser" }).click();
  await page.getByRole("button", { name: "Take away Browser" }).waitFor({ state: "detached" });
  await shot(page, "no passkey");
  await open(page, "", "Today"); // whoever takes it away stays signed in, and is not let in by it again
  await page.getByText(knows.title).waitFor();
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Sign out of this device" }).click();
  await page.getByRole("button", { name: "Sign out and delete it here" }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("alert").waitFor();
  say(await page.getByRole("alert").innerText());
});
