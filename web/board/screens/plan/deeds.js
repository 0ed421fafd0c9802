// What a team may do with one thing of the plan, and by which key: as the server has it, who refuses the rest (internal/care/offer.go).
import { text } from "../../../sdk/src/calendar/papers.js";
import { team } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** `name` is the words' too: planning.do.name. @typedef {{ key: string, name: string, main?: boolean }} Deed */

const taken = ["accepted", "in-progress"];

/** @param {Document} a @param {boolean} suggested whether the phase would have another team do it, and nobody has confirmed @returns {Deed[]} */
export function deedsOf(a, suggested) {
  const [status, from, owner, asked] = ["status", "proposedBy", "accountableTeam", "transferTo"].map(name => text(a, name));
  const mine = { from: from === team.value, owner: owner === team.value, asked: asked === team.value };
  const has = taken.includes(status);
  /** @type {[boolean, Deed][]} */
  const all = [
    [status === "offered" && mine.owner, { key: "y", name: "accept", main: true }],
    [status === "offered" && mine.owner && !mine.from, { key: "p", name: "counter" }],
    [status === "offered" && mine.owner && !mine.from, { key: "d", name: "decline" }],
    [has && mine.asked, { key: "y", name: "takeOver", main: true }],
    [has && mine.asked, { key: "d", name: "refuse" }],
    [mine.from && ["proposed", "declined", "counter-proposed"].includes(status), { key: "e", name: "ask", main: true }],
    [mine.from && status === "offered", { key: "w", name: "takeBack" }],
    [has && mine.owner, { key: "e", name: "edit" }],
    [has && suggested && (mine.owner || mine.from), { key: "m", name: "keep" }],
    [has && mine.owner, { key: "f", name: "done" }],
    [has && !asked && (mine.owner || mine.from), { key: "t", name: "handOver" }],
    [has && asked !== "" && !mine.asked && (mine.owner || mine.from), { key: "w", name: "withdraw" }],
    [has && mine.owner && !mine.from, { key: "d", name: "giveBack" }],
    [mine.from && (!has || mine.owner), { key: "x", name: "cancel" }],
  ];
  return all.filter(([may]) => may).map(([, deed]) => deed);
}
