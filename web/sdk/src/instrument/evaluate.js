import { dayOf } from "../civil.js";
import { readAnswers, unanswered } from "./answers.js";
import { holding, mentions, truth } from "./condition.js";
import { resolveRoute, inOrder } from "./routes.js";
import { levels } from "./levels.js";

/** @import { Answers, Reading } from './answers.js' */
/** @import { Asked } from './condition.js' */
/** @import { Team } from './routes.js' */
/** @import { Level, Rule, Rules } from './rules.js' */

/**
 * Everything that an evaluation depends on. There is no clock: today is handed in.
 * @typedef {object} Input
 * @property {string} questionnaire the version that was answered, "hna|1.0.0"
 * @property {string} rules the version to judge by, "redflags|1.0.0"
 * @property {string} region "UK", "US": the parameters of the place that cares for the person
 * @property {Answers | null} [answers]
 * @property {string} [urgency] the answer to the urgency question
 * @property {{ [flag: string]: boolean } | null} [context] what is known of the treatment; a flag that is not here counts as true
 * @property {{ answers: Answers | null, completed?: string } | null} [previous] the last completed response; a date that cannot be read counts as recent
 * @property {string} [phase] of the care plan; not given: X items go to both teams
 * @property {string} [today] civil date in the person's home zone
 */

/** @typedef {{ level: Level, fired: string[], advice: string[] }} Judgement what one viewer may see: rules that hold, ids of advice texts, first to show first */
/** @typedef {{ code: string, severity: number, yes: boolean, sensitive: boolean, acute: boolean, routes: Team[], level: Level, fired: string[] }} Concern what a response says about one item */

/**
 * What a response means. `public` leaves out what comes from sensitive items: what a caregiver, a banner or a count may show.
 * @typedef {Judgement & { public: Judgement, concerns: Concern[], routes: Team[], missing: string[], unrecognised: string[], questionnaireSha256: string, rulesSha256: string }} Result
 */

/** @typedef {Asked & { rules: Rules, before: Reading[] | null, urgency: string, public: boolean }} Situation */
/** @typedef {{ item: number, rule: string, level: number }} Hit */

/** @param {Rules} rules @param {Input} input @returns {Result} */
export function evaluate(rules, input) {
  const q = rules.questionnaire;
  if (q.key !== input.questionnaire) throw new RangeError(`rules ${rules.key} judge ${q.key}, not "${input.questionnaire}".`);
  const region = rules.regions.get(input.region);
  if (!region) throw new RangeError(`region "${input.region}" has no parameters in ${rules.key}.`);
  const { readings: now, missing, unrecognised } = readAnswers(q, input.answers);
  const urgency = input.urgency ?? "";
  if (urgency && !q.urgencyQuestion.values.includes(urgency)) missing.push(q.urgencyQuestion.code);
  const days = dayOf(input.today) - dayOf(input.previous?.completed);
  const before = input.previous && !(days > rules.generic.WORSE.lookbackDays) ? readAnswers(q, input.previous.answers).readings : null;
  /** @type {Situation} */
  const s = { q, rules, region, context: input.context ?? {}, now, before, urgency, public: false };
  const v = judge(s);
  const hidden = q.fields.some((f, i) => f.sensitive && now[i].known) || v.rules.some(rule => rule.private);
  const concerns = concernsOf(v, s, input.phase);
  return {
    ...judgement(v),
    public: judgement(hidden ? judge(withoutSensitive(s)) : v),
    concerns,
    routes: routesOf(v, concerns, input.phase),
    missing,
    unrecognised,
    questionnaireSha256: q.sha256,
    rulesSha256: rules.sha256,
  };
}

/** @param {ReturnType<typeof judge>} v @returns {Judgement} */
const judgement = v => ({ level: levels[v.level], fired: [...v.fired], advice: [...v.advice] });

/** As it would be if no sensitive question had been answered. @param {Situation} s @returns {Situation} */
function withoutSensitive(s) {
  const open = (/** @type {Reading[]} */ all) => all.map((r, i) => (s.q.fields[i].sensitive ? unanswered : r));
  return { ...s, public: true, now: open(s.now), before: s.before && open(s.before) };
}

