/** Answers that were begun, kept by this tab until they have arrived; a reload does not lose them. */

const name = (seat, trial) => `mimik:${seat}:${trial}`;

/**
 * @typedef {{page: number, values: Record<string, string>, sent: boolean, round?: number}} Draft
 *   `round` is of consent: in which it was asked
 */

/** @returns {Draft} */
export const emptyDraft = () => ({ page: 0, values: {}, sent: false });

/** @returns {Draft} what was begun, or an empty one */
export function loadDraft(seat, trial) {
  try {
    const draft = JSON.parse(sessionStorage.getItem(name(seat, trial)));
    if (draft) return draft;
  } catch {
    // A browser that keeps nothing: answers live as long as the page.
  }
  return emptyDraft();
}

/** @param {string} seat @param {number} trial @param {Draft} draft */
export function keepDraft(seat, trial, draft) {
  try {
    sessionStorage.setItem(name(seat, trial), JSON.stringify(draft));
  } catch {
    // As above.
  }
}

/** @param {string} seat @param {number} trial */
export function dropDraft(seat, trial) {
  try {
    sessionStorage.removeItem(name(seat, trial));
  } catch {
    // As above.
  }
}
