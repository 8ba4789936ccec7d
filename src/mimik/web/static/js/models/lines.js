/** A figure after each epoch of a training, as a line that grows. */

import { h, setText } from "../ui.js";
import { s, scale } from "./svg.js";

const WIDTH = 320;
const HEIGHT = 150;
const EDGE = { left: 44, right: 10, top: 12, bottom: 26 };

/** One line; `show` draws it anew. */
export class Line {
  #path = s("polyline", { class: "line" });
  #dot = s("circle", { class: "dot", r: 3.5 });
  #axis = s("g", { class: "axis" });
  #told = h("figcaption", { class: "hint" });

  /** @param {string} name such as "Accuracy"  @param {{share?: boolean}} kind whether it is a share, drawn from 0 to 1. */
  constructor(name, { share = false } = {}) {
    this.name = name;
    this.share = share;
    const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, this.#axis, this.#path, this.#dot);
    this.element = h("figure", { class: "epochs" }, h("h3", null, name), svg, this.#told);
  }

  /** @param {Array<number|null>} values one an epoch  @param {number|null} epochs how many there will be. */
  show(values, epochs) {
    const known = values.map((value, i) => [i + 1, value]).filter(([, value]) => Number.isFinite(value));
    const top = this.share ? 1 : Math.max(...known.map(([, value]) => value), 0.1);
    const x = scale(1, Math.max(epochs ?? 0, values.length, 2), EDGE.left, WIDTH - EDGE.right);
    const y = scale(0, top, HEIGHT - EDGE.bottom, EDGE.top);
    this.#path.setAttribute("points", known.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`).join(" "));
    const [epoch, value] = known.at(-1) ?? [];
    this.#dot.setAttribute("visibility", known.length ? "visible" : "hidden");
    if (known.length) {
      this.#dot.setAttribute("cx", x(epoch).toFixed(1));
      this.#dot.setAttribute("cy", y(value).toFixed(1));
    }
    this.#axis.replaceChildren(...this.#ticks(x, y, top, Math.max(epochs ?? 0, values.length, 2)));
    setText(this.#told, known.length ? `${this.#text(value)} after epoch ${epoch}${epochs ? ` of ${epochs}` : ""}` : "Nothing yet");
  }

  #text(value) {
    return this.share ? `${(100 * value).toFixed(1)} %` : value.toFixed(3);
  }

  #ticks(x, y, top, epochs) {
    const line = (value) => s("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) });
    const mark = (value) => s("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, this.share ? `${100 * value} %` : value.toFixed(2));
    const levels = [0, top / 2, top];
    const ends = [s("text", { x: x(1), y: HEIGHT - 8 }, "epoch 1"), s("text", { x: x(epochs), y: HEIGHT - 8, "text-anchor": "end" }, epochs)];
    return [...levels.map(line), ...levels.map(mark), ...ends];
  }
}

/** Accuracy and loss side by side. */
export class Curves {
  constructor() {
    this.lines = { accuracy: new Line("Accuracy", { share: true }), loss: new Line("Loss") };
    const hint = "On the frames it learns from: how well it does on others, only people held out tell.";
    this.element = h("div", null, h("div", { class: "curves" }, Object.values(this.lines).map((line) => line.element)), h("p", { class: "hint" }, hint));
  }

  /** @param {{accuracy: number[], loss: number[]}} curves  @param {number|null} epochs */
  show(curves, epochs) {
    for (const [name, line] of Object.entries(this.lines)) line.show(curves[name] ?? [], epochs);
  }
}
