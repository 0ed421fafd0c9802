// An OpenID provider that nobody here wrote, npm oidc-provider: node openid.mjs REDIRECT. It takes a free port of this machine and prints where it is,
// as JSON; whoever types a name there is known by it, for good. It asks for PKCE, and ends when its standard input does.
import { createServer } from "node:net";
import { Provider } from "oidc-provider";

console.info = console.warn = console.error; // it has advice for whoever runs it for people
const probe = createServer();
probe.listen(0, "127.0.0.1", () => {
  const { port } = probe.address();
  probe.close(() => {
    const issuer = `http://127.0.0.1:${port}`;
    const provider = new Provider(issuer, {
      clients: [{ client_id: "satchel", client_secret: "a secret of the tests", redirect_uris: [process.argv[2]] }],
      pkce: { required: () => true },
      claims: { openid: ["sub", "auth_time"] },
      ttl: { IdToken: 50 * 365 * 24 * 3600 }, // the server of a test lives at another time
    });
    provider.listen(port, "127.0.0.1", () => process.stdout.write(JSON.stringify({ issuer }) + "\n"));
  });
});
process.stdin.on("end", () => process.exit(0)).resume();
