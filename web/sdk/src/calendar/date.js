// Civil dates and times without a zone. A date is counted in days, a wall time in minutes, both since 1970-01-01T00:00 on the wall;
// NaN is no date. So they are compared and added as numbers.
import { dayOf as anyDay } from "../civil.js";

export const dayMinutes = 1440;
const [first, last] = [anyDay("1900-01-01"), anyDay("2199-12-31")]; // nobody in care was born, and nothing is planned, outside

/** Whether a day lies in the years 1900 to 2199. @param {number} day */
export const validDay = day => day >= first && day <= last;

/** Reads "2026-11-22" and nothing else. @param {unknown} text @returns {number} days, or NaN */
export function dayOf(text) {
  const day = anyDay(text);
  return validDay(day) ? day : NaN;
}

/** @param {number} day */
export const dateOf = day => new Date(day * 864e5).toISOString().slice(0, 10);

/** Reads "2026-11-22T09:30" and nothing else. @param {unknown} text @returns {number} minutes, or NaN */
export const wallOf = text => (typeof text === "string" && text[10] === "T" ? dayOf(text.slice(0, 10)) * dayMinutes + clockOf(text.slice(11)) : NaN);

/** @param {number} wall */
export const wallText = wall => new Date(wall * 6e4).toISOString().slice(0, 16);

/** Reads "09:30" and nothing else. @param {unknown} text @returns {number} minutes since midnight, or NaN */
export function clockOf(text) {
  const found = typeof text === "string" && /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
}

/** The day of a wall time. @param {number} wall */
export const dayAt = wall => Math.floor(wall / dayMinutes);

/** 0 is Monday. @param {number} day */
export const weekday = day => (((day + 3) % 7) + 7) % 7;

/** Age in whole years. Who was born on 29 February comes of age on 1 March in years without that day. @param {number} born @param {number} on */
export function ageOn(born, on) {
  const [b, o] = [dateOf(born), dateOf(on)];
  return Number(o.slice(0, 4)) - Number(b.slice(0, 4)) - (o.slice(5) < b.slice(5) ? 1 : 0);
}
