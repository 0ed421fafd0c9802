// Opens an iCalendar stream on standard input with two libraries, as two calendar apps would: node calendar.mjs. It prints what each reads, by UID:
// the instant of a timed entry or the day of a whole one, and the rest as it stands.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const text = readFileSync(0, "utf8");
const two = n => String(n).padStart(2, "0");
const said = { "ical.js": {}, "node-ical": {} };

const root = new ICAL.Component(ICAL.parse(text));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
for (const component of root.getAllSubcomponents("vevent")) {
  const e = new ICAL.Event(component);
  said["ical.js"][e.uid] = {
    start: e.startDate.isDate ? e.startDate.toString() : e.startDate.toJSDate().toISOString(),
    minutes: e.startDate.isDate ? 0 : e.duration.toSeconds() / 60,
    summary: e.summary, location: e.location ?? "", status: component.getFirstPropertyValue("status"), sequence: e.sequence,
    properties: component.getAllProperties().map(p => p.name).sort(),
  };
}

for (const e of Object.values(ical.sync.parseICS(text))) {
  if (e.type !== "VEVENT") continue;
  const day = e.datetype === "date";
  said["node-ical"][e.uid] = {
    start: day ? [e.start.getFullYear(), two(e.start.getMonth() + 1), two(e.start.getDate())].join("-") : e.start.toISOString(),
    minutes: day ? 0 : (e.end - e.start) / 60000,
    summary: e.summary, location: e.location ?? "", status: e.status, sequence: Number(e.sequence),
  };
}
console.log(JSON.stringify(said));
