/** What is to be typed into a phone, and a button that copies it. */

import { h, say } from "../ui.js";

/** A line with a name, a value in large letters, and a button to copy it. */
export function typedLine(name, value) {
  const shown = h("span", { class: "mono big" }, String(value));
  return h("div", { class: "typed" }, h("span", { class: "muted" }, name), shown, copyButton(String(value), name));
}

/** @param {string} text what is copied. @param {string} what what it is, for the label and the message. */
function copyButton(text, what) {
  const button = h("button", { class: "button copy", type: "button", "aria-label": `Copy ${what} ${text}` }, "Copy");
  button.addEventListener("click", async () => {
    if (await copied(text)) say(`${text} is copied.`, "good");
    else say(`This browser does not let pages copy. Please type it: ${text}`, "bad");
  });
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text); // only on this computer or with HTTPS
    return true;
  } catch {
    return copiedOldWay(text);
  }
}

function copiedOldWay(text) {
  const before = document.activeElement;
  const area = h("textarea", { class: "visually-hidden", value: text, readonly: true, "aria-hidden": "true" });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
