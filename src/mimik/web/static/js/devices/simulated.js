/** Simulated phones, for studies with simulated people. */

import { del, post } from "../api.js";
import { busy, h, select } from "../ui.js";

const COUNTS = [1, 2, 5, 10];

/** @returns {{element: HTMLElement, add: function(): Promise}} */
export function simulatedPhones() {
  const count = select(COUNTS.map((n) => [String(n), String(n)]));
  count.setAttribute("aria-label", "How many simulated phones");
  const more = h("button", { class: "button", type: "button" }, "Add simulated phones");
  const none = h("button", { class: "button", type: "button" }, "Remove all");
  none.setAttribute("aria-label", "Remove all simulated phones");
  const add = (n) => busy(more, () => post("/api/devices/simulated", { count: n }));
  more.addEventListener("click", () => add(Number(count.value)));
  none.addEventListener("click", () => busy(none, () => del("/api/devices/simulated")));
  return { element: h("div", { class: "row simulated" }, count, more, none), add: () => add(1) };
}
