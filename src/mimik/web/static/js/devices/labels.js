/** Names that the operator gives phones for this run; they stay in this browser tab and are never stored. */

const KEY = "mimik-device-labels";

/** Tells phones apart over a reload; a number alone may be another phone after the studio was started anew. */
const keyOf = ({ number, address, name }) => `${number} ${address} ${name}`;

/** @param {Object} device @returns {string} "" where there is none. */
export function labelOf(device) {
  return read()[keyOf(device)] ?? "";
}

/** Give a phone a label, or take it away with "". */
export function setLabel(device, label) {
  const labels = read();
  if (label) labels[keyOf(device)] = label;
  else delete labels[keyOf(device)];
  kept = labels;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(labels));
  } catch {
    // without storage labels last until the next reload
  }
}

let kept = null;

function read() {
  if (kept === null) {
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    } catch {
      kept = {};
    }
  }
  return kept;
}
