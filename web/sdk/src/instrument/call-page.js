/** @typedef {{ lineUnknown: string, regions: { [region: string]: CallPage }, elsewhere: CallPage }} WhenToCall the page that needs no rules: whentocall.v1.json */
/** @typedef {{ title: string, lines: string[] }} CallPage */

/**
 * The page for a region, with the number that the device knows. It is shown whenever no rules can be trusted.
 * @param {WhenToCall} page
 * @param {string} region
 * @param {string} [line]
 * @returns {CallPage}
 */
export function callPage(page, region, line) {
  const { title, lines } = Object.hasOwn(page.regions, region) ? page.regions[region] : page.elsewhere;
  return { title, lines: lines.map(text => text.replaceAll("{line}", line || page.lineUnknown)) };
}
