/** The 52 blend shape coefficients: names in Mimik's one order, facial groups, left/right pairs, readable words. */

const SIDES = ["Left", "Right"];
const EYE = ["Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide"];
const pairs = (region, parts) => parts.flatMap((part) => SIDES.map((side) => `${region}${part}${side}`));

/** The 52 names in order, as `mimik.blendshapes.BLEND_SHAPES`; left and right are the face's own. */
export const NAMES = Object.freeze([
  ...SIDES.flatMap((side) => EYE.map((part) => `eye${part}${side}`)),
  ...["jawForward", "jawLeft", "jawRight", "jawOpen"],
  ...["mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"],
  ...pairs("mouth", ["Smile", "Frown", "Dimple", "Stretch"]),
  ...["mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"],
  ...pairs("mouth", ["Press", "LowerDown", "UpperUp"]),
  ...["browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"],
  ...["cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"],
]);

/** Name -> place in NAMES. */
export const PLACE = Object.freeze(Object.fromEntries(NAMES.map((name, i) => [name, i])));

/** Facial groups from top to bottom; both sides of a pair stand together. */
export const GROUPS = Object.freeze(
  [
    ["Brows", ["brow"]],
    ["Eyes", ["eye"]],
    ["Cheeks and nose", ["cheek", "nose"]],
    ["Jaw", ["jaw"]],
    ["Mouth", ["mouth"]],
    ["Tongue", ["tongue"]],
  ].map(([name, starts]) => ({ name, channels: starts.flatMap(together) })),
);

function together(start) {
  const own = NAMES.filter((name) => name.startsWith(start));
  return [...new Set(own.flatMap((name) => [name, other(name)]))].sort(leftFirst(own));
}

function leftFirst(own) {
  const first = (name) => Math.min(own.indexOf(name), own.indexOf(other(name)));
  return (a, b) => first(a) - first(b) || own.indexOf(a) - own.indexOf(b);
}

/** The same channel on the other side of the face; its own name where there is none. */
export function other(name) {
  if (name.endsWith("Left")) return name.slice(0, -4) + "Right";
  return name.endsWith("Right") ? name.slice(0, -5) + "Left" : name;
}

/** "Left", "Right" or "". */
export const sideOf = (name) => SIDES.find((side) => name.endsWith(side)) ?? "";

/** A channel in words, such as "Mouth smile, left". */
export function words(name) {
  const side = sideOf(name);
  const spaced = stem(name).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced[0].toUpperCase() + spaced.slice(1) + (side && `, ${side.toLowerCase()}`);
}

/** A channel's words without its region and side, such as "Smile"; "Aside" for jawLeft and mouthLeft. */
export function shortWords(name) {
  const part = stem(name).replace(/^[a-z]+/, "");
  if (!part) return "Aside";
  return part.replace(/(.)([A-Z])/g, (_, before, letter) => `${before} ${letter.toLowerCase()}`);
}

const stem = (name) => name.slice(0, name.length - sideOf(name).length);

/** Whether a value was delivered: null, undefined and NaN were not. */
export const delivered = (value) => value !== null && value !== undefined && !Number.isNaN(value);
