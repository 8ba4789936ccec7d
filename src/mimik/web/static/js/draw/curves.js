/** Curves over time, to look at closely: zoom, pan, a cursor with values, trials shaded, what is missing hatched. */

import { Canvas } from "./canvas.js";
import { palette } from "./colours.js";
import { gestures } from "./curves/gestures.js";
import { Legend } from "./curves/legend.js";
import { longestStep, nearest } from "./curves/lines.js";
import { EDGES, paint, paintOver, scaled, valuesOf } from "./curves/paint.js";
import { Stretch } from "./curves/stretch.js";
import { timeText } from "./curves/ticks.js";
import { dressed } from "./elements.js";
import { Told } from "./told.js";
import { h } from "../ui.js";

const KEYS = "Keys: + and − zoom, arrows move, Shift and arrows move the cursor, Home shows everything. Drag to pick a stretch; once the curves are picked, the wheel zooms.";
const NOTHING = { x: new Float64Array(0), series: [], spans: [], gaps: [] };

/** Curves in a container. */
export class Curves {
  #shown = NOTHING;
  #stretch = new Stretch();
  #values = { low: 0, high: 1 };
  #longest = 0.5;
  #cursor = null;
  #hover = null;
  #brush = null;
  #holder = h("div", { class: "draw-canvas" });
  #empty = h("p", { class: "draw-curves-empty", hidden: true });
  #curves;
  #over;
  #legend;
  #told;

  /**
   * @param {Element} container
   * @param {{height?: number, yLabel?: string, label?: string, empty?: string, onCursor?: (x: number) => void}} [options]
   *   empty: what is said where there is no series; onCursor: somebody put the cursor elsewhere
   */
  constructor(container, { height = 320, yLabel = "", label = "Curves", empty = "Nothing to show", onCursor = null } = {}) {
    dressed();
    this.onCursor = onCursor;
    this.onView = null;
    this.label = label;
    this.#empty.textContent = empty;
    this.#curves = new Canvas(this.#holder, height, (...place) => paint(place[0], this.#picture(yLabel), ...place.slice(1)));
    this.#over = new Canvas(this.#holder, height, (...place) => paintOver(place[0], this.#picture(yLabel), ...place.slice(1)));
    this.#over.element.classList.add("draw-overlay");
    this.#holder.append(this.#empty);
    this.#legend = new Legend(this.#holder);
    const root = h("div", { class: "draw-curves" }, this.#buttons(), this.#holder, this.#legend.element);
    root.append(h("p", { class: "hint draw-hint" }, KEYS));
    container.append(root);
    this.#told = new Told(this.#curves.element);
    gestures(this.#curves.element, this.#gestures());
    this.show(null);
  }

  /**
   * @param {object|null} shown x: Float64Array, sorted, seconds; series: [{name, y: Float32Array, colour?}], NaN breaks the line;
   *   spans: [{from, to, label, kind}], kind "excluded" is crossed out; gaps: [{from, to}]
   * @param {{keep?: boolean}} [options] keep: stay where one has zoomed to
   */
  show(shown, { keep = false } = {}) {
    this.#shown = { ...NOTHING, ...shown };
    const { x, series } = this.#shown;
    const { from, to } = this.#stretch;
    this.#stretch.all(x[0] ?? 0, x.at(-1) ?? 1);
    if (keep) this.#stretch.show(from, to);
    this.#values = valuesOf(series);
    this.#longest = longestStep(x);
    this.#empty.hidden = series.length > 0;
    this.#legend.show(series, palette(this.#holder));
    this.#redraw();
  }

  /** Put the cursor to a time (null: nowhere); with `follow`, the view comes along. */
  cursor(x, { follow = false } = {}) {
    this.#cursor = x;
    const { from, to, width } = this.#stretch;
    if (follow && x !== null && (x < from || x > to)) this.look(x - 0.1 * width, x + 0.9 * width);
    this.#tellValues();
    this.#over.ask();
  }

  /** Show from here to there, seconds. */
  look(from, to) {
    this.#stretch.show(from, to);
    this.#redraw();
  }

  /** Give the curves the focus, and with it their keys. */
  focus() {
    this.#curves.element.focus();
  }

  /** What is in view: {from, to}, seconds. */
  get view() {
    return { from: this.#stretch.from, to: this.#stretch.to };
  }

  #redraw() {
    this.#curves.ask();
    this.#over.ask();
    this.#tellValues();
    this.#told.tell(() => this.#described());
    this.onView?.(this.view);
  }

  #picture(yLabel) {
    return {
      ...{ shown: this.#shown, stretch: this.#stretch, values: this.#values, longest: this.#longest, yLabel },
      ...{ cursor: this.#cursor, hover: this.#hover, brush: this.#brush },
    };
  }

  /** The legend has the values where the mouse is, or else at the cursor. */
  #tellValues() {
    const time = this.#hover ?? this.#cursor;
    const i = time === null ? -1 : nearest(time, this.#shown.x);
    const near = i >= 0 && Math.abs(this.#shown.x[i] - time) <= this.#longest / 2;
    this.#legend.values(time, near ? this.#shown.series.map(({ y }) => y[i]) : null, this.#stretch.last);
  }

  #timeAt(place) {
    const { width, height } = this.#curves;
    const time = scaled(this.#stretch, this.#values, width, height).back(place);
    return Math.min(this.#stretch.to, Math.max(this.#stretch.from, time));
  }

  #zoom(factor, around) {
    this.#stretch.zoom(factor, around);
    this.#redraw();
  }

  #pan(share) {
    this.#stretch.pan(share);
    this.#redraw();
  }

  #all() {
    this.#stretch.all();
    this.#redraw();
  }

  #pick(time) {
    this.cursor(time);
    this.onCursor?.(time);
  }

  /** Zoom around the cursor where it is in view, or else around the middle. */
  #around() {
    const { from, to } = this.#stretch;
    return this.#cursor !== null && this.#cursor >= from && this.#cursor <= to ? this.#cursor : (from + to) / 2;
  }

