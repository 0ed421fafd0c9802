// The shapes that pass between the files of this room, and to whoever uses it. Nothing here runs.

/** @typedef {import('./json.js').Json} Json */
/** @typedef {{ [field: string]: Json }} Fields */

/**
 * What another person wrote beside what is shown.
 * @typedef {object} Sibling
 * @property {Json} value
 * @property {number} [rev]
 * @property {string} [by] account
 * @property {number} [at] ms since 1970 UTC
 */

/**
 * A document as the server gave it, or as the person sees it.
 * @typedef {object} Document
 * @property {string} id `type/uuid`
 * @property {number} rev 0: the server has not told of it yet
 * @property {Fields} fields
 * @property {{ [field: string]: Sibling[] }} siblings only of fields that have some
 */

/**
 * What a person wants done to one document: one intent.
 * @typedef {object} Change
 * @property {string} doc `type/uuid`
 * @property {Fields} [set] null takes a field's value away
 * @property {{ [field: string]: Json[] }} [add] only for fields that are sets
 * @property {{ [field: string]: Json[] }} [remove]
 * @property {boolean} [delete] stands alone
 * @property {string} [base] of what the form showed, as `base` gave it when the form was opened; not given: what is shown now
 * @property {string} [acting] the team for which the person writes, where they work in several
 * @property {string} [key] a name of the caller's own: the same key again is the same change, and is not written twice
 */

/** @typedef {{ replica: string, n: number }} Name a mutation's identity */

/**
 * @typedef {object} Outcome
 * @property {number} n
 * @property {'applied' | 'held'} status
 * @property {number} [rev]
 * @property {string} [reason] why it is held
 * @property {string} [detail] a sentence for the person
 * @property {{ field: string, won: string, value: Json, rev: number, by: string }[]} [conflicts]
 */

/**
 * One mutation of this database, in the outbox or kept: the words stay the same however often they are sent.
 * @typedef {object} Entry
 * @property {number} seq the order of writing
 * @property {string} replica
 * @property {number} n
 * @property {string} doc
 * @property {string} body the mutation as JSON without n and was: what its hash is made of
 * @property {string} [key]
 * @property {Outcome} [outcome] what the server last said became of it
 * @property {boolean} [answered] the outcome is of the server's present epoch; else the mutation is sent (again)
 * @property {boolean} [placed] the documents in place hold what it did
 * @property {boolean} [sent] it went out under its present name
 * @property {Name[]} [names] its earlier names
 * @property {{ [epoch: string]: number }} [revs] for each epoch the last rev that it had there
 */

/**
 * One name of this database within one record.
 * @typedef {object} Line
 * @property {string} replica
 * @property {number} highest n that was given out under this name
 * @property {number} last what the server said it has of it
 * @property {boolean} [left] another name is in use now
 * @property {number} [common] once left: the last n that both have in common
 * @property {boolean} [ask] it must be asked whether what was answered is still there
 * @property {number} [at] when it was last asked, ms of the device
 */

/**
 * One document in an answer. `hash` is ours: what it adds to the digest.
 * @typedef {{ doc: string, rev: number, set?: Fields, unset?: string[], siblings?: { [field: string]: Sibling[] }, deleted?: boolean, hash?: string }} DocChange
 */

/**
 * @typedef {object} RecordAnswer
 * @property {string} record
 * @property {string} [epoch]
 * @property {Outcome[]} [outcomes]
 * @property {number} [last]
 * @property {number} [safe]
 * @property {boolean} [reset]
 * @property {DocChange[]} [changes]
 * @property {string} [cursor]
 * @property {boolean} [more]
 * @property {string} [digest]
 * @property {{ code: string, detail?: string, retryAfterMs?: number }} [error]
 */

/** @typedef {{ now: number, records: RecordAnswer[] }} Answer */

/**
 * What an exchange carries for one record.
 * @typedef {object} Part
 * @property {Line} line
 * @property {Map<number, Entry | null>} numbers what was sent, in order; null for a number whose words are gone
 * @property {boolean} asked with a null cursor, because digests differ
 */

/**
 * One request on its way.
 * @typedef {object} Exchange
 * @property {string} body of `POST /v1/sync`
 * @property {string} replica
 * @property {Map<string, Part>} parts by record; none: there is nothing to say
 */

/** How a record stands. Only 'up to date' may be shown as "everything is up to date".
 * @typedef {'up to date' | 'new' | 'sending' | 'reading' | 'differs' | 'waiting' | 'ended' | 'account' | 'upgrade'} State */

/** How a record stands, as it may be said to a person. `heard`: when this device last had all of it, ms of its clock; 0: never. @typedef {{ state: State, unsent: number, trouble: Trouble, heard: number }} Status */

/**
 * What keeps a client from syncing. 'signIn': the server wants a new sign-in; 'failed': the server answered what it should not;
 * 'full': this device could not keep what it was to keep.
 * @typedef {'' | 'offline' | 'busy' | 'signIn' | 'failed' | 'full'} Trouble
 */

/** A storage that can be locked is `new` when nobody set up a way to unlock it yet. @typedef {'new' | 'locked' | 'open'} Seal */

/**
 * Keeps the parts of one database: names and texts. It is used by one replica at a time.
 * @typedef {object} Storage
 * @property {() => Promise<Map<string, string>>} load every part by its name, as it was saved last; none for a new database
 * @property {(put: Map<string, string>, gone: string[]) => Promise<void>} save replaces and takes out parts and leaves the others; atomic and durable
 */

export {};
