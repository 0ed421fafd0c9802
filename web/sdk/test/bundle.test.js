import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { behind, newer, openBundle } from "../src/instrument/index.js";
import { verify } from "../src/instrument/ed25519.js";
import { instrumentFiles, instrumentTexts } from "../vectors.js";

const payloadType = "application/vnd.satchel.instrument+json";
const pair = generateKeyPairSync("ed25519");
const raw = (/** @type {import('node:crypto').KeyObject} */ key) => Buffer.from(String(key.export({ format: "jwk" }).x), "base64url");
const key = raw(pair.publicKey).toString("base64");

/** @param {Buffer} payload @param {import('node:crypto').KeyObject} [by] */
const signed = (payload, by = pair.privateKey) =>
  sign(null, Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]), by).toString("base64");

/** A bundle as the server hands it out, signed here. @param {(statement: any) => void} [change] @param {{ [name: string]: string }} [texts] */
async function bundle(change, texts = instrumentTexts()) {
  const sums = Object.fromEntries((await instrumentFiles()).map(f => [f.name, f.sha256]));
  const statement = {
    v: 1,
    questionnaire: "hna|1.0.0",
    questionnaireSha256: sums["hna.v1.json"],
    rules: "redflags|1.0.0",
    rulesSha256: sums["redflags.v1.json"],
    status: "draft",
    review: "looked at",
    signOff: null,
    files: sums,
  };
  change?.(statement);
  const payload = Buffer.from(JSON.stringify(statement));
  return { v: 1, files: texts, envelope: { payloadType, payload: payload.toString("base64"), signatures: [{ keyid: "", sig: signed(payload) }] } };
}

test("a bundle is opened by the key that signed it", async () => {
  const { library, statement, refused } = await openBundle(JSON.stringify(await bundle()), { key, drafts: true });
  assert.equal(refused, "");
  assert.equal(library?.current.key, statement?.rules);
  assert.equal(library?.current.review, "looked at");
});

test("H05: what is not as it was signed is refused", async () => {
  const other = generateKeyPairSync("ed25519");
  /** @type {{ [name: string]: (b: any) => void }} */
  const changes = {
    "one threshold": b => (b.files["redflags.v1.json"] = b.files["redflags.v1.json"].replace("37.5", "39.5")),
    "one space": b => (b.files["hna.v1.json"] += " "),
    "a file less": b => delete b.files["profile.US.v1.json"],
    "the vectors less": b => delete b.files["vectors.v1.json"],
    "a file more": b => (b.files["profile.FR.v1.json"] = b.files["profile.US.v1.json"]),
    "another file in the place of one": b => {
      b.files["profile.FR.v1.json"] = b.files["profile.US.v1.json"];
      delete b.files["profile.US.v1.json"];
    },
    "no signature": b => (b.envelope.signatures = []),
    "no envelope": b => delete b.envelope,
    "another statement": b => (b.envelope.payload = btoa(atob(b.envelope.payload).replace("draft", "active"))),
    "another kind of payload": b => (b.envelope.payloadType = "text/plain"),
    "another key": b => (b.envelope.signatures[0].sig = signed(Buffer.from(b.envelope.payload, "base64"), other.privateKey)),
    "a signature of the bare bytes": b =>
      (b.envelope.signatures[0].sig = sign(null, Buffer.from(b.envelope.payload, "base64"), pair.privateKey).toString("base64")),
    "a short signature": b => (b.envelope.signatures[0].sig = "AAAA"),
  };
  for (const [name, change] of Object.entries(changes)) {
    const b = await bundle();
    change(b);
    const { library, refused } = await openBundle(JSON.stringify(b), { key, drafts: true });
    assert.ok(library === null && refused !== "", name);
  }
  const good = JSON.stringify(await bundle());
  for (const trusted of ["", "AAAA", raw(other.publicKey).toString("base64")])
    assert.equal((await openBundle(good, { key: trusted, drafts: true })).library, null, trusted);
  for (const text of ["", "{", "[]", "null", " ".repeat((4 << 20) + 1)]) assert.equal((await openBundle(text, { key, drafts: true })).library, null);
});

