/** One phone: how it is doing, and whether it may record. */

import { del, post } from "../api.js";
import { ask, busy, counted, duration, h, number, percent, replace, say, setText } from "../ui.js";
import { labelOf, setLabel } from "./labels.js";

/** What only matters once a neutral face is asked for. */
const NOT_HERE = new Set(["neutral", "silent"]);

/**
 * @param {Object} device as GET /api/devices tells it.
 * @param {{open: boolean, blink: Object}} page whether there is a study, and the blink test.
 * @returns {{element: HTMLElement, face: HTMLElement, show: function(Object)}}
 */
export function deviceCard(device, { open, blink }) {
  let latest = device;
  const heading = h("h3", { id: `device-${device.number}` });
  const which = h("p", { class: "hint which" });
  const badges = h("div", { class: "row badges" });
  const face = h("div", { class: "face" });
  const facts = factList();
  const hints = h("ul", { class: "plain hints" });
  const actions = actionRow(() => latest, open, () => show(latest));
  const element = h(
    "li",
    { class: "card device" },
    h("article", { "aria-labelledby": heading.id }, heading, badges, which, h("div", { class: "body" }, face, facts.element), hints, actions.element),
  );
  const show = (told) => {
    latest = told;
    setText(heading, titleOf(told));
    setText(which, whichOf(told));
    redraw(badges, badgesOf(told, blink.blinks(told.number)));
    redraw(hints, hintsOf(told));
    facts.show(told);
    actions.show(told);
    element.classList.toggle("silent", told.silent);
    element.classList.toggle("accepted", told.accepted);
    element.classList.toggle("blinked", blink.blinks(told.number) > 0);
    element.classList.toggle("most", blink.saidBy(told.number));
  };
  show(device);
  return { element, face, show };
}

/** What a phone is called here: the operator's label, else the name set in its app. */
export function titleOf(device) {
  return labelOf(device) || device.name || `Device ${device.number}`;
}

function whichOf(device) {
  const parts = [
    `Device ${device.number}`,
    labelOf(device) && device.name && `named ${device.name}`,
    device.address,
    device.accepted && device.study_number !== null && `phone ${device.study_number} of the study`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function badgesOf(device, blinks) {
  return [
    device.silent ? ["bad", silence(device)] : ["good", "sends"],
    device.accepted ? ["good", "accepted"] : ["warn", "not accepted yet"],
    device.simulated && ["synthetic", "simulated"],
    device.sitting !== null && ["info", "in a session"],
    blinks > 0 && ["info", counted(blinks, "blink")],
  ].filter(Boolean);
}

function silence({ silent_for: seconds }) {
  return seconds === null ? "silent" : `silent for ${duration(Math.floor(seconds))}`;
}

function hintsOf({ hints, silent }) {
  const shown = hints.filter(({ code }) => !NOT_HERE.has(code)).map(({ severity, text }) => [severity, text]);
  if (silent) shown.unshift(["bad", "Nothing arrives from it: is the app in front, the phone awake, and in this Wi-Fi?"]);
  return shown;
}

/** Badges and hints are drawn again only when they change: nothing flickers, and screen readers stay where they are. */
function redraw(element, items) {
  const key = JSON.stringify(items);
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  const tag = element.tagName === "UL" ? "li" : "span";
  replace(element, ...items.map(([kind, text]) => h(tag, { class: tag === "li" ? kind : `badge ${kind}` }, text)));
}

function factList() {
  const values = new Map();
  const row = (name) => {
    const value = h("dd", null);
    values.set(name, value);
    return h("div", null, h("dt", null, name), value);
  };
  const element = h("dl", { class: "facts" }, ...["frames a second", "lost frames", "face", "battery"].map(row));
  return {
    element,
    show(device) {
      setText(values.get("frames a second"), device.silent || device.rate === null ? "–" : device.rate.toFixed(0));
      withDetail(values.get("lost frames"), ...lost(device));
      setText(values.get("face"), device.face ? "in view" : device.silent ? "–" : "none in view");
      withDetail(values.get("battery"), device.battery === null ? "" : percent(device.battery), device.battery === null ? "not told by this app" : "");
    },
  };
}

function lost({ lost: n, frames }) {
  const all = n + frames;
  return n === 0 ? ["none", ""] : [percent(n / all, n / all < 0.1 ? 1 : 0), `(${number(n)} of ${number(all)})`];
}

/** A value, and what belongs to it in small letters; built once. */
function withDetail(element, value, detail) {
  if (!element.firstElementChild) replace(element, h("span", null), " ", h("small", null));
  setText(element.firstElementChild, value);
  setText(element.lastElementChild, detail);
}

function actionRow(device, open, again) {
  const accept = h("button", { class: "button primary", type: "button" });
  const label = h("button", { class: "button", type: "button" }, "Label");
  const sessions = h("a", { class: "button" });
  accept.addEventListener("click", () => busy(accept, () => change(device())));
  label.addEventListener("click", () => rename(device(), again));
  return {
    element: h("div", { class: "row" }, accept, label, sessions),
    show(told) {
      const text = told.accepted ? "Withdraw acceptance" : "Accept";
      setText(accept, told.accepted ? "Withdraw" : "Accept");
      accept.setAttribute("aria-label", `${text}: ${titleOf(told)}, device ${told.number}`);
      label.setAttribute("aria-label", `Label: ${titleOf(told)}, device ${told.number}`);
      accept.className = told.accepted ? "button" : "button primary";
      accept.hidden = !open || told.sitting !== null;
      sessions.hidden = !open || !told.accepted;
      sessions.href = told.sitting === null ? `/sessions#device=${told.number}` : "/sessions";
      setText(sessions, told.sitting === null ? "Record" : "To the session");
      sessions.setAttribute("aria-label", `${told.sitting === null ? "Record" : "To the session"}: ${titleOf(told)}, device ${told.number}`);
    },
  };
}

/** The list itself follows by the next message of the studio. */
async function change(device) {
  const path = `/api/devices/${device.number}/accept`;
  if (!device.accepted) {
    await post(path);
    say(`${titleOf(device)} is accepted: it may record.`, "good");
    return;
  }
  const wanted = await ask({
    title: `Withdraw the acceptance of ${titleOf(device)}?`,
    text: "It can't record then. What it has recorded stays. You can accept it again at any time.",
    action: "Withdraw",
  });
  if (wanted) await del(path);
}

async function rename(device, again) {
  const label = await ask({
    title: `Label for device ${device.number}`,
    text: "For telling phones apart, such as “left chair”. It stays in this browser tab, and goes when the tab is closed.",
    action: "Keep",
    field: { label: "Label (empty: none)", value: labelOf(device) },
  });
  if (label === false) return;
  setLabel(device, label);
  again();
}
