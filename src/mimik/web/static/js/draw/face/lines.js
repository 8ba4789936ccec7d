/** Lines of a drawn face, as in `mimik.learn.report.face.lines`: smooth curves and what they belong to. */

import { NAMES } from "../channels.js";

export const WIDTH = 200;
export const HEIGHT = 256;
export const MIDDLE = WIDTH / 2;

/** Side of the person -> direction on the drawing: facing somebody, one sees their left on the right. */
export const SIDES = { Left: 1, Right: -1 };

/**
 * One line or area of the drawing.
 * @typedef {object} Line
 * @property {string} name what it is, such as "brow-Left"
 * @property {string} look key of the drawing's looks
 * @property {number[][][]} curves each a list of [x, y]; each begins where the one before ended
 * @property {boolean} closed whether it is an area
 * @property {number} opacity 0..1
 * @property {string} clip name of the area outside which it is hidden; "" for none
 */

/**
 * The 52 by name, held to 0..1; what was not delivered is 0 here.
 * @param {ArrayLike<number|null>} values in the order of NAMES
 * @returns {Object<string, number>}
 */
export function named(values) {
  if (values.length !== NAMES.length) throw new RangeError(`expected 52 coefficients of one face, got ${values.length}`);
  const face = {};
  NAMES.forEach((name, i) => (face[name] = Math.min(1, Math.max(0, values[i] || 0))));
  return face;
}

/** The mean of both sides of a pair. */
export const both = (face, stem) => (face[`${stem}Left`] + face[`${stem}Right`]) / 2;

/** @returns {Line} */
export function line(name, look, curves, { closed = false, opacity = 1, clip = "" } = {}) {
  return { name, look, curves, closed, opacity, clip };
}

/** Points given as (away from the middle, down) as places on the drawing. */
export function curve(points, side = 1, middle = MIDDLE) {
  return points.map(([x, y]) => [middle + side * x, y]);
}

/** A curve over both halves: `right` and `left` begin at the middle; `centre` is between. */
export function across(right, centre, left, middle = MIDDLE) {
  return [...curve(right, -1, middle).reverse(), ...curve(centre, 1, middle), ...curve(left, 1, middle)];
}

/** What lies `share` of the way from `start` to `end`. */
export const span = (start, end, share) => start + (end - start) * share;

/**
 * The `d` of an SVG path: Catmull-Rom splines through the points, as cubic Bézier curves.
 * @param {Line} drawn
 */
export function path(drawn) {
  const [x, y] = drawn.curves[0][0];
  let d = `M${round(x)} ${round(y)}`;
  for (const points of drawn.curves) d += spline(points);
  return drawn.closed ? d + "Z" : d;
}

function spline(points) {
  const last = points.length - 1;
  const looped = points[0][0] === points[last][0] && points[0][1] === points[last][1];
  const before = looped ? points[last - 1] : points[0];
  const after = looped ? points[1] : points[last];
  const at = (i) => (i < 0 ? before : i > last ? after : points[i]);
  const slope = (i, axis) => (at(i + 1)[axis] - at(i - 1)[axis]) / 6;
  let d = "";
  for (let i = 0; i < last; i++) {
    const [x, y] = points[i];
    const [u, v] = points[i + 1];
    d += `C${round(x + slope(i, 0))} ${round(y + slope(i, 1))} `;
    d += `${round(u - slope(i + 1, 0))} ${round(v - slope(i + 1, 1))} ${round(u)} ${round(v)}`;
  }
  return d;
}

const round = (value) => Math.round(value * 100) / 100;
