// How urgent a level is, and which reports still ask for something: known of what lies here, without the rules that said so.
import { levels } from "../sdk/src/instrument/levels.js";
import { all } from "./store.js";
import { reported, text } from "./surroundings.js";

/** Levels in their order, for comparisons: -1 for none. @param {string} level */
export const height = level => levels.indexOf(/** @type {any} */ (level));

/** From here on somebody has to act at once. */
export const red = height("red");

/** Reports about which the person has not said what they did: "not yet" is no deed. What was advised stays reachable until then. */
export const unsettled = () =>
  all("assessment").filter(
    d =>
      reported(d) &&
      Math.max(height(text(d, "phoneLevel")), height(text(d, "serverLevel"))) >= red &&
      ["", "not-yet"].includes(text(d, "adviceAction")),
  );