test("a statement of another version, or of other rules than it says, is refused", async () => {
  /** @type {((s: any) => void)[]} */
  const changes = [
    s => (s.v = 2),
    s => delete s.v,
    s => (s.rules = "redflags|1.1.0"),
    s => (s.status = "active"),
    s => (s.rulesSha256 = s.questionnaireSha256),
    s => delete s.files,
  ];
  for (const change of changes) {
    const { library } = await openBundle(JSON.stringify(await bundle(change)), { key, drafts: true });
    assert.equal(library, null, String(change));
  }
});

test("H05: rules that this engine judges otherwise than their authors meant are refused", async () => {
  const texts = instrumentTexts();
  texts["redflags.v1.json"] = texts["redflags.v1.json"].replace('"fever_c": 37.5', '"fever_c": 39.5');
  const { createHash } = await import("node:crypto");
  const sum = createHash("sha256").update(texts["redflags.v1.json"]).digest("hex");
  const b = await bundle(s => {
    s.files["redflags.v1.json"] = sum;
    s.rulesSha256 = sum;
  }, texts);
  const { library, statement, refused } = await openBundle(JSON.stringify(b), { key, drafts: true });
  assert.equal(library, null);
  assert.match(refused, /does not hold/);
  assert.equal(statement?.rules, "redflags|1.0.0", "what was signed is known all the same");
});

test("H34: where people are in care no draft is taken, and none that is far behind", async () => {
  const text = JSON.stringify(await bundle());
  assert.match((await openBundle(text, { key })).refused, /signed these rules off/);
  assert.match((await openBundle(text, { key, drafts: true, newest: "redflags|1.3.0" })).refused, /too old/);
  assert.equal((await openBundle(text, { key, drafts: true, newest: "redflags|1.2.9" })).refused, "");
  for (const [rules, newest, is] of /** @type {[string, string, boolean][]} */ ([
    ["redflags|1.0.0", "", false],
    ["redflags|1.0.0", "redflags|1.2.9", false],
    ["redflags|1.0.0", "redflags|1.3.0", true],
    ["redflags|1.9.0", "redflags|1.11.0", false],
    ["redflags|1.9.0", "redflags|2.0.0", true],
    ["redflags|2.0.0", "redflags|1.9.0", false],
    ["redflags|soon", "redflags|1.0.0", true],
  ]))
    assert.equal(behind(rules, newest), is, `${rules} beside ${newest}`);
  assert.ok(newer("redflags|1.10.0", "redflags|1.9.0") && !newer("redflags|1.9.0", "redflags|1.9.0") && newer("redflags|1.0.0", ""));
});

// RFC 8032, 7.1: key, message, signature.
const rfc = [
  [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
];

test("a signature holds for its key and its message, and for no other", async () => {
  const bytes = (/** @type {string} */ hex) => Uint8Array.from(Buffer.from(hex, "hex"));
  const cases = rfc.map(one => one.map(bytes));
  for (let i = 0; i < 8; i++) {
    const message = Buffer.from(`message ${i}`);
    cases.push([Uint8Array.from(raw(pair.publicKey)), Uint8Array.from(message), Uint8Array.from(sign(null, message, pair.privateKey))]);
  }
  for (const [i, [by, message, signature]] of cases.entries()) {
    assert.ok(await verify(by, message, signature), `case ${i}`);
    for (const [part, at] of [
      [by, 3],
      [signature, 1 + i],
      [signature, 33 + i],
      [signature, 63],
    ]) {
      const before = /** @type {Uint8Array} */ (part)[/** @type {number} */ (at)];
      /** @type {Uint8Array} */ (part)[/** @type {number} */ (at)] ^= 0x21;
      assert.equal(await verify(by, message, signature), false, `case ${i}, one byte is another`);
      /** @type {Uint8Array} */ (part)[/** @type {number} */ (at)] = before;
    }
    assert.equal(await verify(by, new Uint8Array([...message, 0]), signature), false);
  }
});
