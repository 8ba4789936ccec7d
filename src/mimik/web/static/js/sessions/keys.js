/** The page's keys. They never act while somebody types, in a dialog, or with a modifier held down. */

import { h } from "../ui.js";

/** What the keys do, for the help. */
export const SHORTCUTS = [
  ["1 … 9, 0", "open the first to tenth session"],
  ["b", "begin the open session"],
  ["s", "Start, on behalf of the participant"],
  ["p", "pause, or go on"],
  ["r", "redo this trial"],
  ["n", "write a note"],
  ["x", "stop (asks first)"],
  ["?", "this list"],
];

const STORED = "mimik.sessions.keys";
const ACTIONS = { b: "begin", s: "start", p: "pause", r: "redo", n: "note", x: "stop" };

/** Whether a person is typing where the event happened. @param {EventTarget | null} target */
export function typing(target) {
  return target instanceof Element
    && target.closest("input:not([type=button]), textarea, select, [contenteditable=true], dialog") !== null;
}

/** Whether the keys are turned on; some speech input needs them off. */
export function keysOn() {
  return localStorage.getItem(STORED) !== "off";
}

/** Turn the keys on or off; kept in this browser. */
export function turnKeys(on) {
  localStorage.setItem(STORED, on ? "on" : "off");
}

/**
 * Listen to the keys.
 * @param {{card: (place: number) => void, press: (what: string) => void, help: () => void}} board
 */
export function listen(board) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (typing(event.target) || document.querySelector("dialog[open]") || !keysOn()) return;
    if (/^[0-9]$/.test(event.key)) board.card((Number(event.key) + 9) % 10);
    else if (event.key === "?") board.help();
    else if (Object.hasOwn(ACTIONS, event.key)) board.press(ACTIONS[event.key]);
    else return;
    event.preventDefault();
  });
}

/** Make the help's dialog and open it. */
export function showHelp() {
  const rows = SHORTCUTS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]);
  const box = h("input", { type: "checkbox", onchange: () => turnKeys(box.checked) });
  box.checked = keysOn();
  const close = h("button", { class: "button", type: "button", onclick: () => dialog.close() }, "Close");
  const dialog = h("dialog", { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keys on this page"),
    h("p", { class: "hint" }, "They act on the session that is open, and never while you type."),
    h("dl", { class: "keys" }, ...rows),
    h("label", { class: "choice" }, box, h("span", {}, "Use these keys")),
    h("div", { class: "row" }, close));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
