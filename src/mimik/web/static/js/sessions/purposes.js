/** The optional purposes of a consent: each is asked by itself, and none is ticked beforehand. */

import { purposeName } from "../purposes.js";
import { h } from "../ui.js";

/** Checkboxes, one for each optional purpose. */
export class Purposes {
  /**
   * @param {{purpose: string, text: Object<string, string>}[]} optional
   * @param {string} [called] of whom; then only the purposes' names are shown
   */
  constructor(optional, called = "") {
    this.boxes = new Map(optional.map(({ purpose }) => [purpose, h("input", { type: "checkbox" })]));
    const labels = optional.map((one) => h("label", { class: "check" }, this.boxes.get(one.purpose), called ? short(one, called) : full(one)));
    this.element = h("div", { class: "purposes", role: "group", "aria-label": called ? `Also allowed by ${called}` : "Also allowed" }, labels);
  }

  /** @returns {string[]} this study, and what was ticked */
  get value() {
    return ["study", ...[...this.boxes].filter(([, box]) => box.checked).map(([purpose]) => purpose)];
  }

  /** Untick all, as for somebody else. */
  clear() {
    for (const box of this.boxes.values()) box.checked = false;
  }

  disable() {
    for (const box of this.boxes.values()) box.disabled = true;
  }
}

/** The sentence that the participant reads, in English and German. */
function full({ text }) {
  return h("span", {}, text.en, h("span", { class: "muted purpose-more", lang: "de" }, text.de));
}

function short({ purpose }, called) {
  return h("span", {}, purposeName(purpose), h("span", { class: "visually-hidden" }, ` (${called})`));
}
