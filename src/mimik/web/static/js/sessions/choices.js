/** Groups of radio buttons that can be filled again without losing what was chosen. */

import { h, setText } from "../ui.js";

let groups = 0;

/** One of several; `value` is what is chosen, or null. */
export class Choices {
  /**
   * @param {string} legend
   * @param {(value: string) => void} [onChange]
   */
  constructor(legend, onChange = () => {}) {
    this.name = `choices-${++groups}`;
    this.onChange = onChange;
    this.rows = new Map();
    this.box = h("div", { class: "choices" });
    this.element = h("div", { role: "radiogroup", "aria-label": legend }, this.box);
  }

  /** @returns {string | null} */
  get value() {
    for (const [value, row] of this.rows) if (row.input.checked) return value;
    return null;
  }

  set value(wanted) {
    for (const [value, row] of this.rows) row.input.checked = value === wanted;
  }

  /**
   * Offer these; rows that stay are changed in place.
   * @param {{value: string, text: string, more?: string, disabled?: boolean}[]} offered
   */
  offer(offered) {
    const values = offered.map((one) => one.value);
    const known = [...this.rows.keys()];
    for (const one of offered) this.row(one);
    if (values.join("\n") === known.join("\n")) return;
    this.rows = new Map(values.map((value) => [value, this.rows.get(value)]));
    const at = document.activeElement;
    this.box.replaceChildren(...values.map((value) => this.rows.get(value).label));
    if (this.box.contains(at)) at.focus();
  }

  row({ value, text, more = "", disabled = false }) {
    const row = this.rows.get(value) ?? this.make(value);
    setText(row.text, text);
    setText(row.more, more);
    row.input.disabled = disabled;
  }

  make(value) {
    const input = h("input", { type: "radio", name: this.name, value, onchange: () => this.onChange(value) });
    const words = h("span", { class: "choice-text" });
    const more = h("span", { class: "muted choice-more" });
    const row = { input, text: words, more, label: h("label", { class: "check" }, input, h("span", {}, words, " ", more)) };
    this.rows.set(value, row);
    return row;
  }

  focus() {
    const first = [...this.rows.values()].find((row) => row.input.checked) ?? this.rows.values().next().value;
    first?.input.focus();
  }
}
