import { derivedUUID } from "../src/calendar/ids.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ageOn,
  dateOf,
  datesOf,
  dayOf,
  knows,
  loadReminders,
  offset,
  quietUntil,
  missed,
  readPlace,
  reminders,
  testPlans,
  remind,
  resolve,
  wallAt,
  wallOf,
  wallText,
  weekday,
} from "../src/calendar/index.js";
import { jsonOf, textOf } from "../vectors.js";

const civil = jsonOf("calendar/testdata/civil.v1.json");
const shared = jsonOf("calendar/testdata/offsets.v1.json");
const rules = loadReminders(textOf("calendar/remind/data/reminders.v1.json"));

test("dates and times are written in one way only", () => {
  for (const text of civil.dates.taken) assert.equal(dateOf(dayOf(text)), text);
  for (const text of civil.times.taken) assert.equal(wallText(wallOf(text)), text);
  for (const text of [...civil.dates.refused, ...civil.times.taken, null, 20261122]) assert.ok(Number.isNaN(dayOf(text)), text);
  for (const text of [...civil.times.refused, ...civil.dates.taken, null]) assert.ok(Number.isNaN(wallOf(text)), text);
  for (const c of civil.days) assert.equal(dayOf(c.to) - dayOf(c.from), c.days);
  for (const c of civil.ages) assert.equal(ageOn(dayOf(c.born), dayOf(c.on)), c.age, JSON.stringify(c));
  assert.deepEqual(
    ["2026-11-22", "1969-12-31", "1900-01-01"].map(text => weekday(dayOf(text))),
    [6, 2, 0],
  );
});

test("only names of zones are taken", () => {
  for (const name of civil.notZones) {
    assert.equal(knows(name), false, name);
    assert.throws(() => resolve(wallOf("2026-11-22T09:30"), name), RangeError);
    assert.throws(() => wallAt(0, name), RangeError);
  }
  assert.throws(() => resolve(NaN, "Europe/London"), RangeError);
  assert.throws(() => resolve(wallOf("2199-12-31T23:59") + 1, "Europe/London"), RangeError);
});

test("the clock changes that are named in Go are the same here", () => {
  assert.ok(civil.resolve.length > 20);
  for (const c of civil.resolve) {
    const { at, fit } = resolve(wallOf(c.wall), c.zone);
    const got = [new Date(at).toISOString().replace(".000", ""), fit, wallText(wallAt(at, c.zone))];
    assert.deepEqual(got, [c.instant, c.fit, c.shown], `${c.wall} in ${c.zone}`);
  }
});

// Seconds at which to look: on both sides of each jump.
const looks = (/** @type {[number, number][]} */ offsets) => {
  const [from, until] = [shared.from, shared.until].map(text => Date.parse(text) / 1000);
  return offsets.flatMap(([begins], i) => {
    const [start, end] = [i === 0 ? from : begins, offsets[i + 1]?.[0] ?? until];
    return [start, end - 1].map(at => ({ at, want: offsets[i][1] }));
  });
};

/** The zones whose clocks stand here as the file says, and the others. */
const compared = (() => {
  /** @type {{ zone: string, offsets: [number, number][] }[]} */
  const alike = [];
  const others = [];
  const unknown = [];
  for (const { zones, offsets } of shared.alike) {
    for (const zone of zones) {
      if (!knows(zone)) unknown.push(zone);
      else if (looks(offsets).every(({ at, want }) => offset(at * 1000, zone) === want * 1000)) alike.push({ zone, offsets });
      else others.push(zone);
    }
  }
  return { alike, others, unknown };
})();

test("every zone has the clock that Go has, from 2024 to 2036", t => {
  const { alike, others, unknown } = compared;
  const here = process.versions.tz;
  if (unknown.length > 0) t.diagnostic(`not known here, and not compared: ${unknown.join(", ")}`);
  if (others.length > 0) t.diagnostic(`zone data ${here} here, ${shared.tz} in the vectors; other clocks: ${others.join(", ")}`);
  assert.ok(alike.length > 580, `only ${alike.length} zones are compared`);
  assert.ok(others.length <= (here === shared.tz ? 0 : 12), `too many zones differ: ${others.join(", ")}`);
  assert.ok(unknown.length <= 2, `too many zones are not known: ${unknown.join(", ")}`);
});

