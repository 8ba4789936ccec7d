/** Tells screen readers who comes, falls silent and comes back; nothing else, or they would never be quiet. */

import { h, setText } from "../ui.js";

const TOGETHER = 1500; // ms in which several events are one message

/** @returns {{element: HTMLElement, devices: function(Object[])}} */
export function announcer() {
  const element = h("p", { class: "visually-hidden", role: "status" });
  let known = null;
  let waiting = [];
  let timer = 0;
  const tell = () => {
    timer = 0;
    setText(element, waiting.join(" "));
    waiting = [];
  };
  return {
    element,
    devices(devices) {
      const now = new Map(devices.map((device) => [device.number, device.silent]));
      if (known !== null) waiting.push(...events(known, now));
      known = now;
      if (waiting.length && !timer) timer = setTimeout(tell, TOGETHER);
    },
  };
}

function events(before, now) {
  const told = [];
  for (const [number, silent] of now) {
    if (!before.has(number)) told.push(`Device ${number} sends.`);
    else if (before.get(number) !== silent) told.push(silent ? `Device ${number} has fallen silent.` : `Device ${number} sends again.`);
  }
  return told;
}
