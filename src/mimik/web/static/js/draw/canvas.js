/** A canvas that is as sharp as its screen, is drawn at most once per shown picture, and knows its hatching. */

import { onColours, palette } from "./colours.js";

/** A canvas of a fixed height and the width of its place. */
export class Canvas {
  #draw;
  #asked = false;

  /**
   * @param {HTMLElement} holder its width counts
   * @param {number} height CSS pixels
   * @param {(context: CanvasRenderingContext2D, width: number, height: number, colours: object) => void} draw
   */
  constructor(holder, height, draw) {
    this.element = document.createElement("canvas");
    this.element.style.cssText = `display: block; width: 100%; height: ${height}px`;
    this.height = height;
    this.width = 0;
    this.#draw = draw;
    this.colours = null;
    holder.append(this.element);
    new ResizeObserver(() => this.#fit()).observe(holder);
    onColours(() => this.#recoloured());
  }

  /** Draw soon; asking often costs nothing. */
  ask() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => this.now());
  }

  /** Draw at once. */
  now() {
    this.#asked = false;
    if (!this.width) this.#measure();
    if (!this.width) return;
    this.colours ??= palette(this.element);
    const context = this.element.getContext("2d");
    const ratio = this.element.width / this.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.#draw(context, this.width, this.height, this.colours);
  }

  #fit() {
    this.#measure();
    this.ask();
  }

  #measure() {
    const width = Math.round(this.element.clientWidth);
    const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    if (width === this.width && this.element.height === Math.round(this.height * ratio)) return;
    this.width = width;
    this.element.width = Math.round(width * ratio);
    this.element.height = Math.round(this.height * ratio);
  }

  #recoloured() {
    this.colours = null;
    this.ask();
  }
}

/** Fill a rectangle with slanted lines: something is missing here. */
export function hatch(context, x, y, width, height, colour, { step = 7, slant = 1 } = {}) {
  if (width <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = x - height - ((x - height) % step); at < x + width + height; at += step) {
    context.moveTo(at, slant > 0 ? y + height : y);
    context.lineTo(at + height, slant > 0 ? y : y + height);
  }
  Object.assign(context, { strokeStyle: colour, lineWidth: 1 });
  context.stroke();
  context.restore();
}
