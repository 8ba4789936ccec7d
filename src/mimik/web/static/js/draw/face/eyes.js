/** Eyes and brows of a drawn face: lids, gaze, creases. */

import { MIDDLE, SIDES, both, curve, line, span } from "./lines.js";

const BOTH = Object.keys(SIDES);
const [X, Y] = [34, 104]; // of an eye: away from the middle, down
const HALF = 18.5; // of its width
const [IRIS, PUPIL] = [8.6, 4.2];
const SHUT = 4;

/** White, iris, pupil and lids of both eyes. */
export const eyes = (face) => BOTH.flatMap((side) => eye(face, side));

function eye(face, side) {
  const [upper, lower] = lids(face, side);
  const inner = [X - HALF, Y + 2];
  const outer = [X + HALF, Y];
  const upperLid = [[X - 10, Y + 0.74 * upper], [X, Y + upper], [X + 10, Y + 0.8 * upper]];
  const lowerLid = [[X + 10, Y + 0.86 * lower], [X, Y + lower], [X - 10, Y + 0.84 * lower]];
  const over = curve([inner, ...upperLid, outer], SIDES[side]);
  const under = curve([outer, ...lowerLid, inner], SIDES[side]);
  const white = `eye-${side}`;
  const [squint, cheek] = [face[`eyeSquint${side}`], face[`cheekSquint${side}`]];
  const bag = curve([[X - 13, Y + lower + 4], [X, Y + lower + 6], [X + 13, Y + lower + 3]], SIDES[side]);
  const feet = [[[X + 22, Y + 1], [X + 29, Y - 3]], [[X + 22, Y + 5], [X + 29, Y + 7]]];
  return [
    line(white, "white", [over, under], { closed: true }),
    ...gaze(face, side, white),
    line(`lid-lower-${side}`, "line", [under]),
    line(`lid-upper-${side}`, "lash", [over]),
    line(`bag-${side}`, "fold", [bag], { opacity: Math.min(1, squint + 0.5 * cheek) }),
    ...feet.map((points, i) =>
      line(`crow-${i}-${side}`, "fold", [curve(points, SIDES[side])], { opacity: Math.max(squint, cheek) }),
    ),
  ];
}

/** How far upper (negative) and lower lid are from the eye's centre. */
function lids(face, side) {
  const [blink, wide, squint] = [face[`eyeBlink${side}`], face[`eyeWide${side}`], face[`eyeSquint${side}`]];
  const [up, down] = [face[`eyeLookUp${side}`], face[`eyeLookDown${side}`]];
  const upper = -(9.5 + 7 * wide - 2.5 * squint + 2 * up - 5.5 * down);
  const lower = 6.5 + 1.5 * wide - 5 * squint - 1.5 * face[`cheekSquint${side}`] + down;
  return [span(upper, SHUT, blink), span(lower, SHUT, blink)];
}

function gaze(face, side, white) {
  const away = face[`eyeLookOut${side}`] - face[`eyeLookIn${side}`];
  const down = face[`eyeLookDown${side}`] - face[`eyeLookUp${side}`];
  const x = MIDDLE + SIDES[side] * (X + 9 * away);
  const y = Y - 1 + 7 * down;
  return [
    line(`iris-${side}`, "iris", [circle(x, y, IRIS)], { closed: true, clip: white }),
    line(`pupil-${side}`, "pupil", [circle(x, y, PUPIL)], { closed: true, clip: white }),
  ];
}

function circle(x, y, radius) {
  return Array.from({ length: 17 }, (_, i) => {
    const turn = (Math.PI * i) / 8;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
}

/** Both brows, the creases between them, and the wrinkles of the forehead. */
export function brows(face) {
  const inner = face.browInnerUp;
  const outer = both(face, "browOuterUp");
  const wrinkles = [[50, 25], [41, 20]].map(([y, half], i) => {
    const bent = y - 2 * outer + inner;
    const wrinkle = curve([[-half, y], [-half / 2, bent - 2], [half / 2, bent - 2], [half, y]]);
    return line(`wrinkle-${i}`, "fold", [wrinkle], { opacity: Math.min(1, 0.7 * inner + 0.4 * outer) });
  });
  return [...BOTH.flatMap((side) => brow(face, side)), ...wrinkles];
}

function brow(face, side) {
  const [down, out, inner] = [face[`browDown${side}`], face[`browOuterUp${side}`], face.browInnerUp];
  const arch = [
    [13.5 - 5 * down + 1.5 * inner, 79.5 + 13 * down - 18 * inner - 2 * out, 2.2],
    [15.5 - 5 * down + 1.5 * inner, 79 + 13 * down - 17.5 * inner - 2 * out, 2.7],
    [28 - 2.5 * down, 76 + 10 * down - 8 * inner - 7 * out, 2.9],
    [43, 74.5 + 5 * down - 0.5 * inner - 13 * out, 2.1],
    [58, 79.5 + 2 * down + 4 * inner - 10 * out, 0.6],
  ];
  const over = curve(arch.map(([x, y, thick]) => [x, y - thick]), SIDES[side]);
  const under = curve(arch.map(([x, y, thick]) => [x, y + thick]).reverse(), SIDES[side]);
  const crease = curve([[4.5, 82 + 2 * down], [3.5, 90 + 4 * down], [5, 95 + 4 * down]], SIDES[side]);
  return [
    line(`brow-${side}`, "brow", [over, [over.at(-1), ...under]], { closed: true }),
    line(`crease-${side}`, "fold", [crease], { opacity: down }),
  ];
}
