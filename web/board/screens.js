// Which screen of the desk stands behind which address.
import { Queue } from "./screens/queue.js";
import { Record } from "./screens/record.js";

/** A screen by the first part of its address; the rest of the address is its `path`. @type {{ [place: string]: (p: { path: string[] }) => any }} */
export const screens = {
  queue: Queue,
  record: Record,
};