  #gestures() {
    return {
      zoom: (factor, place) => this.#zoom(factor, place === null ? this.#around() : this.#timeAt(place)),
      pan: (pixels) => this.#pan(-pixels / (this.#curves.width - EDGES.left - EDGES.right)),
      step: (share) => this.#pan(share),
      all: () => this.#all(),
      pick: (place) => this.#pick(this.#timeAt(place)),
      move: (steps) => this.#move(steps),
      complete: () => this.#stretch.complete,
      hover: (place) => this.#hovers(place === null ? null : this.#timeAt(place)),
      brush: (places, done) => this.#brushes(places?.map((place) => this.#timeAt(place)) ?? null, done),
    };
  }

  #move(steps) {
    const { from, width, first, last } = this.#stretch;
    const time = Math.min(last, Math.max(first, (this.#cursor ?? from + width / 2) + (steps * width) / 50));
    this.cursor(time, { follow: true });
    this.onCursor?.(time);
  }

  #hovers(time) {
    this.#hover = time;
    this.#tellValues();
    this.#over.ask();
  }

  #brushes(times, done) {
    this.#brush = done ? null : times;
    if (done) this.look(Math.min(...times), Math.max(...times));
    this.#over.ask();
  }

  #buttons() {
    const button = (name, text, onclick) =>
      h("button", { type: "button", class: "button", "aria-label": name, title: name, onclick }, text);
    return h(
      "div",
      { class: "draw-curves-buttons", role: "group", "aria-label": "Zoom" },
      button("Zoom in", "+", () => this.#zoom(1 / 1.5, this.#around())),
      button("Zoom out", "−", () => this.#zoom(1.5, this.#around())),
      button("Earlier", "◀", () => this.#pan(-0.5)),
      button("Later", "▶", () => this.#pan(0.5)),
      button("Show all", "Show all", () => this.#all()),
    );
  }

  #described() {
    const { series, spans, gaps, x } = this.#shown;
    if (series.length === 0) return `${this.label}: ${this.#empty.textContent}.`;
    const { from, to, last } = this.#stretch;
    const largest = series.map(({ name, y }) => `${name} ${peak(x, y, from, to)}`);
    const inView = spans.filter((span) => span.to > from && span.from < to);
    const names = inView.map(({ label, kind }) => (kind === "excluded" ? `${label} (excluded)` : label));
    return [
      `${this.label}, ${timeText(from, 1, last)} to ${timeText(to, 1, last)} of ${timeText(last, 1, last)}`,
      `Largest: ${largest.join(", ")}`,
      names.length > 0 && `Shaded: ${names.join(", ")}`,
      gaps.length > 0 && `Missing stretches: ${gaps.length}`,
    ]
      .filter(Boolean)
      .join(". ")
      .concat(".");
  }
}

function peak(x, y, from, to) {
  let [best, when] = [NaN, 0];
  for (let i = 0; i < y.length; i++) {
    if (x[i] >= from && x[i] <= to && !(y[i] <= best) && y[i] === y[i]) [best, when] = [y[i], x[i]];
  }
  return best === best ? `${best.toFixed(2)} at ${when.toFixed(1)} s` : "not delivered";
}
