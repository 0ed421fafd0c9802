/** @typedef {'info' | 'green' | 'amber' | 'red' | 'emergency'} Level how urgent something is, lowest first */

/** @type {Level[]} */
export const levels = ["info", "green", "amber", "red", "emergency"];
