/** What pages are built from: elements, messages, questions, and numbers as people read them. */

/** Attributes set as properties, so that they keep their kind. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "indeterminate", "required", "open"]);

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, *>|null} attributes `onclick` and its like take functions; null and false leave one out.
 * @param {...*} children elements or text; null, undefined and false are left out, arrays opened.
 * @returns {HTMLElement}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (PROPERTIES.has(name)) element[name] = value ?? "";
    else if (value === null || value === undefined || value === false) continue;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Put other children into an element. */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Draw anew; whoever works with the keyboard stays where they are. If that is gone, they go on at the top.
 * @param {Element} element what is drawn anew
 * @param {function(): void} draw
 */
export function keepFocus(element, draw) {
  const held = element.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  draw();
  if (held === null) return;
  const same = [...element.querySelectorAll("a, button")].find((control) => nameOf(control) === held);
  (same ?? document.getElementById("main"))?.focus();
}

function nameOf(control) {
  return control.getAttribute("aria-label") ?? control.textContent;
}

/** Set an element's text only if it changed: screen readers and layout stay quiet. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SHOWN = { info: 6000, good: 5000, bad: 15000 }; // ms

/**
 * Say something in a corner of the page.
 * @param {string} text
 * @param {"info"|"good"|"bad"} kind
 */
export function say(text, kind = "info") {
  const notice = h("div", { class: `notice ${kind}` }, h("p", null, text));
  const close = h("button", { class: "button", type: "button", "aria-label": "Close this message" }, "×");
  close.addEventListener("click", () => notice.remove());
  notice.append(close);
  place(kind).append(notice);
  setTimeout(() => notice.remove(), SHOWN[kind]);
}

/** Errors interrupt a screen reader, the rest waits. */
function place(kind) {
  const role = kind === "bad" ? "alert" : "status";
  let corner = document.querySelector(".notices");
  if (!corner) {
    corner = h("div", { class: "notices" }, h("div", { role: "status" }), h("div", { role: "alert" }));
    document.body.append(corner);
  }
  return corner.querySelector(`[role=${role}]`);
}

/** Tell an error: what happened and what to try. */
export function tell(error) {
  say([error.message || String(error), error.hint].filter(Boolean).join("\n"), "bad");
}

/**
 * Ask before something is done.
 * @param {{title: string, text?: string, action?: string, danger?: boolean,
 *          field?: {label: string, value?: string, required?: boolean}}} question
 * @returns {Promise<boolean|string>} false if not wanted; the field's text, or true.
 */
export function ask({ title, text = "", action = "OK", danger = false, field: wanted = null }) {
  const input = wanted && h("input", { type: "text", value: wanted.value ?? "", required: Boolean(wanted.required) });
  const heading = `ask-${Math.random().toString(36).slice(2)}`;
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: heading }, title),
    text && h("p", null, text),
    input && field(wanted.label, input),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button", value: "no", formnovalidate: true }, "Cancel"),
      h("button", { class: `button ${danger ? "danger" : "primary"}`, value: "yes" }, action),
    ),
  );
  const dialog = h("dialog", { "aria-labelledby": heading }, form);
  document.body.append(dialog);
  dialog.showModal();
  if (input && !danger) input.focus();
  else form.querySelector(danger ? "[value=no]" : "[value=yes]").focus();
  return new Promise((resolve) => {
    // Enter in the field would press the first button of the form, which is Cancel; what is dangerous needs its own.
    input?.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        if (!danger) form.querySelector("[value=yes]").click();
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" && (input ? input.value.trim() : true));
    });
  });
}

/**
 * What is shown where there is nothing yet.
 * @param {{title: string, text?: string, action?: {label: string, href?: string, onclick?: function}}} what
 */
export function empty({ title, text = "", action = null }) {
  return h(
    "section",
    { class: "empty" },
    h("h2", null, title),
    text && h("p", null, text),
    action && action.href && h("a", { class: "button primary", href: action.href }, action.label),
    action && action.onclick && h("button", { class: "button primary", type: "button", onclick: action.onclick }, action.label),
  );
}

/** Do something with a button out of reach meanwhile; errors are told. Returns what it gave, or undefined. */
export async function busy(button, work) {
  if (button.disabled) return undefined;
  const focused = document.activeElement === button;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (error) {
    tell(error);
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    if (focused && document.activeElement === document.body) button.focus(); // a disabled button loses it
  }
}

let fields = 0;

/** A control with its label, and a hint that belongs to it. */
export function field(label, control, { hint = "" } = {}) {
  control.id ||= `field-${++fields}`;
  const told = hint && h("p", { class: "hint", id: `${control.id}-hint` }, hint);
  if (told) control.setAttribute("aria-describedby", told.id);
  return h("div", { class: "field" }, h("label", { class: "name", for: control.id }, label), control, told);
}

/** A choice among [value, text] pairs. */
export function select(options, { value = null, onchange = null } = {}) {
  const control = h("select", { onchange }, ...options.map(([v, text]) => h("option", { value: v }, text)));
  if (value !== null) control.value = value;
  return control;
}

const WHOLE = new Intl.NumberFormat("en");

/** 12,345 */
export const number = (value) => (Number.isFinite(value) ? WHOLE.format(Math.round(value)) : "–");

/** 45 % */
export const percent = (share, digits = 0) => (Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : "–");

/** 1 frame, 2 frames */
export const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

/** 45 s, 3 min 20 s, 2 h 5 min */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s % 60 ? ` ${s % 60} s` : ""}`;
  return `${Math.floor(s / 3600)} h${Math.floor((s % 3600) / 60) ? ` ${Math.floor((s % 3600) / 60)} min` : ""}`;
}

const WHEN = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** 5 Nov 2026, 14:03, from seconds since 1970. */
export const when = (seconds) => (Number.isFinite(seconds) ? WHEN.format(new Date(1000 * seconds)) : "–");
