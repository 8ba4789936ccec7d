/** Frames per expression: a bar and a number each, and which one lacks. */

import { counted, h, number } from "../ui.js";

/** Below this part of an equal share an expression lacks frames; a recognizer then learns it less well. */
const ENOUGH = 0.8;

/**
 * Tell for each expression how many frames it has and how many it lacks to an equal share.
 * @param {string[]} expected those of the protocol, in its order.
 * @param {Object<string, number>} frames by expression.
 * @returns {{share: number, rows: {expression: string, frames: number, lacks: number, foreign: boolean}[]}}
 */
export function shares(expected, frames) {
  const foreign = Object.keys(frames).filter((expression) => !expected.includes(expression));
  const total = expected.reduce((sum, expression) => sum + (frames[expression] ?? 0), 0);
  const share = expected.length ? total / expected.length : 0;
  const row = (expression, isForeign) => {
    const n = frames[expression] ?? 0;
    return { expression, frames: n, lacks: !isForeign && n < ENOUGH * share ? Math.ceil(share - n) : 0, foreign: isForeign };
  };
  return { share, rows: [...expected.map((e) => row(e, false)), ...foreign.map((e) => row(e, true))] };
}

/** Draw it, for `glance`. */
export function balance({ protocol, frames }) {
  const { share, rows } = shares(protocol.expressions, frames);
  const most = Math.max(share, ...rows.map((row) => row.frames), 1);
  const lacking = rows.filter((row) => row.lacks);
  return [
    rows,
    h(
      "section",
      { class: "card", "aria-labelledby": "balance" },
      h("h2", { id: "balance" }, "Frames per expression"),
      h("p", { class: lacking.length ? null : "muted" }, verdict(share, lacking)),
      h(
        "table",
        { class: "bars" },
        h("caption", { class: "visually-hidden" }, "Frames of complete trials for each expression"),
        h("thead", { class: "visually-hidden" }, h("tr", null, ...["Expression", "Part of the most", "Frames"].map(heading))),
        h("tbody", null, ...rows.map((row) => bar(row, share, most))),
      ),
      share > 0 && h("p", { class: "hint key" }, h("i", { "aria-hidden": "true" }), `an equal share: ${number(share)} frames`),
    ),
  ];
}

function heading(text) {
  return h("th", { scope: "col" }, text);
}

function verdict(share, lacking) {
  if (share === 0) return "Nothing is recorded yet.";
  if (lacking.length === 0) return "Balanced: every expression has about as many frames as the others.";
  const names = lacking.map(({ expression, lacks }) => `${expression} (about ${counted(lacks, "frame")})`);
  return `Fewer frames than an equal share: ${names.join(", ")}. Record more of it, or the recognizer will know it less well.`;
}

function bar({ expression, frames, lacks, foreign }, share, most) {
  const fill = h("i", null);
  fill.style.width = `${(100 * frames) / most}%`;
  const target = h("b", null);
  target.style.left = `${(100 * share) / most}%`;
  return h(
    "tr",
    { class: lacks ? "lacks" : null },
    h(
      "th",
      { scope: "row" },
      expression,
      " ",
      foreign && h("span", { class: "hint" }, "not in the protocol"),
      lacks > 0 && h("span", { class: "badge warn" }, "few"),
    ),
    h("td", { class: "track" }, h("div", { class: "meter", "aria-hidden": "true" }, fill), share > 0 && !foreign && target),
    h("td", { class: "number" }, number(frames)),
  );
}
