// Passkeys: signing in with a key pair that stays in a person's phone, computer or security key, and is used there only by whoever it knows.
// One touch may also give the 32 bytes that `satchel-sdk/sealed` takes to unlock what this browser keeps (the `prf` extension of WebAuthn).
// Those bytes are made here and stay here: nothing that is sent holds them.

/**
 * Why nothing came of it. `unsupported`: this browser, or this address, has no passkeys; `cancelled`: the person said no, the device did not know
 * them, or it took too long; `known`: this device holds a passkey of this account already; `unverified`: this device cannot check who it is; `proof`:
 * show first that it is you; `unknown`: this passkey opens nothing here; `busy`: too many tries, or too much to do; `offline`: no answer came;
 * `refused`: the server said no, and why stands in the message.
 * @typedef {'unsupported' | 'cancelled' | 'known' | 'unverified' | 'proof' | 'unknown' | 'busy' | 'offline' | 'refused'} PasskeyCode
 */

/** @type {Record<PasskeyCode, string>} */
const sentences = {
  unsupported: "Passkeys do not work in this browser, or at this address.",
  cancelled: "The passkey was not used.",
  known: "This device has a passkey for you already.",
  unverified: "This device cannot check that it is you. Set up its screen lock first.",
  proof: "Show first that it is you.",
  unknown: "This passkey opens nothing here. Sign in in another way.",
  busy: "This cannot be done just now. Please try again in a little while.",
  offline: "There is no answer. Please try again when you are online.",
  refused: "This passkey could not be used.",
};

export class PasskeyError extends Error {
  name = "PasskeyError";

  /** @param {PasskeyCode} code @param {{ message?: string, retryAfterMs?: number }} [said] by the server */
  constructor(code, { message, retryAfterMs } = {}) {
    super(message ?? sentences[code]);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a passkey gives to seal with, as `satchel-sdk/sealed` takes it. @typedef {{ credential: string, salt: string, key: Uint8Array<ArrayBuffer> }} PasskeySecret */

/**
 * @typedef {object} Reach
 * @property {string} [server] where the server is, without a slash at the end; '' or not given for the page's own
 * @property {typeof fetch} [fetch]
 * @property {AbortSignal} [signal] ends the browser's asking
 * @property {string} [salt] what the secret is made with, base64 (`newPasskeySalt` of `satchel-sdk/sealed`); without it none is asked for
 */

/** Whether this browser has passkeys at all. Whether this address does, `offered` asks the server. */
export const supported = () => typeof PublicKeyCredential === "function" && typeof navigator?.credentials?.get === "function";

/** Whether passkeys can be used here: by this browser, at the address under which this page was opened. @param {Reach} [reach] @returns {Promise<boolean>} */
export async function offered(reach = {}) {
  return supported() && isHere((await call(reach, "GET", "/v1/sign-in")).passkeys, location);
}

/**
 * Whether passkeys for an origin can be used at a page. A name under localhost is this machine, too: what is made there holds there.
 * @param {string | undefined} origin
 * @param {{ origin: string, hostname: string }} page
 */
export const isHere = (origin, page) => !!origin && origin.replace("//localhost", "//" + hostOf("localhost", page)) === page.origin;

/** The host for which a page makes passkeys: the server's, or its own name under localhost. @param {string} host @param {{ hostname: string }} [page] */
const hostOf = (host, page = globalThis.location) => (host === "localhost" && page?.hostname.endsWith(".localhost") ? page.hostname : host);

/**
 * Makes a passkey for whoever is signed in, within ten minutes of showing who it is; otherwise the error is `proof`. With a salt it is asked for a
 * secret: some authenticators give it at once, others (`prf` true, `secret` null) at the next use.
 * @param {Reach & { token: string, name: string, called?: string }} o an access token; what the passkey is called in lists; how the authenticator shows whose it is
 * @returns {Promise<{ id: string, credential: string, prf: boolean, secret: PasskeySecret | null }>} id names it here, credential everywhere
 */
export async function register(o) {
  const { publicKey } = await call(o, "POST", "/v1/passkeys/registration/begin");
  const options = creationOptions(publicKey, o);
  const made = await asked(() => navigator.credentials.create({ publicKey: options, signal: o.signal }));
  const line = await call(o, "POST", "/v1/passkeys/registration/finish", { name: o.name, credential: attestationOf(made) });
  const { prf } = made.getClientExtensionResults();
  return { id: line.id, credential: made.id, prf: !!(prf?.enabled || prf?.results), secret: secretOf(made, o.salt) };
}

/**
 * Signs in with a passkey that the person chooses. With a salt the same touch gives the secret, if the authenticator can.
 * @param {Reach & { device: { kind: string, name: string }, mediation?: CredentialMediationRequirement }} o
 * @returns {Promise<{ welcome: any, credential: string, secret: PasskeySecret | null }>} welcome is the server's answer to any sign-in: tokens and records
 */
export async function signIn(o) {
  const { publicKey } = await call(o, "POST", "/v1/passkeys/sign-in/begin");
  const found = await asked(() => navigator.credentials.get({ publicKey: requestOptions(publicKey, o), signal: o.signal, mediation: o.mediation }));
  const welcome = await call(o, "POST", "/v1/passkeys/sign-in/finish", { credential: assertionOf(found), device: o.device });
  return { welcome, credential: found.id, secret: secretOf(found, o.salt) };
}

/** Shows with a passkey that it is still the person who signed in. @param {Reach & { token: string }} o @returns {Promise<number>} until when that holds, ms */
export async function prove(o) {
  const { publicKey } = await call(o, "POST", "/v1/passkeys/proof/begin");
  const found = await asked(() => navigator.credentials.get({ publicKey: requestOptions(publicKey, o), signal: o.signal }));
  return (await call(o, "POST", "/v1/proof", { passkey: assertionOf(found) })).until;
}

/** The passkeys of whoever is signed in. @param {Reach & { token: string }} o @returns {Promise<{ id: string, name: string, made: number, used?: number, copied?: number }[]>} */
export const list = async o => (await call(o, "GET", "/v1/passkeys")).passkeys;

/** Takes a passkey away; what came in by it is signed out. @param {Reach & { token: string, id: string }} o @returns {Promise<void>} */
export const remove = o => call(o, "DELETE", "/v1/passkeys/" + encodeURIComponent(o.id));

/** What the server offers, as the browser takes it. @param {any} offer @param {{ called?: string, salt?: string }} [o] @returns {PublicKeyCredentialCreationOptions} */
export function creationOptions(offer, { called, salt } = {}) {
  const names = called ? { name: called, displayName: called } : {};
  return {
    ...offer,
    rp: { ...offer.rp, id: hostOf(offer.rp.id) },
    challenge: bytesOf(offer.challenge),
    user: { ...offer.user, ...names, id: bytesOf(offer.user.id) },
    excludeCredentials: offer.excludeCredentials.map(credentialNamed),
    extensions: salt ? { prf: { eval: { first: bytesOf(salt) } } } : {},
  };
}

/** What the server offers, as the browser takes it. @param {any} offer @param {{ salt?: string }} [o] @returns {PublicKeyCredentialRequestOptions} */
export function requestOptions(offer, { salt } = {}) {
  return {
    ...offer,
    rpId: hostOf(offer.rpId),
    challenge: bytesOf(offer.challenge),
    allowCredentials: offer.allowCredentials.map(credentialNamed),
    extensions: salt ? { prf: { eval: { first: bytesOf(salt) } } } : {},
  };
}

/** @param {{ type: 'public-key', id: string }} c */
const credentialNamed = c => ({ type: c.type, id: bytesOf(c.id) });

/** What is sent of a new passkey: written out here, so that no result of an extension is among it. @param {any} made */
export function attestationOf(made) {
  const { clientDataJSON, attestationObject } = made.response;
  return { ...named(made), response: { clientDataJSON: textOf(clientDataJSON), attestationObject: textOf(attestationObject) } };
}

/** What is sent of a use of one: no result of an extension either. @param {any} found */
export function assertionOf(found) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  const response = { clientDataJSON: textOf(clientDataJSON), authenticatorData: textOf(authenticatorData), signature: textOf(signature) };
  return { ...named(found), response: userHandle ? { ...response, userHandle: textOf(userHandle) } : response };
}

/** @param {any} credential */
const named = credential => ({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, clientExtensionResults: {} });

/** @param {any} credential @param {string | undefined} salt @returns {PasskeySecret | null} */
function secretOf(credential, salt) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return salt && first ? { credential: credential.id, salt, key: new Uint8Array(first) } : null;
}

