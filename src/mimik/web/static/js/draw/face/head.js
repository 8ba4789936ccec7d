/** The head of a drawn face: outline with jaw and chin, ears, nose and cheeks. */

import { MIDDLE, SIDES, across, both, curve, line } from "./lines.js";

const BOTH = Object.keys(SIDES);

/** How far the chin is below its place at rest. */
export const jawDrop = (face) => 21 * face.jawOpen + 4 * face.jawForward;

/** How far the chin is to the person's left of its place at rest. */
export const jawShift = (face) => 12 * (face.jawLeft - face.jawRight);

/** Outline, ears, chin, nose and cheeks. */
export function head(face) {
  const sides = BOTH.flatMap((side) => [wing(face, side), fold(face, side), ...sneers(face, side), ...cheek(face, side)]);
  return [...BOTH.map(ear), outline(face), ...chin(face), tip(face), ...sides];
}

function outline(face) {
  const drop = jawDrop(face);
  const [puff, ahead] = [face.cheekPuff, face.jawForward];
  const half = (side) => {
    const shift = side * jawShift(face);
    return [
      [34, 17],
      [63, 43],
      [74, 86],
      [72 + 4 * puff, 128],
      [65 + 12 * puff + 0.25 * shift, 162 + 0.3 * drop],
      [49 + 7 * puff + 0.6 * shift + 2 * ahead, 196 + 0.75 * drop],
      [25 + shift + 5 * ahead, 219 + drop],
    ];
  };
  const end = curve([[jawShift(face), 225 + drop]]);
  return line("head", "skin", [[...end, ...across(half(-1), [[0, 11]], half(1)), ...end]], { closed: true });
}

function ear(side) {
  return line(`ear-${side}`, "skin", [curve([[72, 92], [82, 88], [84, 104], [79, 122], [71, 128]], SIDES[side])]);
}

function chin(face) {
  const drop = jawDrop(face);
  const middle = MIDDLE + jawShift(face);
  const boss = Math.max(face.mouthShrugLower, 0.7 * face.mouthRollLower);
  const crease = curve([[-13, 201 + drop], [0, 197 + drop - 2 * boss], [13, 201 + drop]], 1, middle);
  const ahead = curve([[-19, 214 + drop], [0, 207 + drop], [19, 214 + drop]], 1, middle);
  return [
    line("chin-crease", "fold", [crease], { opacity: boss }),
    line("chin-ahead", "fold", [ahead], { opacity: face.jawForward }),
  ];
}

function tip(face) {
  const up = 3 * both(face, "noseSneer");
  return line("nose-tip", "line", [curve([[-8, 146 - up], [0, 150 - up], [8, 146 - up]])]);
}

function wing(face, side) {
  const up = 6 * face[`noseSneer${side}`];
  const out = up / 2;
  const points = [[8, 146 - up], [14 + out, 146 - up], [16 + out, 139 - up], [12 + out, 133 - up]];
  return line(`nose-wing-${side}`, "line", [curve(points, SIDES[side])]);
}

/** Wrinkles beside the bridge of the nose. */
function sneers(face, side) {
  const places = [[[5, 104], [12, 98]], [[5, 111], [14, 106]], [[6, 118], [15, 115]]];
  return places.map((points, i) =>
    line(`sneer-${i}-${side}`, "fold", [curve(points, SIDES[side])], { opacity: face[`noseSneer${side}`] }),
  );
}

/** The fold from the nose to the corner of the mouth. */
function fold(face, side) {
  const [smile, up] = [face[`mouthSmile${side}`], face[`mouthUpperUp${side}`]];
  const [sneer, frown] = [face[`noseSneer${side}`], face[`mouthFrown${side}`]];
  const deep = Math.min(1, 1.1 * smile + 0.8 * up + 0.7 * sneer + 0.4 * frown);
  const out = 7 * smile + 3 * up;
  const rise = 5 * sneer + 4 * up;
  const points = [[19 + 0.4 * out, 142 - rise], [30 + out, 153 - rise], [36 + 1.5 * out, 170 - 4 * smile]];
  return line(`fold-${side}`, "fold", [curve(points, SIDES[side])], { opacity: deep });
}

function cheek(face, side) {
  const [squint, puff] = [face[`cheekSquint${side}`], face.cheekPuff];
  const up = 6 * squint;
  const apple = [[24, 128 - up], [38, 133 - up], [53, 128 - up], [59, 119 - up]];
  const full = [[50, 158], [58 + 4 * puff, 170], [51, 184]];
  return [
    line(`cheek-${side}`, "fold", [curve(apple, SIDES[side])], { opacity: squint }),
    line(`puff-${side}`, "fold", [curve(full, SIDES[side])], { opacity: puff }),
  ];
}
