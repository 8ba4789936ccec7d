/** Names of curves with a piece of their line, and their values at a time. */

import { onColours, palette } from "../colours.js";
import { set, svg } from "../elements.js";
import { h, replace } from "../../ui.js";
import { lookOf } from "./paint.js";
import { timeText } from "./ticks.js";

/** A list of the curves' names. */
export class Legend {
  #list = h("ul", { class: "draw-legend" });
  #time = h("span", { class: "draw-time" });
  #numbers = [];
  #series = [];

  /** @param {Element} place whose colours count */
  constructor(place) {
    this.element = h("div", { class: "draw-curves-legend" }, this.#list, this.#time);
    onColours(() => this.show(this.#series, palette(place)));
  }

  show(series, colours) {
    this.#series = series;
    this.#numbers = series.map(() => h("span", { class: "draw-number" }));
    replace(this.#list, series.map(({ name, colour }, i) => h("li", null, key(lookOf(i, colour, colours)), name, this.#numbers[i])));
  }

  /** @param {number|null} time  @param {number[]|null} values null: nothing came then; NaN: not delivered */
  values(time, values, longest) {
    set(this.#time, "text", time === null ? "" : `at ${timeText(time, 0.05, longest)}${longest < 90 ? " s" : ""}`);
    this.#numbers.forEach((element, i) => set(element, "text", time === null ? "" : numberText(values?.[i])));
  }
}

const numberText = (value) => (value === undefined || Number.isNaN(value) ? "–" : value.toFixed(2));

function key({ stroke, dash }) {
  const line = svg("line", { x1: 0, x2: 30, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": dash.join(" ") });
  line.style.stroke = stroke;
  return svg("svg", { class: "draw-line-key", width: 30, height: 10, viewBox: "0 0 30 10", "aria-hidden": "true" }, line);
}
