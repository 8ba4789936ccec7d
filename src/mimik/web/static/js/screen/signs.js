/** Drawn signs: what must not be told by colour alone. None of them shows an expression: people would copy it. */

const SPACE = "http://www.w3.org/2000/svg";

const SIGNS = {
  cross: '<path d="M6 6 42 42M42 6 6 42"/>',
  face: '<path d="M4 14V4h10M34 4h10v10M44 34v10H34M14 44H4V34"/><circle cx="24" cy="24" r="11"/>'
    + '<path d="M20 21v2M28 21v2M19 29h10"/>',
  pause: '<path d="M16 8v32M32 8v32"/>',
  tick: '<path d="M6 26 18 38 42 10"/>',
  offline: '<path d="M6 18q18-15 36 0M13 26q11-9 22 0M20 33q4-3 8 0M8 42 40 6"/>',
  full: '<path d="M6 18V6h12M30 6h12v12M42 30v12H30M18 42H6V30"/>',
};

const SHAPES = [
  '<circle cx="24" cy="24" r="21"/>',
  '<path d="M4 4h40v40H4Z"/>',
  '<path d="M24 2 47 44H1Z"/>',
  '<path d="M24 1 47 24 24 47 1 24Z"/>',
  '<path d="M24 2 46 19 38 45H10L2 19Z"/>',
  '<path d="M12 4h24l11 20-11 20H12L1 24Z"/>',
  '<path d="M16 3h16v13h13v16H32v13H16V32H3V16h13Z"/>',
  '<path d="M3 12h42v24H3Z"/>',
  '<path d="M15 2h18l13 13v18L33 46H15L2 33V15Z"/>',
  '<path d="M4 20A20 18 0 0 1 44 20V45H4Z"/>',
];

function svg(inside, name) {
  const element = document.createElementNS(SPACE, "svg");
  element.setAttribute("viewBox", "0 0 48 48");
  element.setAttribute("class", `sign ${name}`);
  element.setAttribute("aria-hidden", "true");
  element.innerHTML = inside; // constants of this file alone
  return element;
}

/** @param {keyof SIGNS} name @returns {SVGElement} */
export const sign = (name) => svg(SIGNS[name], name);

/** A seat's own shape with its number, from 1. @param {number} number @returns {SVGElement} */
export function mark(number) {
  const element = svg(SHAPES[(number - 1) % SHAPES.length], "mark");
  const text = document.createElementNS(SPACE, "text");
  for (const [key, value] of [["x", 24], ["y", 33], ["text-anchor", "middle"]]) text.setAttribute(key, value);
  text.textContent = String(number);
  element.append(text);
  return element;
}
