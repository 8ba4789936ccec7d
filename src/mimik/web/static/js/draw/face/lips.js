/** Both lips of a drawn face, each half of which moves by itself. */

import { jawShift } from "./head.js";
import { MIDDLE, across, both, span } from "./lines.js";

export const LEVEL = 178;
const GAPE = 38; // opening at full jawOpen
const BEND = 0.28; // how far the lips have turned towards the corner where they turn

/**
 * Where the lips are: seam (where closed lips meet in the middle), gap, gape (of the teeth), middle, jaw (how far
 * the lower lip is beside the upper one), both halves, and the curves of their edges from the right corner to the left.
 */
export function lipsOf(face) {
  const gape = GAPE * face.jawOpen;
  const parted = Math.max(0, gape - GAPE * face.mouthClose);
  const gap = parted + 11 * face.mouthFunnel;
  const held = gape - parted; // lips kept together over an open jaw
  const bow = 3 * both(face, "mouthSmile") - 3 * both(face, "mouthFrown");
  const shrug = 5 * face.mouthShrugLower + 3.5 * face.mouthShrugUpper;
  const seam = LEVEL + 1 + bow - shrug + 0.3 * held;
  const beside = 10 * (face.mouthLeft - face.mouthRight);
  const lips = {
    left: half(face, "Left", seam, gap),
    right: half(face, "Right", seam, gap),
    ...{ seam, gap, gape },
    middle: MIDDLE + beside + 0.25 * jawShift(face),
    jaw: 0.4 * jawShift(face),
  };
  return { ...lips, ...edges(lips) };
}

/** One side: places as (away from the middle, down), thicknesses of the lips. */
function half(face, side, seam, gap) {
  const of = (stem) => face[`mouth${stem}${side}`];
  const [smile, frown, stretch, dimple] = [of("Smile"), of("Frown"), of("Stretch"), of("Dimple")];
  const [pucker, funnel] = [face.mouthPucker, face.mouthFunnel];
  const out = 27 + 10 * smile + 3 * dimple + 10 * stretch + 2 * frown - 15 * pucker - 11 * funnel;
  const fall = -13 * smile + 12 * frown + 4 * stretch - 1.5 * dimple + 0.32 * gap;
  const corner = [Math.max(out - 0.08 * gap, 8), LEVEL + fall];
  const rounded = Math.max(funnel, pucker, 0.6 * face.jawOpen);
  const bend = span(seam, corner[1], BEND);
  const thin = 1 - 0.6 * of("Press") - 0.25 * stretch - 0.25 * face.mouthClose;
  const full = 1 + 0.55 * pucker + 0.45 * funnel;
  const rolled = (stem) => 1 - 0.9 * face[stem];
  return {
    corner,
    bow: (0.55 + 0.1 * rounded) * corner[0], // where, away from the middle, the lips turn towards the corner
    upper: bend - 0.1 * gap - 7.5 * of("UpperUp"), // there, the inner edge of the upper lip
    lower: bend + 0.72 * gap + 9 * of("LowerDown"),
    thickUpper: Math.max(0.6, 5.6 * thin * full * rolled("mouthRollUpper") - 1.2 * smile),
    thickLower: Math.max(0.6, 7.6 * thin * full * rolled("mouthRollLower") - smile),
  };
}

function edges(lips) {
  const { left, right, seam, jaw } = lips;
  const bent = (h) => span(seam, h.corner[1], BEND);
  const raised = (right.upper - bent(right) + left.upper - bent(left)) / 2;
  const lowered = (right.lower - bent(right) + left.lower - bent(left)) / 2;
  const upper = over(lips, [[0, seam + raised]], [right.upper, left.upper], 0);
  const lower = over(lips, [[jaw, seam + 1.2 * lowered]], [right.lower, left.lower], jaw);
  const bottom = lower[2][1] + (left.thickLower + right.thickLower) / 2;
  const thick = [right.lower + 0.78 * right.thickLower, left.lower + 0.78 * left.thickLower];
  return { upper, lower, outerUpper: outerUpper(lips, upper[2][1]), outerLower: over(lips, [[jaw, bottom]], thick, jaw) };
}

function over({ left, right, middle }, centre, halfWay, shift) {
  const toRight = [[right.bow - shift, halfWay[0]], right.corner];
  const toLeft = [[left.bow + shift, halfWay[1]], left.corner];
  return across(toRight, centre, toLeft, middle);
}

function outerUpper({ left, right, middle }, peak) {
  const side = (h) => [
    [0.2 * h.corner[0], peak - h.thickUpper],
    [0.9 * h.bow, h.upper - 0.72 * h.thickUpper],
    h.corner,
  ];
  const dip = peak - (0.8 * (left.thickUpper + right.thickUpper)) / 2;
  return across(side(right), [[0, dip]], side(left), middle);
}
