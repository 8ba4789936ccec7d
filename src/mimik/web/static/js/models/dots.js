/** People as dots: one model, or two joined by lines. */

import { h, percent } from "../ui.js";
import { s, scale } from "./svg.js";
import { points } from "./words.js";

const WIDTH = 640;

/**
 * How differently people are recognised.
 * @param {{participant: string, share: number}[]} everybody
 * @param {number} chance the share of guessing
 */
export function peopleDots(everybody, chance) {
  const sorted = [...everybody].sort((a, b) => a.share - b.share);
  const x = scale(0, 1, 20, WIDTH - 20);
  const stacked = new Map();
  const dots = sorted.map((one) => {
    const place = Math.round(x(one.share) / 9) * 9;
    const level = stacked.get(place) ?? 0;
    stacked.set(place, level + 1);
    return { place, level, one };
  });
  const height = 60 + 9 * Math.max(...stacked.values(), 3);
  const base = height - 34;
  const svg = s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "people", "aria-hidden": "true" },
    [0, 0.25, 0.5, 0.75, 1].map((share) => [
      s("line", { class: "grid", x1: x(share), x2: x(share), y1: 8, y2: base + 8 }),
      s("text", { x: x(share), y: height - 10, "text-anchor": "middle" }, percent(share)),
    ]),
    s("line", { class: "chance", x1: x(chance), x2: x(chance), y1: 4, y2: base + 8 }),
    dots.map(({ place, level, one }) => s("circle", { class: "dot", cx: place, cy: base - 9 * level, r: 4 }, s("title", {}, `${one.participant}: ${percent(one.share)}`))),
  );
  const middle = sorted[Math.floor(sorted.length / 2)];
  const told = `Each dot is a person: from ${percent(sorted[0].share)} to ${percent(sorted.at(-1).share)} recognised, ${percent(middle.share)} in the middle. Dashed: guessing, ${percent(chance)}.`;
  return h("figure", null, svg, h("figcaption", { class: "hint" }, told));
}

/**
 * The same people recognised by two models.
 * @param {{participant: string, a: number, b: number}[]} everybody
 * @param {{a: string, b: string}} names
 * @param {{a: number, b: number}} means
 */
export function pairedDots(everybody, names, means) {
  const height = 320;
  const y = scale(0, 1, height - 40, 20);
  const [left, right] = [170, WIDTH - 170];
  const joined = (one, kind) => [
    s("line", { class: `pair ${kind}`, x1: left, x2: right, y1: y(one.a), y2: y(one.b) }, one.participant ? s("title", {}, `${one.participant}: ${percent(one.a)} and ${percent(one.b)}`) : null),
    s("circle", { class: `dot ${kind}`, cx: left, cy: y(one.a), r: kind === "mean" ? 6 : 4 }),
    s("circle", { class: `dot ${kind}`, cx: right, cy: y(one.b), r: kind === "mean" ? 6 : 4 }),
  ];
  const kind = (one) => (one.b > one.a ? "up" : one.b < one.a ? "down" : "same");
  const svg = s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "paired", "aria-hidden": "true" },
    [0, 0.25, 0.5, 0.75, 1].map((share) => [
      s("line", { class: "grid", x1: left, x2: right, y1: y(share), y2: y(share) }),
      s("text", { x: left - 90, y: y(share) + 4, "text-anchor": "end" }, percent(share)),
    ]),
    everybody.map((one) => joined(one, kind(one))),
    joined(means, "mean"),
    s("text", { class: "name", x: left, y: height - 12, "text-anchor": "middle" }, names.a),
    s("text", { class: "name", x: right, y: height - 12, "text-anchor": "middle" }, names.b),
  );
  const count = (which) => everybody.filter((one) => kind(one) === which).length;
  const told = `Each line is a person. ${names.b} recognises ${count("up")} better (solid) and ${count("down")} worse (dashed), ${count("same")} as often. Thick: the mean, ${percent(means.a, 1)} and ${percent(means.b, 1)}.`;
  return h("figure", null, svg, h("figcaption", { class: "hint" }, told));
}

/** The same as a table. */
export function pairedTable(everybody, names) {
  const head = ["Participant", names.a, names.b, "Difference"].map((text, i) => h("th", { scope: "col", class: i ? "number" : null }, text));
  const rows = everybody.map((one) => h("tr", null, h("th", { scope: "row" }, one.participant), [percent(one.a, 1), percent(one.b, 1), points(one.b - one.a)].map((text) => h("td", { class: "number" }, text))));
  return h("div", { class: "scroll" }, h("table", { class: "table" }, h("thead", null, h("tr", null, head)), h("tbody", null, rows)));
}
