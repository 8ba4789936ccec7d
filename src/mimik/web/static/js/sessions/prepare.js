/** The form that prepares one session, in the order of the work. */

import { del, post } from "../api.js";
import { busy, h } from "../ui.js";
import { ConsentPart } from "./consent.js";
import { ParticipantPart } from "./participant.js";
import { PhonePart } from "./phones.js";
import { text } from "./place.js";
import { SeatPart } from "./seat.js";

/** Prepares a session; nothing is written before it begins. */
export class Prepare {
  /**
   * @param {import("./laboratory.js").Laboratory} laboratory
   * @param {{done: (sitting: object) => void, close: () => void}} on
   */
  constructor(laboratory, on) {
    this.laboratory = laboratory;
    this.on = on;
    this.after = null;
    this.consent = new ConsentPart(laboratory, () => this.check());
    this.phone = new PhonePart(laboratory, () => this.check());
    this.seat = new SeatPart(laboratory);
    this.participant = new ParticipantPart(laboratory, () => this.chosen());
    this.told = h("p", { class: "state bad", role: "alert", hidden: true });
    this.button = h("button", { class: "button primary", type: "submit" }, "Prepare");
    this.element = h("form", { class: "card prepare", "aria-labelledby": "prepare-title", novalidate: true, onsubmit: (event) => this.send(event) },
      h("h2", { id: "prepare-title", tabindex: "-1" }, "Prepare a session"),
      this.participant.element, this.consent.element, this.phone.element, this.seat.element, this.told,
      h("div", { class: "row" }, this.button, h("button", { class: "button", type: "button", onclick: on.close }, "Cancel")));
    this.chosen();
  }

  /** Fill in again what changed in the study; what was chosen stays. */
  update() {
    this.participant.update();
    this.phone.update();
    this.seat.update();
  }

  /** Fill in what the address or a button asks for. Returns what couldn't be had, or "". */
  fill({ resume = null, device = null, after = null }) {
    if (after) {
      this.after = after;
      this.phone.value = after.device;
      this.seat.like(after);
    }
    if (device !== null) this.phone.value = device;
    if (resume && !this.participant.resume(resume)) {
      return `${resume.participant}/${resume.session} can't be gone on with: it is complete, running, or not there.`;
    }
    return "";
  }

  focus() {
    this.element.querySelector("h2").focus();
    this.element.scrollIntoView({ block: "start" });
  }

  chosen() {
    this.consent.for(this.participant.value?.participant ?? null);
    this.check();
  }

  /** What is missing, and where. @returns {[string, {focus: () => void}] | null} */
  get lack() {
    if (!this.participant.value) return ["Choose a participant.", this.participant.kind];
    if (this.consent.answer.value === "no" && !this.consent.settled) {
      return ["Not prepared: the participant has not agreed.", this.consent.answer];
    }
    if (!this.consent.given) return ["Has the participant agreed? Say so in part 2.", this.consent.answer];
    if (this.consent.signed.lack) return [this.consent.signed.lack, this.consent.signed];
    if (this.phone.value === null) return ["Choose a phone.", this.phone.choice];
    return null;
  }

  /** Once something was said to be missing, it is kept up to date. */
  check() {
    if (this.told && !this.told.hidden) this.tell(this.lack);
  }

  tell(lack) {
    this.told.hidden = !lack;
    text(this.told, lack ? `✕ ${lack[0]}` : "");
  }

  async send(event) {
    event.preventDefault();
    const { lack } = this;
    this.tell(lack);
    if (lack) {
      lack[1].focus();
      return;
    }
    const sitting = await busy(this.button, () => this.create());
    if (sitting) this.on.done(sitting);
  }

  async create() {
    const body = { ...this.participant.value, ...this.consent.said, device: this.phone.value, ...this.seat.value };
    const sitting = await post("/api/sittings", body);
    if (this.after) await del(`/api/sittings/${this.after.id}`).catch(() => {}); // cleared away meanwhile
    return sitting;
  }
}
