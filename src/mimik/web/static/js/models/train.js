/** The form to train a model: three questions, and the rest folded away. */

import { post } from "../api.js";
import { busy, field, h, say, select, setText } from "../ui.js";
import { people } from "./words.js";

const CLEAN = [
  ["no", "Nothing"],
  ["onset", "Frames before the face moves and after it rests"],
  ["frames", "These, and single frames whose label is doubtful"],
  ["trials", "These, and whole trials whose label is doubtful"],
];

/** The form. */
export class TrainForm {
  /**
   * @param {{recipes: Object[], told: Object, started: function(Object)}} what recipes and models as the API tells
   *   them; called with the job once it is started.
   */
  constructor({ recipes, told, started }) {
    this.recipes = recipes;
    this.started = started;
    this.material = told.material;
    this.controls = this.#controls(told);
    this.submit = h("button", { class: "button primary" }, "Train");
    this.element = h("form", { class: "card train", "aria-labelledby": "train-title" }, h("h2", { id: "train-title" }, "Train a model"), this.#fields(), this.submit);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      busy(this.submit, () => this.#start());
    });
  }

  /** Suggest another name, unless somebody wrote one. */
  suggest(name) {
    const { name: control } = this.controls;
    if (control.value === this.suggested) control.value = name;
    this.suggested = name;
  }

  /** What the server is asked to do. */
  settings() {
    const c = this.controls;
    const chosen = c.expressions.filter((box) => box.checked).map((box) => box.value);
    return {
      kind: "train",
      name: c.name.value.trim(),
      preset: c.preset.value,
      evaluate: c.evaluate.checked,
      labels: c.labels.value,
      expressions: chosen.length === c.expressions.length ? null : chosen,
      clean: c.clean.value,
      epochs: c.epochs.value === "" ? null : Number(c.epochs.value),
      for_webcams: c.webcams.checked,
      folds: Number(c.folds.value),
      leaking: c.leaking.checked,
      seed: Number(c.seed.value),
    };
  }

  async #start() {
    const job = await post("/api/jobs", this.settings());
    say(job.state === "waiting" ? `${job.settings.name} waits for its turn.` : `${job.settings.name} is being trained.`, "good");
    this.started(job);
  }

  #controls(told) {
    this.suggested = told.suggested;
    const box = (attributes) => h("input", { type: "checkbox", ...attributes });
    const count = (attributes) => h("input", { type: "number", step: 1, ...attributes });
    const preset = this.recipes.find((recipe) => recipe.default).name;
    return {
      name: h("input", { type: "text", value: told.suggested, required: true, maxlength: 64, pattern: "[A-Za-z0-9][A-Za-z0-9_\\-]*", title: "Letters, digits, - and _", autocomplete: "off", spellcheck: "false" }),
      preset: select(this.recipes.map((recipe) => [recipe.name, recipe.name + (recipe.default ? " (recommended)" : "")]), { value: preset, onchange: () => this.#why() }),
      evaluate: box({ checked: this.#canTest(), disabled: !this.#canTest() }),
      labels: select(this.material.labels.map((labels) => [labels.value, labels.text]), { value: "prompted" }),
      expressions: Object.keys(this.material.frames).map((name) => box({ value: name, checked: true })),
      clean: select(CLEAN, { value: "no" }),
      epochs: count({ min: 1, max: 10000, placeholder: "as the recipe says" }),
      webcams: box({}),
      folds: count({ min: 2, max: 1000, value: "5", required: true }),
      leaking: box({}),
      seed: count({ min: 0, max: 2147483647, value: "0", required: true }),
    };
  }

  #canTest() {
    return this.material.people >= this.material.fewest_people;
  }

  #fields() {
    const c = this.controls;
    this.why = h("p", { class: "hint" });
    this.#why();
    return [
      h("p", null, `There are ${people(this.material.people)} to learn from, who showed ${Object.keys(this.material.frames).join(", ")}.`),
      field("Name", c.name, { hint: "Letters, digits, - and _." }),
      h("div", { class: "field" }, h("label", { class: "name", for: c.preset.id ||= "preset" }, "Recipe"), c.preset, this.why),
      check(c.evaluate, "Also test it on people never seen", this.#testing()),
      h("details", null, h("summary", null, "More choices"), this.#more()),
    ];
  }

  #more() {
    const c = this.controls;
    const names = c.expressions.map((box) => h("label", { class: "check" }, box, box.value));
    return h(
      "div",
      { class: "more" },
      field("What it learns", c.labels),
      h("fieldset", null, h("legend", null, "Expressions"), h("div", { class: "row" }, names)),
      field("Left out of training", c.clean, { hint: "What is tested is never touched, so a test is as hard as it was." }),
      field("Epochs", c.epochs, { hint: "Passes over the data. Few are quicker, for a first look." }),
      check(c.webcams, "For webcams and videos", "Does without what they can't deliver."),
      field("Folds of the test", c.folds, { hint: "People are dealt into so many parts; each is tested by a model trained on all others." }),
      check(c.leaking, "Also test on shuffled frames", "Shows by how much this common mistake flatters. Takes about twice as long."),
      field("Seed", c.seed, { hint: "The same seed gives the same model." }),
    );
  }

  #testing() {
    const { people: there, fewest_people: needed, enough_people: enough } = this.material;
    if (!this.#canTest()) return `This needs at least ${people(needed)}, and there is ${there}: record ${needed - there} more.`;
    const few = there < enough ? ` With fewer than ${enough} people its interval can't be trusted.` : "";
    return `The only number that says how good it is. Takes about five times as long as training.${few}`;
  }

  #why() {
    setText(this.why, this.recipes.find((recipe) => recipe.name === this.controls?.preset.value)?.why ?? "");
  }
}

let checks = 0;

function check(box, text, hint) {
  const told = h("p", { class: "hint", id: `check-${++checks}` }, hint);
  box.setAttribute("aria-describedby", told.id);
  return h("div", { class: "field" }, h("label", { class: "check" }, box, text), told);
}
