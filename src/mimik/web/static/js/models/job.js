/** A job: how far it is, and what can be done about it. */

import { del, post } from "../api.js";
import { busy, duration, h, replace, setText } from "../ui.js";
import { Curves } from "./lines.js";
import { about } from "./words.js";

const STATES = {
  waiting: ["waits", "info"],
  running: ["runs", "info"],
  done: ["done", "good"],
  failed: ["failed", "bad"],
  cancelled: ["cancelled", "warn"],
};

/** The card of a job; `show` tells it anew, without taking the focus from a button. */
export class JobCard {
  #state = "";
  #badge = h("span", { class: "badge" });
  #step = h("p", { role: "status" });
  #left = h("p", { class: "hint" });
  #bar = h("i", null);
  #meter = h("div", { class: "meter", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, this.#bar);
  #problem = h("div", null);
  #buttons = h("div", { class: "row" });
  #curves = new Curves();

  constructor(job) {
    const title = h("h2", null, about(job));
    this.#meter.setAttribute("aria-label", about(job));
    this.#curves.element.hidden = true;
    this.element = h(
      "article",
      { class: "card job" },
      h("div", { class: "row spread" }, title, this.#badge),
      this.#meter, this.#step, this.#left, this.#problem, this.#curves.element, this.#buttons,
    );
    this.show(job);
  }

  /** @param {Object} job as the API tells it. */
  show(job) {
    const share = Math.round(100 * job.progress);
    this.#bar.style.width = `${share}%`;
    this.#meter.setAttribute("aria-valuenow", share);
    this.#meter.hidden = job.state === "failed" || job.state === "cancelled";
    setText(this.#step, job.state === "running" ? `${job.step}.` : "");
    setText(this.#left, job.state === "running" ? left(job) : "");
    if (job.curves.loss.length) {
      this.#curves.element.hidden = false;
      this.#curves.show(job.curves, job.epochs);
    }
    if (job.state !== this.#state) this.#changed(job);
  }

  #changed(job) {
    const focused = this.#buttons.contains(document.activeElement);
    this.#state = job.state;
    const [word, kind] = STATES[job.state];
    setText(this.#badge, word);
    this.#badge.className = `badge ${kind}`;
    replace(this.#problem, told(job));
    replace(this.#buttons, this.#actions(job));
    if (focused) this.#buttons.querySelector("a, button")?.focus();
  }

  #actions(job) {
    const away = button("Clear away", () => del(`/api/jobs/${job.id}`));
    if (job.state === "waiting" || job.state === "running") return button("Cancel", () => del(`/api/jobs/${job.id}`), "danger");
    if (job.state === "done") return [...results(job), away];
    const word = job.state === "failed" ? "Try again" : "Go on";
    return [button(word, () => again(job), "primary"), away];
  }
}

async function again(job) {
  await del(`/api/jobs/${job.id}`);
  await post("/api/jobs", { kind: job.kind, ...job.settings });
}

function results(job) {
  const link = (text, href) => h("a", { class: "button primary", href }, text);
  if (job.kind === "compare") return [link("See the comparison", `#compare/${job.settings.a}/${job.settings.b}`)];
  return [link(`See ${job.settings.name}`, `#model/${job.settings.name}`)];
}

function button(text, work, kind = "") {
  const element = h("button", { class: `button ${kind}`, type: "button" }, text);
  element.addEventListener("click", () => busy(element, work));
  return element;
}

function left(job) {
  const share = `${Math.round(100 * job.progress)} %`;
  return job.eta === null ? share : `${share}, about ${duration(job.eta)} left`;
}

function told(job) {
  if (job.state === "failed") return [h("p", { class: "problem", role: "alert" }, job.error), job.hint && h("p", null, job.hint)];
  if (job.state === "cancelled") return h("p", { class: "hint" }, "Nothing was saved. Parts of a test that were finished are kept: going on is quicker than starting anew.");
  if (job.state === "waiting") return h("p", { class: "hint" }, "One job runs at a time, so that recording goes on undisturbed.");
  return null;
}
