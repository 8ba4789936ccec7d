/** Probabilities of expressions as horizontal bars with numbers. */

import { delivered } from "./channels.js";
import { category } from "./colours.js";
import { dressed, set } from "./elements.js";
import { Told } from "./told.js";
import { h } from "../ui.js";

/** Bars of probabilities in a container, one for each label, in the order given. */
export class Probabilities {
  #root = h("div", { class: "draw-probabilities" });
  #rows = new Map();
  #told;

  /**
   * @param {Element} container
   * @param {string[]} labels
   */
  constructor(container, labels) {
    dressed();
    labels.forEach((label, i) => this.#root.append(this.#row(label, i)));
    this.#told = new Told(this.#root);
    container.append(this.#root);
    this.show(null);
  }

  /** @param {Object<string, number>|null} probabilities label -> 0..1; null: no face, or nothing recognised yet */
  show(probabilities) {
    this.#root.classList.toggle("no-face", !probabilities);
    const best = probabilities ? mostProbable(probabilities) : null;
    for (const [label, { row, fill, number }] of this.#rows) {
      const value = probabilities?.[label];
      const known = delivered(value);
      const share = known ? Math.max(0, Math.min(1, value)) : 0;
      fill.style.transform = `scaleX(${share.toFixed(3)})`;
      row.classList.toggle("best", label === best);
      set(number, "text", known ? `${Math.round(100 * share)} %` : "–");
    }
    this.#told.tell(() => described(probabilities));
  }

  #row(label, i) {
    const fill = h("span", { class: "draw-bar-fill" });
    fill.style.background = category(i);
    const number = h("span", { class: "draw-number" });
    const row = h("div", { class: "draw-probability" }, h("span", { class: "draw-label" }, label), h("span", { class: "draw-bar-track" }, fill), number);
    this.#rows.set(label, { row, fill, number });
    return row;
  }
}

/** The label with the largest probability, or null where there is none. */
export function mostProbable(probabilities) {
  let best = null;
  for (const [label, value] of Object.entries(probabilities)) {
    if (delivered(value) && (best === null || value > probabilities[best])) best = label;
  }
  return best;
}

function described(probabilities) {
  if (!probabilities) return "Probabilities: none, no face.";
  const sorted = Object.entries(probabilities).filter(([, value]) => delivered(value)).sort(([, a], [, b]) => b - a);
  return `Probabilities: ${sorted.map(([label, value]) => `${label} ${Math.round(100 * value)} %`).join(", ")}.`;
}
