// A push service that nobody here wrote: node push.mjs. It takes a free port and prints it as JSON, decrypts what it is sent, and ends when its
// standard input does.
import { createServer } from "node:net";
import { createRequire } from "node:module";

const need = createRequire(import.meta.url);
const Service = need("web-push-testing/src/server.js");
const { PushApiModel } = need("web-push-testing/src/PushApiModel.js");
console.log = console.error; // it says when it is ready, in words
const probe = createServer();
probe.listen(0, () => {
  const { port } = probe.address();
  probe.close(() => {
    const service = new Service(new PushApiModel(), port);
    service.startServer();
    service._server.on("listening", () => process.stdout.write(JSON.stringify({ port }) + "\n"));
  });
});
process.stdin.on("end", () => process.exit(0)).resume();
