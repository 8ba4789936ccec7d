/** A schematic face that moves with the 52 coefficients. */

import { NAMES, delivered } from "./channels.js";
import { colour } from "./colours.js";
import { dressed, set, svg } from "./elements.js";
import { brows, eyes } from "./face/eyes.js";
import { head } from "./face/head.js";
import { HEIGHT, MIDDLE, WIDTH, named, path } from "./face/lines.js";
import { mouth } from "./face/mouth.js";
import { Told } from "./told.js";

const FAINT = 0.03; // what is hardly there is not drawn
const NAMED = 6; // channels in the text alternative
const [LEAN, SHIFT] = [26, 9]; // how far, at most, a turned head shows; of the drawing's 200
const INK = colour("ink");
const SKIN = colour("wash");
// White of eyes and teeth, and the dark of iris and mouth, are the same by day and by night.
const LOOKS = {
  skin: { fill: SKIN, stroke: INK, width: 2 },
  line: { stroke: INK, width: 1.6 },
  lash: { stroke: INK, width: 3 },
  fold: { stroke: INK, width: 1.3 },
  seam: { stroke: INK, width: 1.8 },
  brow: { fill: INK, stroke: INK, width: 1 },
  lip: { fill: `color-mix(in srgb, var(--leak, #b4490f) 38%, ${SKIN})`, stroke: INK, width: 0.9 },
  white: { fill: "#faf8f5" },
  teeth: { fill: "#faf8f5" },
  iris: { fill: "#5b6f8c", stroke: "#1b2430", width: 1 },
  pupil: { fill: "#141a22" },
  hole: { fill: "#4a1d22" },
  tongue: { fill: "#cf6a70", stroke: INK, width: 1.2 },
};

let drawings = 0;

/** All lines of a face, those in front last; the same as `mimik.learn.report.face`. */
export function faceLines(coefficients) {
  const face = named(coefficients);
  return [...head(face), ...eyes(face), ...brows(face), ...mouth(face)];
}

/** A face in a container; it is as large as its place, and shows "No face" until it is told something else. */
export class Face {
  #told;
  #svg;
  #turned;
  #note;
  #paths = new Map();
  #label;
  #mirror;

