/** A session that ended: what was recorded, and what comes next. */

import { get } from "../api.js";
import { counted, h, number } from "../ui.js";
import { Part } from "./place.js";

const ENDINGS = {
  complete: "All trials are recorded.",
  stopped: "Stopped before the last trial. What was recorded is kept; the session can be gone on with.",
  broken: "Broken off by a problem. What was recorded before is kept; the session can be gone on with.",
};

/** Shown in the open card of a sitting that ended. */
export class EndedPanel {
  constructor({ next, goOn }) {
    const button = (words, onclick, kind = "") => h("button", { class: `button ${kind}`, type: "button", onclick }, words);
    this.next = button("Next participant, same phone and screen", () => next(this.sitting), "primary");
    this.goOn = button("Go on with this session", () => goOn(this.sitting));
    this.look = h("a", { class: "button" }, "Look at the recording");
    this.trials = h("div", {}, h("p", { class: "hint" }, "Loading what was recorded…"));
    this.notes = new Part(h("ul", { class: "notes" }), (notes) => notes.map((note) => h("li", {}, note.text)));
    this.ending = h("p", {});
    this.element = h("div", { class: "panel" },
      h("div", { class: "panel-main" }, h("h3", {}, "What was recorded"), this.ending, this.trials),
      h("div", { class: "panel-side" }, h("h3", {}, "What next?"), h("div", { class: "next-steps" }, this.next, this.goOn, this.look),
        this.notes.element));
  }

  show(sitting) {
    this.sitting = sitting;
    this.ending.textContent = ENDINGS[sitting.ended] ?? ENDINGS.stopped;
    const written = Boolean(sitting.participant && sitting.session);
    this.goOn.hidden = sitting.ended === "complete" || !written;
    this.look.hidden = !written;
    this.look.href = `/recordings#${sitting.participant}/${sitting.session}`;
    this.notes.show(sitting.notes);
    if (!this.asked) this.load(sitting, written);
  }

  async load(sitting, written) {
    this.asked = true;
    if (!written) {
      this.trials.replaceChildren(h("p", {}, "Nothing was recorded."));
      return;
    }
    try {
      const sessions = await get("/api/sessions");
      const found = sessions.find((one) => one.participant === sitting.participant && one.session === sitting.session);
      this.trials.replaceChildren(found ? trialTable(found) : h("p", {}, `${counted(sitting.frames_total, "frame")} in all.`));
    } catch (error) {
      this.trials.replaceChildren(h("p", { class: "state warn" }, `▲ ${error.message} ${error.hint ?? ""}`));
    }
  }

  close() {}
}

function trialTable({ trials, frames }) {
  return h("table", { class: "table" },
    h("caption", { class: "visually-hidden" }, "Frames of each trial"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Trial"), h("th", { scope: "col" }, "Expression"),
      h("th", { scope: "col", class: "number" }, "Frames"), h("th", { scope: "col" }, "Outcome"))),
    h("tbody", {}, trials.map((trial) => h("tr", {}, h("td", {}, trial.trial), h("td", {}, trial.expression),
      h("td", { class: "number" }, number(trial.frames)), h("td", {}, trial.outcome)))),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: "2" }, "All"), h("td", { class: "number" }, number(frames)), h("td", {}))));
}
