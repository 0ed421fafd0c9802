// The one browser of a test run: node browser.mjs PROGRAM. It prints where other programs reach it, as JSON, and ends when its standard input does.
import { chromium } from "playwright-core";

const server = await chromium.launchServer({
  executablePath: process.argv[2], timeout: 180_000, // on a machine that does much else
  args: ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1"], // it has no way out of this machine
});
process.stdout.write(JSON.stringify({ address: server.wsEndpoint() }) + "\n");
process.stdin.on("end", async () => { await server.close(); process.exit(0); }).resume();