/** The rules of the file, then the generic ones, in the order in which they are listed. @param {Situation} s */
function judge(s) {
  const g = s.rules.generic;
  const v = {
    level: 0,
    fired: /** @type {string[]} */ ([]),
    advice: /** @type {Set<string>} */ (new Set()),
    rules: /** @type {Rule[]} */ ([]),
    amber: new Set(),
    hits: /** @type {Hit[]} */ ([]),
  };
  const fire = (/** @type {string} */ id, /** @type {number} */ level) => {
    v.fired.push(id);
    v.level = Math.max(v.level, level);
  };
  const reached = (/** @type {number} */ item) => s.q.items[item].acute && v.amber.add(item); // counts for COMBINE, once however many rules say so
  for (const rule of s.rules.rules) {
    if ((rule.private && s.public) || truth(rule.when, s) !== 2) continue;
    fire(rule.id, rule.level);
    v.rules.push(rule);
    for (const item of itemsOf(rule, s)) v.hits.push({ item, rule: rule.id, level: rule.level });
    if (rule.level === levels.indexOf("amber") && rule.combine >= 0) reached(rule.combine);
  }
  /** A generic rule fires once, for all the items that it speaks of. @param {string} id @param {number[]} items @param {boolean} [counts] */
  const generic = (id, items, counts) => {
    const level = levels.indexOf(g[id].level);
    for (const item of items) {
      v.hits.push({ item, rule: id, level });
      if (counts) reached(item);
    }
    if (items.length > 0) fire(id, level);
  };
  const acute = s.q.items.flatMap((item, i) => (item.acute && item.kind === "severity" ? [i] : []));
  generic(
    "SEVERE",
    acute.filter(i => s.now[i].tenths >= g.SEVERE.sevAtLeast * 10),
    true,
  );
  const { before } = s; // what was absent before counts as 0
  if (before)
    generic(
      "WORSE",
      acute.filter(i => s.now[i].tenths >= g.WORSE.now * 10 && s.now[i].tenths - before[i].tenths >= g.WORSE.delta * 10),
      true,
    );
  generic("SKIPPED", skippedOf(s));
  if (v.amber.size >= g.COMBINE.count) fire("COMBINE", levels.indexOf(g.COMBINE.level));
  v.level = Math.max(v.level, ...s.q.items.map((_, i) => band(s, i)));
  const floor = levels.indexOf(g.urgency.get(s.urgency));
  if (floor > v.level) fire("URGENCY", floor);
  advise(v, s.rules.levelAdvice);
  return v;
}

/** Severe symptoms whose own urgent question stands unanswered. @param {Situation} s @returns {number[]} */
const skippedOf = s =>
  s.rules.generic.skipped.flatMap((/** @type {{ item: number, measure: number }} */ p) =>
    s.now[p.item].tenths >= s.rules.generic.SKIPPED.sevAtLeast * 10 && !s.now[p.measure].known ? [p.item] : [],
  );

/** The level of an item's severity alone. A yes has none, and is info until a rule speaks of it. @param {Situation} s @param {number} item */
const band = (s, item) => (s.now[item].tenths >= s.rules.generic.green.sevAtLeast * 10 ? 1 : 0);

/** @param {Situation} s @param {number} item */
const ticked = (s, item) => s.now[item].yes || s.now[item].tenths >= s.rules.generic.info.sevAtLeast * 10;

/** A private rule's own text, the level's own, then those of the other rules; what is weaker than the level is dropped. @param {{ level: number, advice: Set<string>, rules: Rule[] }} v @param {string[]} own */
function advise(v, own) {
  const strong = v.rules.filter(rule => rule.level >= v.level);
  for (const rule of strong) if (rule.private) v.advice.add(rule.advice);
  v.advice.add(own[v.level]);
  for (const rule of strong) v.advice.add(rule.advice);
}

/**
 * The items that a fired rule speaks of: those whose own part of it holds. If only measures hold, the ticked parents of each, or its
 * first; if nothing was answered, the first parent of each measure that it asks. So no fired rule is without a concern.
 * @param {Rule} rule
 * @param {Situation} s
 */
function itemsOf(rule, s) {
  const held = holding(rule.when, s);
  const isItem = (/** @type {number} */ slot) => slot < s.q.items.length;
  const own = held.filter(isItem);
  if (own.length > 0) return new Set(own);
  const measures = held.length > 0 ? held : mentions(rule.when).filter(slot => !isItem(slot));
  return new Set(
    measures.flatMap(slot => {
      const { parents } = s.q.fields[slot];
      const wanted = parents.filter(parent => ticked(s, parent));
      return wanted.length > 0 ? wanted : [parents[0]];
    }),
  );
}

/** The ticked items and those that a rule speaks of, in the questionnaire's order. @param {ReturnType<typeof judge>} v @param {Situation} s @param {string} [phase] @returns {Concern[]} */
function concernsOf(v, s, phase) {
  return s.q.items.flatMap((item, i) => {
    const hits = v.hits.filter(hit => hit.item === i);
    if (hits.length === 0 && !ticked(s, i)) return [];
    const level = levels[Math.max(band(s, i), ...hits.map(hit => hit.level))];
    const { tenths, yes } = s.now[i];
    return [
      {
        code: item.code,
        severity: Math.floor(tenths / 10),
        yes,
        sensitive: item.sensitive ?? false,
        acute: item.acute ?? false,
        routes: resolveRoute(item.route, phase),
        level,
        fired: hits.map(hit => hit.rule),
      },
    ];
  });
}

/** A response that is urgent by wish alone goes to whoever treats in this phase. @param {{ level: number }} v @param {Concern[]} concerns @param {string} [phase] */
function routesOf(v, concerns, phase) {
  const wanted = concerns.flatMap(c => c.routes);
  return wanted.length === 0 && v.level >= levels.indexOf("amber") ? resolveRoute(["X"], phase) : inOrder(wanted);
}
