/** What was typed survives a reload; it lies in this browser only, until the study is made. */

/**
 * @param {string} folder of the study that is not there yet.
 * @returns {{read: function(): Object, keep: function(Object), forget: function()}}
 */
export function draftOf(folder) {
  const key = `mimik-first-start:${folder}`;
  return {
    read() {
      return attempt(() => JSON.parse(localStorage.getItem(key))) ?? {};
    },
    keep(values) {
      attempt(() => localStorage.setItem(key, JSON.stringify(values)));
    },
    forget() {
      attempt(() => localStorage.removeItem(key));
    },
  };
}

/** Browsers may forbid storage or hold something else there: then there simply is no draft. */
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}