  /**
   * @param {Element} container
   * @param {{label?: string, mirror?: boolean}} [options] label: whose face, in a few words; mirror: the person's
   *   left is on the left, as they see themselves (otherwise as somebody facing them does)
   */
  constructor(container, { label = "Face", mirror = true } = {}) {
    dressed();
    this.#label = label;
    this.#mirror = mirror;
    this.#build(`face-${++drawings}`);
    container.append(this.#svg);
    this.show(null);
  }

  /**
   * @param {ArrayLike<number|null>|null} coefficients (52,) in the order of NAMES; null: no face; a value that is
   *   null or NaN was not delivered: it is drawn at rest, and the drawing says so
   * @param {{head?: number[]|null, nothing?: string}} [options] head: yaw, pitch and roll in radians; nothing: what is
   *   said where there is no face
   */
  show(coefficients, { head: turn = null, nothing = "No face" } = {}) {
    this.#svg.classList.toggle("no-face", !coefficients);
    const missing = coefficients ? NAMES.filter((_, i) => !delivered(coefficients[i])) : [];
    if (coefficients) this.#draw(faceLines(coefficients));
    set(this.#turned, "transform", coefficients ? turning(turn) : "");
    set(this.#note, "text", coefficients ? notDelivered(missing) : nothing);
    set(this.#note, "y", coefficients ? HEIGHT + 12 : 132);
    const words = () => (coefficients ? this.#described(coefficients, missing) : `${nothing.toLowerCase()}.`);
    this.#told.tell(() => `${this.#label}: ${words()}`);
  }

  #build(id) {
    const lines = faceLines(new Float32Array(NAMES.length));
    const clips = new Set(lines.map((drawn) => drawn.clip).filter(Boolean));
    const defs = svg("defs");
    const flip = this.#mirror ? `translate(${WIDTH} 0) scale(-1 1)` : "";
    const lineGroup = svg("g", { "stroke-linecap": "round", "stroke-linejoin": "round", transform: flip }, defs);
    for (const drawn of lines) {
      const shown = dressedPath(drawn, id);
      const mask = clips.has(drawn.name) ? svg("path") : null;
      if (mask) defs.append(svg("clipPath", { id: `${id}-${drawn.name}` }, mask));
      this.#paths.set(drawn.name, { shown, mask, d: "", opacity: 1 });
      lineGroup.append(shown);
    }
    this.#turned = svg("g", {}, lineGroup);
    this.#note = svg("text", { x: MIDDLE, "text-anchor": "middle", class: "draw-note", "aria-hidden": "true" });
    const box = `-16 -4 ${WIDTH + 32} ${HEIGHT + 22}`;
    this.#svg = svg("svg", { class: "draw-face", viewBox: box }, this.#turned, this.#note);
    this.#told = new Told(this.#svg);
    this.#draw(lines);
  }

  #draw(lines) {
    for (const drawn of lines) {
      const kept = this.#paths.get(drawn.name);
      const opacity = drawn.opacity < FAINT ? 0 : Math.round(drawn.opacity * 100) / 100;
      if (opacity !== kept.opacity) this.#fade(kept, opacity);
      if (opacity === 0) continue;
      const d = path(drawn);
      if (d === kept.d) continue;
      kept.d = d;
      kept.shown.setAttribute("d", d);
      kept.mask?.setAttribute("d", d);
    }
  }

  #fade(kept, opacity) {
    kept.opacity = opacity;
    if (opacity === 0) kept.shown.setAttribute("display", "none");
    else kept.shown.removeAttribute("display");
    kept.shown.setAttribute("opacity", opacity);
  }

  #described(coefficients, missing) {
    const strongest = NAMES.map((name, i) => [name, Math.min(1, coefficients[i] || 0)])
      .filter(([, value]) => value >= 0.1)
      .sort(([, a], [, b]) => b - a)
      .slice(0, NAMED);
    const listed = strongest.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ") || "none above 0.1";
    const side = this.#mirror ? "left" : "right";
    const note = missing.length ? ` ${notDelivered(missing)}.` : "";
    return `strongest coefficients: ${listed}. The person's left is drawn on the ${side}.${note}`;
  }
}

function dressedPath(drawn, id) {
  const look = LOOKS[drawn.look];
  const element = svg("path", { "data-line": drawn.name, "stroke-width": look.width ?? 0 });
  element.style.fill = look.fill ?? "none";
  element.style.stroke = look.stroke ?? "none";
  if (drawn.clip) element.setAttribute("clip-path", `url(#${id}-${drawn.clip})`);
  return element;
}

function notDelivered(missing) {
  if (missing.length === 0) return "";
  if (missing.length === NAMES.length) return "Coefficients not delivered";
  return missing.length <= 2
    ? `Not delivered: ${missing.join(", ")}`
    : `${missing.length} of ${NAMES.length} channels not delivered`;
}

/** A hint of where the head is turned; apps don't agree on the angles' signs, so it stays a hint. */
function turning(turn) {
  if (!turn || !turn.every((angle) => delivered(angle))) return "";
  const [yaw, pitch, roll] = turn;
  const x = SHIFT * Math.sin(yaw);
  const y = SHIFT * Math.sin(pitch);
  const tilt = Math.max(-LEAN, Math.min(LEAN, (roll * 180) / Math.PI));
  const [wide, high] = [Math.max(0.75, Math.cos(yaw)), Math.max(0.8, Math.cos(pitch))];
  const fixed = (value) => value.toFixed(2);
  return `translate(${fixed(MIDDLE + x)} ${fixed(128 + y)}) rotate(${fixed(tilt)}) scale(${fixed(wide)} ${fixed(high)}) translate(-100 -128)`;
}
