// The questionnaire and the red-flag rules on the phone: fetched once from `GET /v1/instruments`, checked against the key that was
// pinned at the enrolment, and evaluated without a network. All of it is data; nothing clinical is decided in these files.
export { behind, newer, openBundle, readFiles } from "./bundle.js";
export { Library, temperature } from "./library.js";
export { celsius } from "./answers.js";
export { levels } from "./levels.js";
export { callPage } from "./call-page.js";
