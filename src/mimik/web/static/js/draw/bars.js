/** The 52 coefficients as bars in facial groups, both sides of a pair beside each other. */

import { GROUPS, NAMES, PLACE, delivered, other, shortWords, sideOf, words } from "./channels.js";
import { dressed, set } from "./elements.js";
import { Told } from "./told.js";
import { h } from "../ui.js";

export { GROUPS, NAMES };

/** Bars in a container; the person's left is on the left, as in a mirror. */
export class Bars {
  #root = h("div", { class: "draw-bars" });
  #notice = h("p", { class: "draw-notice" });
  #bars = new Array(NAMES.length);
  #told;
  #onPick;

  /**
   * @param {Element} container
   * @param {{onPick?: (name: string) => void, label?: string}} [options] onPick: makes each bar a button
   */
  constructor(container, { onPick = null, label = "Coefficients" } = {}) {
    dressed();
    this.#onPick = onPick;
    this.#notice.setAttribute("aria-hidden", "true");
    const groups = h("div", { class: "draw-bars-groups" }, ...GROUPS.map((group) => this.#group(group)));
    this.#root.append(this.#notice, groups);
    this.#told = new Told(this.#root, { role: onPick ? "group" : "img" });
    this.label = label;
    container.append(this.#root);
    this.show(null);
  }

  /** @param {ArrayLike<number|null>|null} coefficients (52,); null: no face; NaN or null: not delivered */
  show(coefficients) {
    this.#root.classList.toggle("no-face", !coefficients);
    set(this.#notice, "text", coefficients ? "" : "No face: nothing to show");
    for (let i = 0; i < NAMES.length; i++) this.#bar(this.#bars[i], coefficients ? coefficients[i] : 0, coefficients);
    this.#told.tell(() => `${this.label}: ${described(coefficients)}`);
  }

  /** Mark the channels that are picked; the others aren't. */
  pick(names) {
    const chosen = new Set(names);
    for (const [name, i] of Object.entries(PLACE)) {
      this.#bars[i].element.setAttribute("aria-pressed", String(chosen.has(name)));
    }
  }

  #bar(bar, value, face) {
    const known = delivered(value);
    const shown = known ? Math.round(Math.max(0, Math.min(1, value)) * 200) / 200 : 0;
    if (shown !== bar.shown) bar.fill.style.transform = `scaleX(${shown})`;
    if (known !== bar.known) {
      bar.element.classList.toggle("not-delivered", !known);
      bar.element.title = known ? bar.name : `${bar.name}: not delivered`;
    }
    Object.assign(bar, { shown, known });
    set(bar.number, "text", !face ? "" : known ? value.toFixed(2) : "n/a");
  }

  #group({ name, channels }) {
    const section = h("section", { class: "draw-bars-group" }, heading(name, channels.some(sideOf)));
    const done = new Set();
    for (const channel of channels) {
      if (done.has(channel)) continue;
      const [left, right] = sideOf(channel) ? [channel, other(channel)] : [channel, null];
      [left, right].forEach((each) => each && done.add(each));
      section.append(this.#row(left, right));
    }
    return section;
  }

  #row(left, right) {
    const label = h("span", { class: "draw-bars-name" }, shortWords(left));
    if (!right) return h("div", { class: "draw-bars-row single" }, label, this.#element(left));
    return h("div", { class: "draw-bars-row" }, this.#element(left), label, this.#element(right));
  }

  #element(name) {
    const element = h(this.#onPick ? "button" : "div", { class: `draw-bar ${sideOf(name).toLowerCase()}` });
    const fill = h("span", { class: "draw-bar-fill" });
    const number = h("span", { class: "draw-bar-number" });
    element.append(number, h("span", { class: "draw-bar-track" }, fill));
    element.title = name;
    if (this.#onPick) this.#makeButton(element, name);
    this.#bars[PLACE[name]] = { name, element, fill, number, shown: null, known: true };
    return element;
  }

  #makeButton(element, name) {
    element.type = "button";
    element.setAttribute("aria-label", words(name));
    element.setAttribute("aria-pressed", "false");
    element.addEventListener("click", () => this.#onPick(name));
  }
}

/** A group's name; where there are pairs, between the names of the person's sides. */
function heading(name, paired) {
  const side = (text) => paired && h("span", { class: "draw-bars-side" }, text);
  return h("div", { class: "draw-bars-heading" }, side("left"), h("h3", null, name), side("right"));
}

function described(coefficients) {
  if (!coefficients) return "no face.";
  const values = NAMES.map((name, i) => [name, coefficients[i]]);
  const missing = values.filter(([, value]) => !delivered(value)).length;
  const strongest = values
    .filter(([, value]) => delivered(value) && value >= 0.1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6);
  const listed = strongest.map(([name, value]) => `${words(name)} ${value.toFixed(2)}`).join("; ") || "none above 0.1";
  return `strongest: ${listed}.${missing ? ` ${missing} of ${NAMES.length} not delivered.` : ""}`;
}
