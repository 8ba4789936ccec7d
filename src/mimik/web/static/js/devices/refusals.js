/** What arrives but can't be read: usually an app in the wrong mode. */

import { h, number, replace, setText } from "../ui.js";

/** @returns {{element: HTMLElement, show: function(Object[])}} */
export function refusalList() {
  const items = h("ul", { class: "plain" });
  const element = h(
    "section",
    { class: "card refusals", "aria-labelledby": "refused", hidden: true },
    h("h2", { id: "refused" }, "Something arrives, but can't be read"),
    items,
  );
  const shown = new Map();
  return {
    element,
    show(refusals) {
      element.hidden = refusals.length === 0;
      for (const refusal of refusals) one(items, shown, refusal);
      const still = new Set(refusals.map(keyOf));
      for (const [key, { item }] of shown) {
        if (still.has(key)) continue;
        item.remove();
        shown.delete(key);
      }
    },
  };
}

function one(items, shown, refusal) {
  const key = keyOf(refusal);
  if (!shown.has(key)) {
    const count = h("span", { class: "muted" });
    const item = h(
      "li",
      null,
      h("p", null, h("strong", null, `From ${refusal.sender}: `), refusal.message, " ", count),
      refusal.hint && h("p", { class: "todo" }, refusal.hint),
    );
    shown.set(key, { item, count });
    items.append(item);
  }
  setText(shown.get(key).count, `(${number(refusal.count)} times)`);
}

function keyOf({ sender, message, hint }) {
  return JSON.stringify([sender, message, hint]);
}
