/** What was shown and what was recognised, as a table. */

import { h, number, percent } from "../ui.js";

/**
 * @param {string[]} labels
 * @param {number[][]} counts rows are shown, columns recognised
 * @param {string} unit such as "whole trials"
 * @returns {HTMLElement[]}
 */
export function confusionTable(labels, counts, unit) {
  const head = h("tr", null, h("th", { scope: "col" }, "Shown"), labels.map((label) => h("th", { scope: "col", class: "number" }, label)), h("th", { scope: "col", class: "number" }, "Recognised"));
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return h("tr", null, h("th", { scope: "row" }, labels[i]), row.map((count, j) => cell(count, total, i === j)), h("td", { class: "number" }, total ? percent(row[i] / total) : "–"));
  });
  const table = h("table", { class: "table confusion" }, h("caption", { class: "visually-hidden" }, `Confusion matrix of ${unit}`), h("thead", null, head), h("tbody", null, rows));
  return [
    h("p", { class: "hint" }, `Of the ${unit} that show the label of a row, how many were taken for the label of a column.`),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusion matrix" }, table),
  ];
}

function cell(count, total, right) {
  const element = h("td", { class: `number ${right ? "right" : "wrong"}` }, number(count), right && h("span", { class: "visually-hidden" }, " right"));
  element.style.setProperty("--share", total ? (count / total).toFixed(3) : 0);
  return element;
}
