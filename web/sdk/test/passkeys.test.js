import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PasskeyError,
  assertionOf,
  attestationOf,
  bytesOf,
  creationOptions,
  isHere,
  offered,
  problemOf,
  register,
  requestOptions,
  signIn,
  supported,
  textOf,
} from "../src/passkeys.js";

const salt = "c2FsdA==";
const secret = new Uint8Array(32).fill(7).buffer;

/** @param {...number} of */
const buffer = (...of) => new Uint8Array(of).buffer;

/** @param {object} response */
const credential = response => ({
  id: "-_8",
  rawId: buffer(0xfb, 0xff),
  type: "public-key",
  response,
  getClientExtensionResults: () => ({ prf: { enabled: true, results: { first: secret } } }),
  toJSON: () => assert.fail("what a browser writes holds the results of extensions"),
});

const offer = {
  rp: { id: "localhost", name: "satchel" },
  user: { id: "AZOl", name: "satchel", displayName: "satchel" },
  challenge: "-_8",
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  timeout: 300000,
  excludeCredentials: [{ type: "public-key", id: "AQID" }],
  authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  attestation: "none",
};

/** @param {import('../src/passkeys.js').PasskeyCode} code */
const saying = code => (/** @type {unknown} */ err) => err instanceof PasskeyError && err.code === code && err.message !== "";

test("bytes are the same in either spelling of base64", () => {
  assert.deepEqual(bytesOf("-_8"), bytesOf("+/8="));
  assert.equal(textOf(bytesOf("-_8ABw").buffer), "-_8ABw");
  assert.equal(textOf(buffer()), "");
});

test("what the server offers reaches the browser whole, with what the page asks for", () => {
  const options = creationOptions(offer, { called: "Ada", salt });
  assert.deepEqual(options.challenge, bytesOf("-_8"));
  assert.deepEqual(options.user, { id: bytesOf("AZOl"), name: "Ada", displayName: "Ada" });
  assert.deepEqual(options.excludeCredentials, [{ type: "public-key", id: bytesOf("AQID") }]);
  assert.deepEqual(options.extensions, { prf: { eval: { first: bytesOf(salt) } } });
  assert.deepEqual([options.rp, options.attestation, options.authenticatorSelection], [offer.rp, "none", offer.authenticatorSelection]);
  assert.equal(creationOptions(offer).user.name, "satchel");
  const asked = {
    rpId: "localhost",
    challenge: "-_8",
    timeout: 1,
    userVerification: "required",
    allowCredentials: [{ type: "public-key", id: "AQID" }],
  };
  assert.deepEqual(requestOptions(asked).allowCredentials, [{ type: "public-key", id: bytesOf("AQID") }]);
  assert.deepEqual(requestOptions(asked).extensions, {});
  assert.equal(requestOptions(asked, { salt }).userVerification, "required");
});

test("passkeys are offered at the address that they hold for, and at names of this machine", () => {
  /** @param {string} at */
  const page = at => new URL(at);
  assert.ok(isHere("https://satchel.example", page("https://satchel.example/app")));
  assert.ok(isHere("http://localhost:8080", page("http://localhost:8080/app")));
  assert.ok(isHere("http://localhost:8080", page("http://patient.localhost:8080/app")));
  for (const at of ["https://a.satchel.example", "http://satchel.example", "https://evil.example"])
    assert.ok(!isHere("https://satchel.example", page(at)));
  for (const at of ["http://patient.localhost:8081", "https://patient.localhost:8080", "http://127.0.0.1:8080", "http://evillocalhost:8080"])
    assert.ok(!isHere("http://localhost:8080", page(at)));
  assert.ok(!isHere(undefined, page("http://localhost:8080")));
});

test("nothing that is sent holds the secret, nor any other result of an extension", () => {
  const made = attestationOf(credential({ clientDataJSON: buffer(1), attestationObject: buffer(2) }));
  assert.deepEqual(made, {
    id: "-_8",
    rawId: "-_8",
    type: "public-key",
    clientExtensionResults: {},
    response: { clientDataJSON: "AQ", attestationObject: "Ag" },
  });
  const response = { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3) };
  assert.deepEqual(assertionOf(credential({ ...response, userHandle: buffer(4) })).response, {
    clientDataJSON: "AQ",
    authenticatorData: "Ag",
    signature: "Aw",
    userHandle: "BA",
  });
  assert.equal("userHandle" in assertionOf(credential({ ...response, userHandle: null })).response, false);
});

test("where there is no WebAuthn nothing is offered, and the error says so", async () => {
  assert.equal(supported(), false);
  assert.equal(await offered({ fetch: () => assert.fail("nobody is asked") }), false);
  const fetch = async () => Response.json({ publicKey: offer });
  await assert.rejects(register({ fetch, token: "t", name: "A phone" }), saying("unsupported"));
});

test("each answer that is none has a word for it", async () => {
  /** @param {number} status @param {object} [body] */
  const said = (status, body = {}) => problemOf(Response.json(body, { status }));
  assert.equal((await said(403, { code: "proof-needed", detail: "Show it." })).code, "proof");
  assert.equal((await said(401)).code, "unknown");
  assert.deepEqual([(await said(429, { retryAfterMs: 60000 })).code, (await said(429, { retryAfterMs: 60000 })).retryAfterMs], ["busy", 60000]);
  assert.equal((await said(503)).code, "busy");
  assert.equal((await said(422, { detail: "You have as many as there can be." })).message, "You have as many as there can be.");
  assert.equal((await problemOf(new Response("<html>", { status: 502 }))).code, "busy");
  const away = async () => Promise.reject(new TypeError("fetch failed"));
  await assert.rejects(signIn({ fetch: away, device: { kind: "web", name: "A browser" } }), saying("offline"));
});
