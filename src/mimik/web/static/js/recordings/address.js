/** Which session the page's address asks for: `#sub-X/ses-01`; none is the list. */

const SESSION = /^(sub-[A-Za-z0-9]{1,64})\/(ses-[A-Za-z0-9]{1,64})$/;

/** @param {string} hash with or without #  @returns {{participant: string, session: string}|null} */
export function wanted(hash) {
  const found = SESSION.exec(decodeURI(hash.replace(/^#/, "")));
  return found ? { participant: found[1], session: found[2] } : null;
}

/** The address of a session on this page. */
export const hashOf = ({ participant, session }) => `#${participant}/${session}`;

/** Where a session lies behind /api. */
export const pathOf = ({ participant, session }) =>
  `/api/sessions/${encodeURIComponent(participant)}/${encodeURIComponent(session)}`;