/** When a wall shows a time, counted from the offsets alone. @param {[number, number][]} offsets @param {number} wall seconds as if in UTC */
function expected(offsets, wall) {
  /** @type {{ at: number, fit: string } | null} */
  let found = null;
  let gap = NaN;
  for (const [i, [begins, east]] of offsets.entries()) {
    const [start, end] = [i === 0 ? -Infinity : begins, offsets[i + 1]?.[0] ?? Infinity];
    const at = wall - east;
    if (at >= start && at < end) {
      if (found) return { ...found, fit: "overlap" };
      found = { at: at * 1000, fit: "once" };
    } else if (!found && at >= end) gap = at; // by the offset before the jump
  }
  return found ?? { at: gap * 1000, fit: "gap" };
}

test("around every jump of every kind of clock a wall time is one instant", () => {
  const seen = new Set();
  const fits = { once: 0, gap: 0, overlap: 0 };
  for (const { zone, offsets } of compared.alike) {
    const key = JSON.stringify(offsets);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [begins, east] of offsets.slice(1)) {
      for (let wall = begins + east - 3 * 3600; wall <= begins + east + 3 * 3600; wall += 900) {
        const got = resolve(wall / 60, zone);
        assert.deepEqual(got, expected(offsets, wall), `${wallText(wall / 60)} in ${zone}`);
        fits[got.fit]++;
      }
    }
  }
  assert.ok(seen.size > 60 && fits.gap > 1000 && fits.overlap > 1000, JSON.stringify(fits));
});

test("a recurrence is the dates that Go writes down", () => {
  const { dates, refused } = jsonOf("calendar/testdata/recurrence.v1.json");
  assert.ok(dates.length > 13 && refused.length > 28);
  for (const c of dates) assert.deepEqual(datesOf(c), c.want, c.name);
  for (const c of refused) assert.throws(() => datesOf(c), RangeError, c.name);
});

test("reminders are those of Go, with the same ids", () => {
  const list = jsonOf("calendar/remind/testdata/vectors.v1.json");
  assert.ok(list.length >= 38);
  for (const v of list) assert.deepEqual(remind(rules, v.input), v.want, v.name);
});

test("what needs a look is what Go says", () => {
  const list = jsonOf("calendar/remind/testdata/missed.v1.json");
  assert.ok(list.length >= 5);
  for (const v of list) assert.deepEqual(missed(rules, v.input), v.want ?? [], v.name);
});

test("the list of a record is what the server lists, and each test stands where the server says", () => {
  const list = jsonOf("reminder/testdata/lists.v1.json");
  assert.ok(list.length >= 70);
  const file = jsonOf("calendar/remind/data/reminders.v1.json");
  const seen = { kinds: new Set(), states: new Set() };
  for (const c of list) {
    const place = readPlace(JSON.stringify({ zone: c.zone, rules: file }));
    const docs = c.documents.map((/** @type {any} */ d) => ({ ...d, siblings: {} }));
    const page = reminders(place, docs, c);
    assert.deepEqual(page, c.want, c.name);
    const plans = testPlans(docs, c.now);
    assert.deepEqual(
      plans.map(p => ({ order: p.order.id, state: p.state, dates: p.dates })),
      c.tests,
      c.name,
    );
    for (const m of page.reminders) seen.kinds.add(m.kind).add(m.again ? "again" : "first");
    for (const p of plans) for (const d of p.dates) seen.states.add(d.state);
  }
  assert.equal(seen.kinds.size, 7, [...seen.kinds].join());
  assert.equal(seen.states.size, 10, [...seen.states].join());
});

test("a place whose rules or zone are not known here reminds of nothing, and says so", () => {
  const file = jsonOf("calendar/remind/data/reminders.v1.json");
  assert.throws(() => readPlace(JSON.stringify({ zone: "Europe/Atlantis", rules: file })), RangeError);
  assert.throws(() => readPlace(JSON.stringify({ zone: "UTC", rules: { ...file, kinds: {} } })), RangeError);
  assert.throws(() => readPlace(JSON.stringify({ zone: "UTC" })));
});