/** @type {Record<string, PasskeyCode>} */
const exceptions = { InvalidStateError: "known", NotSupportedError: "unsupported", SecurityError: "unsupported", ConstraintError: "unverified" };

/** Lets the browser ask the person. @param {() => Promise<Credential | null>} ask @returns {Promise<any>} */
async function asked(ask) {
  if (!supported()) throw new PasskeyError("unsupported");
  const found = await ask().catch(err => {
    throw new PasskeyError(exceptions[err?.name] ?? "cancelled");
  });
  if (!found) throw new PasskeyError("cancelled");
  return found;
}

/** @param {Reach & { token?: string }} reach @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
async function call({ server = "", token, fetch: send = fetch }, method, path, body) {
  /** @type {Record<string, string>} */
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (token) headers.Authorization = "Bearer " + token;
  let answer;
  try {
    answer = await send(server + path, { method, headers, body: body && JSON.stringify(body), credentials: "omit" });
  } catch {
    throw new PasskeyError("offline");
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? undefined : answer.json();
}

/** What an answer says that is none. @param {Response} answer @returns {Promise<PasskeyError>} */
export async function problemOf(answer) {
  const said = await answer.json().catch(() => ({}));
  if (said.code === "proof-needed") return new PasskeyError("proof", { message: said.detail });
  if (answer.status === 401) return new PasskeyError("unknown", { message: said.detail });
  if (answer.status === 429 || answer.status >= 500) return new PasskeyError("busy", { message: said.detail, retryAfterMs: said.retryAfterMs });
  return new PasskeyError("refused", { message: said.detail });
}

/** The bytes of a text in base64 or base64url. @param {string} text */
export function bytesOf(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, c => c.charCodeAt(0));
}

/** Bytes as base64url, without filling. @param {ArrayBuffer} content */
export function textOf(content) {
  const binary = String.fromCharCode(...new Uint8Array(content));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
