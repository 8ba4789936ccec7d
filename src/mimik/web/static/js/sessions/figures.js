/** A row of numbers with names, changed in place. */

import { h } from "../ui.js";
import { text } from "./place.js";

/** Some named values. */
export class Figures {
  /** @param {string[]} names */
  constructor(names) {
    this.values = names.map(() => h("dd", {}));
    this.element = h("dl", { class: "figures" }, names.map((name, i) => h("div", {}, h("dt", {}, name), this.values[i])));
  }

  /** @param {string[]} values in the order of the names */
  show(values) {
    values.forEach((value, i) => text(this.values[i], value));
  }
}
