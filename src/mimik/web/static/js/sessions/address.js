/** What the page's address asks for: `#resume=sub-X/ses-01`, `#device=3`, `#prepare` or `#many`. */

/**
 * Read the part of an address behind the #.
 * @param {string} hash with or without #
 * @returns {{prepare: boolean, many: boolean, resume: {participant: string, session: string} | null, device: number | null}}
 */
export function wanted(hash) {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const found = /^(sub-[^/]+)\/(ses-[^/]+)$/.exec(values.get("resume") ?? "");
  const resume = found ? { participant: found[1], session: found[2] } : null;
  const device = /^\d+$/.test(values.get("device") ?? "") ? Number(values.get("device")) : null;
  const many = values.has("many");
  return { prepare: values.has("prepare") || resume !== null || device !== null, many, resume, device };
}

/** Take the wish out of the address, so that a reload doesn't repeat it. */
export function forget() {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

/** Whether an address opens only on this computer. @param {string} url */
export function onlyHere(url) {
  try {
    return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url, location.href).hostname);
  } catch {
    return true;
  }
}
