/** Two models on the same people. */

import { get, post } from "../api.js";
import { busy, field, h, replace, say, select, tell } from "../ui.js";
import { pairedDots, pairedTable } from "./dots.js";
import { UNITS, points } from "./words.js";

/**
 * @param {Object[]} models as the API tells them
 * @param {{a?: string, b?: string}} chosen
 * @returns {HTMLElement}
 */
export function comparison(models, chosen) {
  const names = models.filter((model) => !model.problem).map((model) => model.name);
  const known = (name, other) => (names.includes(name) ? name : (names.find((candidate) => candidate !== other) ?? names[0]));
  const first = known(chosen.a, chosen.b);
  const a = select(names.map((name) => [name, name]), { value: first });
  const b = select(names.map((name) => [name, name]), { value: known(chosen.b, first) });
  const place = h("div", { "aria-live": "polite" });
  const section = h(
    "section",
    { class: "card detail", "aria-labelledby": "comparison" },
    h("div", { class: "row spread" }, h("h2", { tabindex: -1, id: "comparison" }, "Compare two models"), h("a", { class: "button", href: "#" }, "Close")),
    h("div", { class: "split pick" }, field("A", a), field("B", b)),
    place,
  );
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    replace(place, h("p", { class: "hint" }, "Comparing…"));
    try {
      const found = await get(`/api/comparison?a=${a.value}&b=${b.value}`);
      if (mine === asked) replace(place, result(found));
    } catch (error) {
      if (mine === asked) replace(place);
      tell(error);
    }
  };
  for (const control of [a, b]) control.addEventListener("change", () => {
    history.replaceState(null, "", `#compare/${a.value}/${b.value}`);
    show();
  });
  show();
  return section;
}

function result(found) {
  if (!found.comparable) return [h("p", null, found.why), found.can_evaluate && testBoth(found)];
  const paired = found[found.unit];
  const { difference } = paired;
  const interval = difference.low === null ? "" : `, 95 % interval ${points(difference.low)} to ${points(difference.high)}${difference.trusted ? "" : ", from too few people to be trusted"}`;
  return [
    found.synthetic && h("p", null, h("span", { class: "badge synthetic" }, "SYNTHETIC"), " Simulated people: which model is better here says nothing about real faces."),
    h("p", { class: "sentence" }, found.sentence),
    h("p", null, `${found.b} against ${found.a}, ${UNITS[found.unit]}, mean over people: ${points(difference.value)}${interval}.`),
    pairedDots(paired.people, found, paired.means),
    h("details", null, h("summary", null, "As a table"), pairedTable(paired.people, found)),
    h("p", { class: "hint" }, "Each person was recognised by both, by models that were trained without them. The interval leaves out that other people to learn from would give other models."),
  ];
}

function testBoth(found) {
  const button = h("button", { class: "button primary", type: "button" }, "Test both the same way");
  button.addEventListener("click", () => busy(button, async () => {
    await post("/api/jobs", { kind: "compare", a: found.a, b: found.b });
    say("Both recipes are trained anew without the people they are tested on. See above how far it is.", "good");
  }));
  return [h("p", { class: "hint" }, "Then both are tested on the study as it is now, with the same people in each part. The models stay as they are."), button];
}
