/** What a session's status means, in words and badges. */

import { h } from "../ui.js";

const STATUS = {
  complete: ["good", "complete", "Recorded to the end."],
  partial: ["warn", "partial", "It broke off and was kept as it is; some trials are missing."],
  interrupted: ["bad", "broke off", "It can be resumed, kept as it is, or removed."],
  imported: ["info", "imported", "Recorded elsewhere."],
  running: ["info", "running", "It is being recorded now."],
};

/** "complete", ... or "running" while it is recorded in this studio. */
export const statusOf = (session) => (session.running ? "running" : session.status);

/** [value, text] of all, for a choice. */
export const STATUSES = Object.entries(STATUS).map(([value, [, text]]) => [value, text]);

/** A badge; what it means is its title. */
export function badge(session) {
  const [kind, text, meaning] = STATUS[statusOf(session)];
  return h("span", { class: `badge ${kind}`, title: meaning }, text);
}
