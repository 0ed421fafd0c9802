// Somebody's app in TypeScript, compiled against what npm packs: it is never run.
import {
  Client,
  indexedDBStorage,
  memoryStorage,
  newDocument,
  Replica,
  Tab,
  type Change,
  type Document,
  type Status,
  type Storage,
} from "satchel-sdk";
import { readPlace, reminders, testPlans, type Page } from "satchel-sdk/calendar";
import { codeText, emergencyCard, type Card } from "satchel-sdk/emergency";
import { callPage, openBundle } from "satchel-sdk/instrument";
import { merge } from "satchel-sdk/merge";
import { signIn, type PasskeyCode } from "satchel-sdk/passkeys";
import { subscribe, type Ringing } from "satchel-sdk/push";
import { Sealed, SealedError, type Secret } from "satchel-sdk/sealed";

/** A storage of one's own, as an app in React Native has it. */
class Rows implements Storage {
  constructor(private readonly rows = new Map<string, string>()) {}
  load = async () => new Map(this.rows);
  save = async (put: Map<string, string>, gone: string[]) => {
    for (const name of gone) this.rows.delete(name);
    for (const [name, text] of put) this.rows.set(name, text);
  };
}

export async function app(record: string, pin: string): Promise<Document[]> {
  const tab = new Tab({
    name: "account",
    storage: async () => Sealed.over(await indexedDBStorage("account"), { plain: true }),
    client: { server: "", token: async () => null },
  });
  const secret: Secret = { pin };
  await tab.unlock(secret).catch((err: SealedError) => (err.code === "wrong" ? err.left : 0));
  const change: Change = { doc: newDocument("note"), set: { text: "hello" } };
  const { n }: { n: number } = await tab.write(record, change);
  const status: Status = await tab.status(record);
  const told: string = status.state === "up to date" && n > 0 ? status.trouble : status.state;
  return told ? tab.view(record) : [];
}

export async function device(record: string, answer: string): Promise<Page> {
  const db = await Replica.open({ storage: new Rows() });
  const client = new Client({ db, server: "https://satchel.example", token: async () => "token" });
  client.start([record]);
  const dates: number = testPlans(db.view(record), 0).reduce((sum, plan) => sum + plan.dates.length, 0);
  return reminders(readPlace(answer), db.view(record), { audience: "patient", now: dates, days: 14 });
}

export async function others(registration: ServiceWorkerRegistration): Promise<[Ringing, PasskeyCode | "", string]> {
  const ringing = await subscribe({ token: "token", registration, ask: true });
  const code = await signIn({ device: { kind: "web", name: "Desk" } }).then(
    () => "" as const,
    (err: { code: PasskeyCode }) => err.code,
  );
  const { library } = await openBundle("{}", { key: "" });
  const { outcome } = merge({ rule: "lww" }, [], { replica: "a", n: 1, value: library ? 1 : 2, effective: 1 }, { full: 0 });
  // @ts-expect-error: a rule that there is not
  merge({ rule: "newest" }, [], { replica: "a", n: 1, effective: 1 }, { full: 0 });
  // @ts-expect-error: a change names its document
  await new Tab({ name: "", storage: async () => memoryStorage(), client: { server: "", token: async () => null } }).write("record", { set: {} });
  return [ringing, code, outcome + typeof callPage];
}

export function inAnEmergency(docs: Document[], at: number): string {
  const card: Card = emergencyCard({ docs, library: null, region: "UK", at, updatedAt: at });
  return codeText(card, "es");
}
