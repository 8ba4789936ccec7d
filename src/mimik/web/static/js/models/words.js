/** How models are spoken of. */

import { counted, percent } from "../ui.js";

/** What is decided as one. */
export const UNITS = { participants: "people", trials: "whole trials", frames: "single frames" };

/** "81.2 %" and "95 % interval 75.0 to 86.2 %", "" without one. */
export function withInterval(estimate) {
  if (!estimate || estimate.value === null) return { value: "–", interval: "" };
  const value = percent(estimate.value, 1);
  if (estimate.low === null || estimate.high === null) return { value, interval: "" };
  const ends = `${(100 * estimate.low).toFixed(1)} to ${percent(estimate.high, 1)}`;
  return { value, interval: estimate.trusted ? `95 % interval ${ends}` : `95 % interval ${ends}, from too few people to be trusted` };
}

/** "+2.4 points" */
export function points(share) {
  const value = (100 * share).toFixed(1);
  if (Number(value) === 0) return "0.0 points";
  return `${share > 0 ? "+" : "−"}${value.replace("-", "")} points`;
}

/** "168 kB" */
export function bytes(size) {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${Math.round(size / 1000)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

/** "24 people" */
export const people = (count) => (count === 1 ? "1 person" : counted(count, "person").replace(/persons$/, "people"));

/** What a job is about, for its heading. */
export function about(job) {
  const { settings } = job;
  if (job.kind === "compare") return `Testing ${settings.a} and ${settings.b} on the same people`;
  if (job.kind === "evaluate") return `Testing ${settings.name} on people held out`;
  return settings.evaluate ? `Training and testing ${settings.name}` : `Training ${settings.name}`;
}
