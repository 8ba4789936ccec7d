/** What consent is given for: how purposes are called, and what a participant allows. */

const NAMES = { study: "this study", sharing: "sharing", "later-use": "later use" };

/** Name a purpose. @param {string} purpose @returns {string} */
export function purposeName(purpose) {
  return NAMES[purpose] ?? purpose;
}

/**
 * Say what a participant allows.
 * @param {{purposes?: string[]} | null | undefined} consent
 * @returns {string} such as "allowed: this study, sharing"
 */
export function allowed(consent) {
  const purposes = consent?.purposes ?? [];
  return purposes.length ? `allowed: ${purposes.map(purposeName).join(", ")}` : "no consent recorded";
}
