/** The last minute of recognition as a ribbon: stacked probabilities, and below what was said. */

import { Canvas, hatch } from "./canvas.js";
import { category, still } from "./colours.js";
import { dressed } from "./elements.js";
import { Told } from "./told.js";
import { h } from "../ui.js";

const [HEIGHT, SAID, AXIS] = [132, 22, 18]; // CSS pixels: all, the band of what was said, the seconds
const GAP = 0.5; // seconds without news that are drawn as such
const CALM = 1; // seconds between two pictures where movement is unwanted

/** A ribbon that moves to the left in a container. */
export class Ribbon {
  #labels;
  #seconds;
  #points = []; // {time, shares: number[]|null, said}
  #canvas;
  #told;
  #drawn = -Infinity;

  /**
   * @param {Element} container
   * @param {{seconds?: number, labels: string[]}} options seconds: how much is shown
   */
  constructor(container, { seconds = 60, labels }) {
    dressed();
    this.#labels = labels;
    this.#seconds = seconds;
    const holder = h("div", { class: "draw-canvas" });
    container.append(h("div", { class: "draw-ribbon" }, holder, legend(labels)));
    this.#canvas = new Canvas(holder, HEIGHT, (...place) => this.#draw(...place));
    this.#told = new Told(this.#canvas.element);
    this.#told.tell(() => "Recognised in the last minute: nothing yet.");
    this.#canvas.ask();
  }

  /**
   * @param {number} time seconds, of any clock that goes on
   * @param {Object<string, number>|null} probabilities label -> 0..1; null: no face
   * @param {string|null} said the label that was said; null or "unsure": none
   */
  push(time, probabilities, said = null) {
    const last = this.#points.at(-1);
    if (last && time < last.time) this.clear(); // another clock
    const shares = probabilities ? normalised(this.#labels.map((label) => probabilities[label] || 0)) : null;
    this.#points.push({ time, shares, said: this.#labels.includes(said) ? said : null });
    while (this.#points[1] && this.#points[1].time < time - this.#seconds) this.#points.shift();
    this.#told.tell(() => this.#described());
    if (still() && time - this.#drawn < CALM) return;
    this.#drawn = time;
    this.#canvas.ask();
  }

  /** Forget everything. */
  clear() {
    this.#points = [];
    this.#drawn = -Infinity;
    this.#canvas.ask();
  }

  #draw(context, width, height, colours) {
    const now = this.#points.at(-1)?.time ?? 0;
    const place = (time) => Math.round(width * (1 - (now - time) / this.#seconds)); // whole, or seams would show
    const top = height - SAID - AXIS;
    hatch(context, 0, 0, width, top, colours.line);
    this.#cells(place).forEach((cell) => this.#stack(context, cell, top, colours));
    this.#runs(place).forEach((run) => this.#name(context, run, top, colours));
    axis(context, width, height, this.#seconds, colours);
  }

  /** Stretches from each point to the next; longer silences stay hatched. */
  #cells(place) {
    return this.#points.map((point, i) => {
      const next = this.#points[i + 1]?.time ?? point.time + 0.05;
      const end = next - point.time > GAP ? point.time + 0.1 : next;
      return { ...point, from: place(point.time), to: place(end) };
    });
  }

  #stack(context, { shares, from, to }, top, colours) {
    if (!shares || to <= from) return;
    let y = top;
    shares.forEach((share, i) => {
      context.fillStyle = colours.categories[i % 8];
      context.fillRect(from, y - share * top, to - from, share * top + 0.3);
      y -= share * top;
    });
  }

  #runs(place) {
    const runs = [];
    for (const cell of this.#cells(place)) {
      const last = runs.at(-1);
      const kind = cell.shares ? (cell.said ?? "unsure") : "no face";
      if (last?.kind === kind && cell.from - last.to < 1) last.to = cell.to;
      else runs.push({ kind, from: cell.from, to: cell.to });
    }
    return runs;
  }

  #name(context, { kind, from, to }, top, colours) {
    const i = this.#labels.indexOf(kind);
    const y = top + 3;
    context.fillStyle = i < 0 ? colours.wash : colours.categories[i % 8];
    context.fillRect(from, y, to - from, SAID - 4);
    if (i < 0) hatch(context, from, y, to - from, SAID - 4, colours.muted, { slant: kind === "unsure" ? -1 : 1 });
    context.font = "12px system-ui, sans-serif";
    const wide = context.measureText(kind).width;
    if (to - Math.max(0, from) < wide + 10) return;
    const x = Math.max(0, from) + 5;
    context.fillStyle = colours.paper;
    context.fillRect(x - 3, y + 1, wide + 6, SAID - 6);
    Object.assign(context, { fillStyle: colours.ink, textAlign: "left", textBaseline: "middle" });
    context.fillText(kind, x, y + (SAID - 4) / 2);
  }

  #described() {
    const last = this.#points.at(-1);
    if (!last) return "Recognised in the last minute: nothing yet.";
    const now = last.shares ? (last.said ?? "unsure") : "no face";
    const said = new Map();
    for (const point of this.#points) if (point.said) said.set(point.said, (said.get(point.said) ?? 0) + 1);
    const parts = [...said].map(([label, n]) => `${label} ${Math.round((100 * n) / this.#points.length)} %`);
    return `Now: ${now}. Of the last ${this.#seconds} seconds: ${parts.join(", ") || "nothing said"}.`;
  }
}

function normalised(values) {
  const sum = values.reduce((a, b) => a + b, 0);
  return sum > 0 ? values.map((value) => value / sum) : null;
}

function axis(context, width, height, seconds, colours) {
  const step = seconds > 30 ? 15 : 5;
  Object.assign(context, { fillStyle: colours.muted, font: "11px system-ui, sans-serif", textBaseline: "bottom" });
  for (let ago = 0; ago < seconds; ago += step) {
    context.textAlign = ago === 0 ? "right" : "center";
    context.fillText(ago === 0 ? "now" : `−${ago} s`, width * (1 - ago / seconds), height);
  }
}

function legend(labels) {
  const list = h("ul", { class: "draw-legend" });
  labels.forEach((label, i) => {
    const key = h("span", { class: "draw-key" });
    key.style.background = category(i);
    list.append(h("li", null, key, label));
  });
  list.append(h("li", null, h("span", { class: "draw-key hatched" }), "no face, or unsure"));
  return list;
}
