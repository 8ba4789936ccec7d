/** The head's rotation: a picture with a level line, and three angles. */

import { delivered } from "./channels.js";
import { colour } from "./colours.js";
import { dressed, set, svg } from "./elements.js";
import { Told } from "./told.js";
import { h } from "../ui.js";

const ANGLES = [
  ["yaw", "Turn (yaw)"],
  ["pitch", "Nod (pitch)"],
  ["roll", "Tilt (roll)"],
];
const FULL = Math.PI / 3; // the rim of the picture
const RADIUS = 44;

/** A head's pose in a container. */
export class Pose {
  #root = h("div", { class: "draw-pose" });
  #dot = svg("circle", { r: 6 });
  #level = svg("line", { x1: -RADIUS + 8, x2: RADIUS - 8, y1: 0, y2: 0, "stroke-width": 3, "stroke-linecap": "round" });
  #numbers = new Map();
  #told;
  #label;

  /**
   * @param {Element} container
   * @param {{label?: string}} [options]
   */
  constructor(container, { label = "Head" } = {}) {
    dressed();
    this.#label = label;
    this.#root.append(this.#picture(), this.#list());
    this.#told = new Told(this.#root);
    container.append(this.#root);
    this.show(null);
  }

  /** @param {{yaw: number, pitch: number, roll: number}|null} pose radians; null: no face; NaN: not delivered */
  show(pose) {
    this.#root.classList.toggle("no-face", !pose);
    const { yaw, pitch, roll } = pose ?? {};
    this.#place(yaw, pitch, roll);
    for (const [name] of ANGLES) set(this.#numbers.get(name), "text", pose ? degrees(pose[name]) : "–");
    this.#told.tell(() => `${this.#label}: ${pose ? described(pose) : "no face."}`);
  }

  #place(yaw, pitch, roll) {
    const aimed = delivered(yaw) && delivered(pitch);
    set(this.#dot, "visibility", aimed ? "visible" : "hidden");
    set(this.#level, "visibility", delivered(roll) ? "visible" : "hidden");
    if (aimed) set(this.#dot, "transform", `translate(${along(yaw)} ${along(pitch)})`);
    if (delivered(roll)) set(this.#level, "transform", `rotate(${((roll * 180) / Math.PI).toFixed(1)})`);
  }

  #picture() {
    const faint = { fill: "none", "stroke-width": 1 };
    const rim = svg("circle", { r: RADIUS, "stroke-width": 1.5 });
    const half = svg("circle", { r: RADIUS / 2, ...faint });
    const cross = svg("path", { d: `M${-RADIUS} 0H${RADIUS}M0 ${-RADIUS}V${RADIUS}`, ...faint });
    Object.assign(rim.style, { fill: colour("wash"), stroke: colour("muted") });
    for (const each of [half, cross]) each.style.stroke = colour("line");
    Object.assign(this.#dot.style, { fill: colour("accent"), stroke: colour("paper") });
    this.#level.style.stroke = colour("ink");
    return svg("svg", { viewBox: "-50 -50 100 100", "aria-hidden": "true" }, rim, half, cross, this.#level, this.#dot);
  }

  #list() {
    const list = h("dl", null);
    for (const [name, text] of ANGLES) {
      const number = h("dd", null);
      this.#numbers.set(name, number);
      list.append(h("div", null, h("dt", null, text), number));
    }
    return list;
  }
}

const along = (angle) => (Math.max(-1, Math.min(1, angle / FULL)) * RADIUS).toFixed(1);

function degrees(angle) {
  if (!delivered(angle)) return "not delivered";
  const whole = Math.round((angle * 180) / Math.PI);
  return `${whole < 0 ? "−" : ""}${Math.abs(whole)}°`;
}

const described = (pose) => ANGLES.map(([name, text]) => `${text} ${degrees(pose[name])}`).join(", ") + ".";
