// At the desk: somebody who works in no team yet is told so, and signs out; a nurse makes a passkey, and signs in by it alone.
import { play } from "./kit.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  const tools = await context.newCDPSession(page);
  await tools.send("WebAuthn.enable", { enableUI: false });
  await tools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  const signIn = async name => {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(knows.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const signOut = async () => {
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByLabel("Password").waitFor();
  };
  await page.goto(base + "/board");
  await signIn("newcomer");
  await page.getByText("You work in no team yet.").waitFor();
  await shot(page, "no team");
  await signOut();
  await signIn("olive");
  await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
  await page.getByRole("link", { name: "Your account" }).click();
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await page.getByRole("button", { name: "Take away Browser" }).waitFor();
  await signOut();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("button", { name: "Take away Browser" }).waitFor(); // where she was
  await page.getByText("This device").first().waitFor();
  const devices = await page.locator("section[aria-labelledby=devices] li").allInnerTexts();
  await page.getByRole("button", { name: "Take away Browser" }).click();
  await page.getByRole("button", { name: "Take away Browser" }).waitFor({ state: "detached" });
  await signOut();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("alert").waitFor();
  say({ devices, refused: await page.getByRole("alert").innerText() });
});
