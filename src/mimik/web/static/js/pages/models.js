/** The page of models: train, test, look closely, compare. */

import { get } from "../api.js";
import { modelCard } from "../models/card.js";
import { comparison } from "../models/comparison.js";
import { modelDetail } from "../models/detail.js";
import { JobCard } from "../models/job.js";
import { TrainForm } from "../models/train.js";
import { header } from "../nav.js";
import { empty, h, keepFocus, replace, tell } from "../ui.js";
import { watch } from "../watch.js";

/** Holds the parts of the page together. */
class Page {
  #cards = new Map();
  #states = "";
  #asked = 0;
  #place = { tools: h("div", { class: "row" }), form: h("div", null), jobs: h("div", { class: "jobs" }), closer: h("div", null), list: h("div", null) };

  constructor(main) {
    this.main = main;
  }

  async open() {
    try {
      this.study = await header("/models");
      if (this.study.open) [this.told, this.recipes] = await Promise.all([get("/api/models"), get("/api/recipes")]);
    } catch (error) {
      const text = [error.message, error.hint].filter(Boolean).join(" ");
      replace(this.main, empty({ title: "The models could not be loaded", text, action: { label: "Try again", onclick: () => location.reload() } }));
      return;
    }
    if (!this.study.open) {
      replace(this.main, empty({ title: "No study yet", text: "Models learn from the recordings of a study.", action: { label: "Make a study", href: "/" } }));
      return;
    }
    this.#build();
  }

  /** Ask anew for what there is. */
  async refresh() {
    const asked = ++this.#asked;
    const told = await get("/api/models");
    if (asked !== this.#asked) return;
    const first = this.told.material.people === 0 && told.material.people > 0;
    this.told = told;
    if (first) this.form = null;
    this.form?.suggest(told.suggested);
    keepFocus(this.#place.list, () => this.#list());
  }

  #build() {
    const p = this.#place;
    const head = h("div", { class: "row spread" }, h("h1", null, "Models"), p.tools);
    replace(this.main, head, p.form, h("section", { "aria-label": "Jobs" }, p.jobs), p.closer, h("section", { "aria-label": "All models" }, p.list));
    p.form.hidden = true;
    this.#list();
    if (!this.told.models.length && this.told.material.people) this.#train(true);
    this.watching = watch({ jobs: (jobs) => this.#jobs(jobs), study: () => this.refresh().catch(tell) });
    addEventListener("hashchange", () => this.#obey());
    this.#obey();
  }

  #list() {
    const { models, material } = this.told;
    const canTest = material.people >= material.fewest_people;
    replace(this.#place.tools, material.people > 0 && this.#trainButton(), models.length > 1 && h("a", { class: "button", href: "#compare" }, "Compare two"));
    if (models.length) {
      replace(this.#place.list, h("div", { class: "grid models" }, models.map((model) => modelCard(model, { refresh: () => this.refresh(), canTest }))));
    } else if (!material.people) {
      const text = "A model learns from recordings. Record sessions, or bring recordings in with `mimik import`.";
      replace(this.#place.list, empty({ title: "No recordings yet", text, action: { label: "Record a session", href: "/sessions" } }));
    } else {
      replace(this.#place.list, empty({ title: "No models yet", text: "Train the first one above. Those that `mimik train` puts into the study's folder derivatives/models show up here, too." }));
    }
  }

  #trainButton() {
    const shown = !this.#place.form.hidden;
    return h("button", { class: "button primary", type: "button", "aria-expanded": String(shown), onclick: () => this.#train(this.#place.form.hidden, true) }, "Train a model");
  }

  #train(shown, focus = false) {
    const { form } = this.#place;
    if (shown && !this.form) {
      this.form = new TrainForm({ recipes: this.recipes, told: this.told, started: () => this.#started() });
      replace(form, this.form.element);
    }
    form.hidden = !shown;
    this.#place.tools.querySelector("[aria-expanded]")?.setAttribute("aria-expanded", String(shown));
    if (shown && focus) this.form.controls.name.focus();
  }

  #started() {
    this.#train(false);
    this.#place.tools.querySelector("button")?.focus();
    this.refresh().catch(tell);
  }

  #jobs(jobs) {
    const there = new Set(jobs.map((job) => job.id));
    for (const [id, card] of this.#cards) {
      if (!there.has(id)) {
        card.element.remove();
        this.#cards.delete(id);
      }
    }
    for (const job of jobs) {
      if (this.#cards.has(job.id)) this.#cards.get(job.id).show(job);
      else this.#add(job);
    }
    const states = jobs.map((job) => `${job.id} ${job.state}`).join();
    if (this.#states && states !== this.#states) this.refresh().then(() => this.#obey(false)).catch(tell);
    this.#states = states;
  }

  #add(job) {
    const card = new JobCard(job);
    this.#cards.set(job.id, card);
    this.#place.jobs.prepend(card.element);
  }

  /** Show what the address names: #model/NAME or #compare/A/B. */
  async #obey(focus = true) {
    const [what, a, b] = location.hash.slice(1).split("/").map(decodeURIComponent);
    const { closer } = this.#place;
    try {
      if (what === "model" && a) replace(closer, await modelDetail(a));
      else if (what === "compare") replace(closer, comparison(this.told.models, { a, b }));
      else replace(closer);
    } catch (error) {
      replace(closer);
      tell(error);
    }
    if (focus) closer.querySelector("h2")?.focus();
  }
}

new Page(document.getElementById("main")).open();
