// What this device holds of each of its records: a name, where there is one, how much is unsent, and whether access has ended.

/** @typedef {{ record: string, name: string, given: boolean, unsent: number, state: string }} Here `given`: the name stands in the record */

/** Where it is kept on this device what whoever is signed in calls a person. */
export const called = "called";

/** @param {import('../sdk/src/index.js').Tab} tab @returns {Promise<Here[]>} */
export async function everyRecord(tab) {
  const ids = await tab.records();
  return Promise.all(
    ids.map(async id => {
      const [{ unsent, state }, person, own] = await Promise.all([tab.status(id), tab.document(id, "person/" + id), tab.own(`${id}/${called}`)]);
      const name = person?.fields.name;
      return { record: id, name: String(name || own || ""), given: Boolean(name), unsent, state };
    }),
  );
}
