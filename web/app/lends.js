// Whether whoever looks may show the emergency card and lend it by a link: the person, and a caregiver whom they allowed to (`ed-share`). What was heard
// last counts with no network.
import { computed } from "../ui/html.js";
import { helps, mine, record } from "./store.js";

export const lends = computed(() => Boolean(record.value) && (!helps.value || (mine.value?.categories.includes("ed-share") ?? false)));
