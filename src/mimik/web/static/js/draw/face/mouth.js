/** The mouth of a drawn face: lips, teeth, tongue, and the marks at the corners. */

import { SIDES, curve, line, span } from "./lines.js";
import { LEVEL, lipsOf } from "./lips.js";

/** Lips, opening, teeth, tongue, and the marks at the corners. */
export function mouth(face) {
  const lips = lipsOf(face);
  const marks = Object.keys(SIDES).flatMap((side) => marksOf(face, lips, side));
  return [...lipLines(lips), ...tongue(face, lips), ...marks];
}

function lipLines(lips) {
  const { upper, lower, outerUpper, outerLower } = lips;
  return [
    line("opening", "hole", [upper, [...lower].reverse()], { closed: true }),
    ...teeth(lips),
    line("lip-upper", "lip", [outerUpper, [...upper].reverse()], { closed: true }),
    line("lip-lower", "lip", [outerLower, [...lower].reverse()], { closed: true }),
    line("seam-upper", "seam", [upper]),
    line("seam-lower", "seam", [lower], { opacity: Math.min(1, lips.gap / 4) }),
  ];
}

/** Upper teeth stay with the skull, lower ones go with the jaw; lips hide what is outside them. */
function teeth(lips) {
  const bottom = LEVEL + 4.5 + 0.86 * lips.gape;
  return [
    row(lips, "upper", LEVEL + 3.5, { far: -24, dent: -1.5, x: lips.middle }),
    row(lips, "lower", bottom, { far: 24, dent: 1.5, x: lips.middle + lips.jaw }),
  ];
}

function row({ left, right }, name, edge, { far, dent, x }) {
  const wide = Math.max(left.corner[0], right.corner[0]);
  const bite = curve([[-wide, edge + dent], [0, edge], [wide, edge + dent]], 1, x);
  const back = curve([[wide, edge + dent], [wide, edge + far], [-wide, edge + far]], 1, x);
  return line(`teeth-${name}`, "teeth", [bite, straight(back)], { closed: true, clip: "opening" });
}

/** Points so close to the corners that no curve shows. */
const straight = (points) => points.flatMap((point) => [point, point]);

function tongue(face, lips) {
  const out = face.tongueOut;
  const top = lips.seam + 0.3 * lips.gap;
  const end = lips.seam + 0.9 * lips.gap + 4 + 22 * out;
  const x = lips.middle + lips.jaw;
  const half = Math.min(13, 0.6 * Math.min(lips.left.corner[0], lips.right.corner[0]));
  const widest = span(top, end, 0.6);
  const rim = curve([[-half, top], [-half, widest], [0, end], [half, widest], [half, top]], 1, x);
  const groove = curve([[0, top + 3], [0, span(top, end, 0.65)]], 1, x);
  const seen = Math.min(1, 4 * out); // trackers seldom say a clear 0
  return [
    line("tongue", "tongue", [rim], { closed: true, opacity: seen }),
    line("groove", "fold", [groove], { opacity: 0.6 * seen }),
  ];
}

/** What dimples, stretching and pressing leave beside a corner. */
function marksOf(face, lips, side) {
  const [x, y] = (side === "Left" ? lips.left : lips.right).corner;
  const marks = {
    dimple: [[x + 5, y - 6], [x + 8, y - 1], [x + 6, y + 5]],
    stretch: [[x + 4, y + 3], [x + 8, y + 9], [x + 9, y + 16]],
    press: [[x + 2, y - 3], [x + 4, y], [x + 2, y + 3]],
    frown: [[x, y + 3], [x + 4, y + 9], [x + 4, y + 14]],
  };
  return Object.entries(marks).map(([name, points]) => {
    const deep = face[`mouth${name[0].toUpperCase()}${name.slice(1)}${side}`];
    return line(`${name}-${side}`, "fold", [curve(points, SIDES[side], lips.middle)], { opacity: deep });
  });
}
