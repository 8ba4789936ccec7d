/** Withdrawing somebody: what would go, a question, and what a search found afterwards. */

import { get, post } from "../api.js";
import { ask, counted, number, when } from "../ui.js";

/**
 * Ask, and withdraw a participant.
 * @param {string} participant
 * @returns {Promise<object | null>} what was done, as the route tells it; null if it was not wanted
 */
export async function withdraw(participant) {
  const path = `/api/participants/${encodeURIComponent(participant)}/withdrawal`;
  const reason = await ask({
    title: `Withdraw ${participant} for good?`,
    text: planned(await get(path)),
    action: "Withdraw for good",
    danger: true,
    field: { label: "Why? (may stay empty; no names, as it is kept in the study)" },
  });
  return reason === false ? null : { participant, ...(await post(path, { reason })) };
}

function planned({ sessions, computed, models, releases }) {
  return [
    `Their consent, their line in the list of people and ${counted(sessions.length, "session")} will be deleted.`,
    computed.length > 0 && `So will ${counted(computed.length, "computed thing")} (${computed.join(", ")}), which can be computed again without them.`,
    models > 0 && `${counted(models, "model")} learned from them and will be marked.`,
    given(releases),
    "This can't be undone.",
  ]
    .filter(Boolean)
    .join("\n");
}

/** Say what was found. @param {object} done as the route tells it, with its participant */
export function searched({ participant, searched: { files, found, unread }, releases }) {
  return [
    `${participant} is withdrawn. Searched ${number(files)} file${files === 1 ? "" : "s"}: ${found.length ? `something is left in ${found.join(", ")}` : "nothing found"}.`,
    unread.length > 0 && `Not searched, as they can't be read: ${unread.join(", ")}.`,
    given(releases),
  ]
    .filter(Boolean)
    .join("\n");
}

function given(releases) {
  if (!releases.length) return "";
  const each = releases.map(({ id, kind, at }) => `${id} (${kind}, ${when(at)})`).join(", ");
  return `Tell those who were given ${counted(releases.length, "release")} with their data: ${each}.`;
}
