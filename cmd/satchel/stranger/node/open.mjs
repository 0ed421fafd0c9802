// Opens a SMART Health Link as any receiver does: node open.mjs LINK RECIPIENT [PASSCODE [embeddedLengthMax]]. It prints one JSON object: the
// status of the manifest, its body, and what the file says once jose has decrypted it.
import { base64url, compactDecrypt } from "jose";

const [link, recipient, passcode, longest] = process.argv.slice(2);
const payload = JSON.parse(new TextDecoder().decode(base64url.decode(link.slice(link.indexOf("shlink:/") + 8))));
const asked = { recipient };
if (passcode) asked.passcode = passcode;
if (longest !== undefined) asked.embeddedLengthMax = Number(longest);
const direct = (payload.flag ?? "").includes("U");
const answer = direct
  ? await fetch(payload.url + "?recipient=" + encodeURIComponent(recipient))
  : await fetch(payload.url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
const said = { payload, status: answer.status, cors: answer.headers.get("access-control-allow-origin"), cache: answer.headers.get("cache-control") };
if (direct && answer.ok) {
  said.jwe = await answer.text();
} else {
  said.manifest = await answer.json();
  const file = said.manifest.files?.[0];
  said.jwe = file?.embedded ?? (file && await (await fetch(file.location)).text());
}
if (said.jwe) {
  const { plaintext, protectedHeader } = await compactDecrypt(said.jwe, base64url.decode(payload.key));
  Object.assign(said, { header: protectedHeader, bundle: JSON.parse(new TextDecoder().decode(plaintext)) });
}
console.log(JSON.stringify(said));
