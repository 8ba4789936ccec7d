/** Pictures and clips of the protocol, fetched before they are needed: they are there at once, even without a line. */

import { get } from "../api.js";

const MOST = 200_000_000; // bytes kept; the rest is loaded when it is shown

const AGAIN = 3000; // ms

const kept = new Map(); // address -> blob address
let begun = false;

/** Begin to fetch, once; what fails is loaded later like any picture. @param {string} key of the screen */
export async function preload(key) {
  if (begun) return;
  begun = true;
  try {
    let left = MOST;
    for (const { url, bytes } of await get(`/api/screens/${encodeURIComponent(key)}/media`)) {
      if (bytes > left) continue;
      left -= bytes;
      if (kept.has(url)) continue;
      const response = await fetch(url);
      if (response.ok) kept.set(url, URL.createObjectURL(await response.blob()));
    }
  } catch {
    setTimeout(() => { begun = false; }, AGAIN); // no line just now: a later message tries again
  }
}

/** @param {string} url @returns {string} where it is now: in memory, or on the server */
export const source = (url) => kept.get(url) ?? url;
