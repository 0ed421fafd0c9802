// Which screen of the desk stands behind which address, and which of them are the places above every screen.
import { Access } from "./screens/access.js";
import { Account } from "./screens/account.js";
import { Figures } from "./screens/figures.js";
import { Lists } from "./screens/lists.js";
import { Offers } from "./screens/offers.js";
import { Plan } from "./screens/plan.js";
import { Queue } from "./screens/queue.js";
import { Record } from "./screens/record.js";
import { Results } from "./screens/results.js";
import { Settle } from "./screens/settle.js";
import { Staff } from "./screens/staff.js";

/** A screen by the first part of its address; the rest of the address is its `path`. @type {{ [place: string]: (p: { path: string[] }) => any }} */
export const screens = {
  queue: Queue,
  record: Record,
  results: Results,
  lists: Lists,
  figures: Figures,
  plan: Plan,
  offers: Offers,
  settle: Settle,
  access: Access,
  account: Account,
  staff: Staff,
};

/** The places above every screen, by the words of their links: one a line. @type {[place: string, words: string][]} */
// prettier-ignore
export const places = [
  ["queue", "board.queue"],
  ["results", "results.title"],
  ["lists", "lists.title"],
  ["figures", "figures.title"],
  ["account", "account.title"],
  ["settle", "settle.all"],
];

/** The places of an administrator, who may work in no team. @type {[place: string, words: string][]} */
// prettier-ignore
export const offices = [
  ["staff", "staff.title"],
];
