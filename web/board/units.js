// The units that a number of each test may have, its own first. Written from internal/lab/data/groups.v1.json by `make generate`.
// prettier-ignore
/** @type {{ [code: string]: string[] }} */
export const units = {
  "cbc.anc": [
    "10*9/L",
    "/mm3",
    "/uL",
    "10*3/uL",
    "10*6/L"
  ],
  "cbc.hb": [
    "g/L",
    "g/dL"
  ],
  "cbc.hct": [
    "L/L",
    "%"
  ],
  "cbc.lym": [
    "10*9/L",
    "/mm3",
    "/uL",
    "10*3/uL"
  ],
  "cbc.plt": [
    "10*9/L",
    "/mm3",
    "/uL",
    "10*3/uL"
  ],
  "cbc.rbc": [
    "10*12/L",
    "10*6/uL"
  ],
  "cbc.wbc": [
    "10*9/L",
    "/mm3",
    "/uL",
    "10*3/uL",
    "10*6/L"
  ],
  "chem.alb": [
    "g/L",
    "g/dL"
  ],
  "chem.alp": [
    "U/L",
    "ukat/L"
  ],
  "chem.alt": [
    "U/L",
    "ukat/L"
  ],
  "chem.ast": [
    "U/L",
    "ukat/L"
  ],
  "chem.bili": [
    "umol/L",
    "mg/dL"
  ],
  "chem.ca": [
    "mmol/L",
    "mg/dL"
  ],
  "chem.creat": [
    "umol/L",
    "mg/dL",
    "mmol/L"
  ],
  "chem.k": [
    "mmol/L",
    "meq/L"
  ],
  "chem.ldh": [
    "U/L",
    "ukat/L"
  ],
  "chem.mg": [
    "mmol/L",
    "mg/dL"
  ],
  "chem.na": [
    "mmol/L",
    "meq/L"
  ],
  "chem.phos": [
    "mmol/L",
    "mg/dL"
  ],
  "chem.urate": [
    "umol/L",
    "mg/dL",
    "mmol/L"
  ],
  "coag.inr": [
    "1",
    "{INR}"
  ],
  "endo.hba1c": [
    "mmol/mol",
    "%"
  ],
  "endo.tsh": [
    "mIU/L",
    "m[IU]/L",
    "uIU/mL",
    "u[IU]/mL"
  ],
  "infl.crp": [
    "mg/L",
    "mg/dL"
  ],
  "tm.ca125": [
    "kU/L",
    "U/mL"
  ],
  "tm.ca153": [
    "kU/L",
    "U/mL"
  ],
  "tm.ca199": [
    "kU/L",
    "U/mL"
  ],
  "tm.cea": [
    "ug/L",
    "ng/mL"
  ],
  "tm.psa": [
    "ug/L",
    "ng/mL"
  ],
  "vital.temp": [
    "Cel",
    "[degF]"
  ]
};
