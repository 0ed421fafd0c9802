/**
 * The number of a team that is answered at all times; '' if this device knows none. In the order of cmd/satchel/phone (judge.go): what the team's own
 * card says, of several what was tried last; then its telephone, where that is answered day and night; then its number out of hours.
 * @param {import('../sdk/src/types.js').Fields} fields of its careTeam
 * @returns {string}
 */
export function dayAndNight(fields) {
  const contacts = Object.entries(fields)
    .filter(([name]) => name.startsWith("contacts."))
    .map(([, value]) => /** @type {any} */ (value))
    .filter(contact => contact?.system === "phone" && contact.is24h === true && contact.value)
    .sort((a, b) => (b.verifiedAt ?? 0) - (a.verifiedAt ?? 0) || (a.value < b.value ? -1 : 1));
  if (contacts.length > 0) return contacts[0].value;
  if (fields.is24h === true && fields.phone) return String(fields.phone);
  return String(fields.outOfHours ?? "");
}
