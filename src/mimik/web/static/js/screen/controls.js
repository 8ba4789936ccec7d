/** What a question is answered with: buttons for a choice, steps or a slider for a scale, a field for text. */

import { h, setText } from "../ui.js";

const MOST_STEPS = 21;
const TYPING = 1200; // ms within which digits belong to one number
const LONGEST = 2000; // characters of a free answer

let groups = 0;

/**
 * @typedef {{element: HTMLElement, type: (key: string) => boolean}} Control
 *   `type` takes a number key and says whether it meant something.
 */

/**
 * @param {object} question as the view has it
 * @param {string} value answered so far, "" for none
 * @param {{onchange: (value: string) => void, say: Function, labelled: string}} with_
 *   `labelled` is the id of the element with the question's text
 * @returns {Control}
 */
export function control(question, value, with_) {
  if (question.kind === "text") return textControl(value, with_);
  if (question.kind === "choice") return choiceControl(question, value, with_);
  const steps = question.maximum - question.minimum + 1;
  return steps > MOST_STEPS ? sliderControl(question, value, with_) : stepsControl(question, value, with_);
}

function choiceControl({ options }, value, { onchange, labelled }) {
  const rows = options.map((option, i) => ({ ...option, key: i + 1 }));
  const list = radios(rows, value, onchange, (row) => [
    h("span", { class: "key", "aria-hidden": "true" }, row.key),
    h("span", null, row.text),
  ]);
  const element = h("div", { class: "choice", role: "radiogroup", "aria-labelledby": labelled }, list.labels);
  return { element, type: typed(list.pick) };
}

function stepsControl({ minimum, maximum, low, high }, value, { onchange, labelled }) {
  const rows = Array.from({ length: maximum - minimum + 1 }, (_, i) => {
    const step = minimum + i;
    const end = step === minimum ? low : step === maximum ? high : "";
    return { value: String(step), key: step, name: end ? `${step}, ${end}` : null };
  });
  const list = radios(rows, value, onchange, (row) => h("span", { dir: "ltr" }, row.value));
  const steps = h("div", { class: "steps", role: "radiogroup", "aria-labelledby": labelled }, list.labels);
  return { element: h("div", { class: "scale" }, steps, ends(low, high)), type: typed(list.pick) };
}

function sliderControl({ minimum, maximum, low, high }, value, { onchange, say, labelled }) {
  const number = h("output", { class: "number", dir: "ltr" });
  const slider = h("input", {
    type: "range", min: minimum, max: maximum, step: 1, "aria-labelledby": labelled, class: value ? "" : "untouched",
  });
  slider.value = value || String(Math.round((minimum + maximum) / 2));
  const tell = (text) => {
    setText(number, text || "–");
    slider.setAttribute("aria-valuetext", text || say("unanswered"));
  };
  const take = () => {
    slider.classList.remove("untouched");
    tell(slider.value);
    onchange(slider.value);
  };
  for (const name of ["input", "pointerup", "change"]) slider.addEventListener(name, take);
  slider.addEventListener("keyup", (event) => { if (event.key !== "Tab") take(); });
  tell(value);
  const type = typed((entered) => {
    if (entered < minimum || entered > maximum) return false;
    slider.value = String(entered);
    take();
    return true;
  });
  return { element: h("div", { class: "scale" }, number, slider, ends(low, high)), type };
}

function textControl(value, { onchange, labelled }) {
  const field = h("textarea", { rows: 3, maxlength: LONGEST, dir: "auto", "aria-labelledby": labelled, value });
  field.addEventListener("input", () => onchange(field.value.trim() ? field.value : ""));
  return { element: field, type: () => false };
}

const ends = (low, high) =>
  (low || high) && h("p", { class: "ends", "aria-hidden": "true" }, h("span", null, low), h("span", null, high));

/** Radio buttons that look like buttons. */
function radios(rows, value, onchange, content) {
  const group = `group${(groups += 1)}`;
  const inputs = rows.map((row) => h("input", {
    type: "radio", name: group, value: row.value, checked: row.value === value, "aria-label": row.name,
    onchange: () => onchange(row.value),
  }));
  const labels = rows.map((row, i) => h("label", { class: "option" }, inputs[i], content(row)));
  const pick = (number) => {
    const place = rows.findIndex((row) => row.key === number);
    if (place < 0) return false;
    inputs[place].checked = true;
    onchange(rows[place].value);
    return true;
  };
  return { labels, pick };
}

/** Number keys as numbers: "1", then "0" soon after, is 10 where there is a 10. */
function typed(pick) {
  let entered = "";
  let at = -Infinity;
  return (key) => {
    if (!/^[-0-9]$/.test(key)) return false;
    const now = performance.now();
    const longer = now - at < TYPING ? entered + key : key;
    at = now;
    entered = key === "-" ? "-" : longer;
    if (entered === "-") return true;
    if (pick(Number(entered))) return true;
    entered = key;
    return pick(Number(key));
  };
}