test("a list of reminders beyond the limits is refused", () => {
  /** @type {import('../src/calendar/remind.js').Input} */
  const input = { audience: "patient", events: [], settings: { homeZone: "Europe/London" }, from: 0, days: 400 };
  const event = { kind: /** @type {const} */ ("lab"), focus: "f", date: "" };
  assert.deepEqual(remind(rules, { ...input, events: Array(5000).fill(event) }), []);
  for (const bad of [
    { days: 401 },
    { days: 0 },
    { events: Array(5001).fill(event) },
    { settings: { homeZone: "Europe/Atlantis" } },
    { settings: { homeZone: "UTC", deviceZone: "Local" } },
  ]) {
    assert.throws(() => remind(rules, { ...input, ...bad }), RangeError);
  }
});

test("quiet hours end by the clock of the phone", () => {
  const at = (/** @type {string} */ text) => Date.parse(text);
  const settings = { homeZone: "Europe/London" };
  assert.equal(quietUntil(rules, settings, at("2026-03-28T22:00:00Z")), at("2026-03-29T07:00:00Z"), "the clock jumps that night");
  assert.equal(quietUntil(rules, settings, at("2026-03-29T07:00:00Z")), 0);
  assert.equal(quietUntil(rules, { ...settings, quietFrom: "13:00", quietTo: "15:00" }, at("2026-01-01T14:00:00Z")), at("2026-01-01T15:00:00Z"));
  assert.equal(quietUntil(rules, { ...settings, quietFrom: "13:00", quietTo: "13:00" }, at("2026-01-01T13:00:00Z")), 0);
});

test("nothing rings in quiet hours, nothing rings twice, and no day has more than it may", () => {
  const clock = (/** @type {number} */ minutes) => wallText(minutes).slice(11);
  const first = dayOf("2026-03-27"); // the clock jumps on 29 March
  for (let from = 0; from < 1440; from += 180) {
    for (let to = 30; to < 1440; to += 210) {
      const events = Array.from({ length: 40 }, (_, i) => {
        const time = clock((i * 37) % 1440);
        return {
          kind: /** @type {const} */ (["appointment", "lab", "assessment", "supply", "unread"])[i % 5],
          focus: "f",
          step: time,
          date: dateOf(first + (i % 7)),
          time,
          zone: "Europe/London",
        };
      });
      const list = remind(rules, {
        audience: "patient",
        days: 14,
        settings: { homeZone: "Europe/London", quietFrom: clock(from), quietTo: clock(to) },
        from: 1774500000000,
        events,
      });
      assert.ok(list.length > 0);
      const ids = list.flatMap(m => [m.id, ...(m.about ?? [])]);
      assert.equal(new Set(ids).size, ids.length);
      /** @type {Map<string, number>} */
      const days = new Map();
      for (const m of list) {
        const at = wallOf(m.wall) % 1440;
        const quiet = from <= to ? at >= from && at < to : at >= from || at < to;
        assert.ok(!quiet || m.fit === "gap", `${m.code} rings at ${m.wall} between ${clock(from)} and ${clock(to)}`);
        days.set(m.wall.slice(0, 10), (days.get(m.wall.slice(0, 10)) ?? 0) + 1);
      }
      assert.ok(Math.max(...days.values()) <= rules.cap.perDay);
    }
  }
});

test("a file of reminders that is not whole is refused", () => {
  const text = textOf("calendar/remind/data/reminders.v1.json");
  for (const [old, replacement] of jsonOf("calendar/remind/testdata/refused.v1.json")) {
    assert.ok(text.includes(old), old);
    assert.throws(() => loadReminders(text.replace(old, replacement)), RangeError, replacement);
  }
});

test("ids are derived from texts, each with its length before it", () => {
  assert.match(derivedUUID("notice", "é"), /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.notEqual(derivedUUID("ab", "c"), derivedUUID("a", "bc"));
});
