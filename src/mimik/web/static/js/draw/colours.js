/** Colours of drawings: the page's CSS variables, with stand-ins for pages that have none. */

const STAND_INS = {
  ink: "#1a1f26",
  paper: "#ffffff",
  muted: "#5b6572",
  line: "#d8dde3",
  wash: "#f0f2f5",
  accent: "#2356b8",
  warn: "#8a6100",
  bad: "#b3261e",
};
const CATEGORIES = ["#3b7dd8", "#d9762b", "#2f9e6e", "#c5498f", "#8a63d2", "#b39a1e", "#2aa3b5", "#c94b4b"];

/** Dash patterns that go with the categories on lines, so that colour is never alone. */
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [1, 2], [6, 2, 1, 2, 1, 2]];

/** A variable of the page for styles, such as "var(--ink, #1a1f26)". */
export const colour = (name) => `var(--${name}, ${STAND_INS[name]})`;

/** The colour of category `i` for styles; eight, then again from the first. */
export const category = (i) => `var(--c${i % 8}, ${CATEGORIES[i % 8]})`;

/** All colours as they are now at an element, for canvases: {ink, paper, ..., categories: [8]}. */
export function palette(element) {
  const style = getComputedStyle(element);
  const read = (name, standIn) => style.getPropertyValue(`--${name}`).trim() || standIn;
  const named = Object.fromEntries(Object.entries(STAND_INS).map(([name, standIn]) => [name, read(name, standIn)]));
  return { ...named, categories: CATEGORIES.map((standIn, i) => read(`c${i}`, standIn)) };
}

/** Call `changed` whenever light becomes dark or the other way round, or more contrast is wanted; returns how to stop. */
export function onColours(changed) {
  const asked = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"];
  const queries = asked.map((query) => matchMedia(query));
  queries.forEach((query) => query.addEventListener("change", changed));
  return () => queries.forEach((query) => query.removeEventListener("change", changed));
}

/** Whether movement is unwanted. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
