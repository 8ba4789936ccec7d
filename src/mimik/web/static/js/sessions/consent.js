/** Consent: the newest text in full and whether the participant agrees. Nothing begins without. */

import { h } from "../ui.js";
import { Choices } from "./choices.js";
import { shown, text } from "./place.js";
import { Purposes } from "./purposes.js";
import { Signed } from "./signed.js";

/** Show a consent text in full. @returns {Element} */
export function consentText(consent) {
  if (!consent?.text) return h("p", { class: "hint" }, "This study has no text of consent. Consent on paper counts.");
  return h("div", { class: "consent-text", tabindex: "0", role: "region", "aria-label": `Text of consent, version ${consent.version}` },
    consent.text);
}

/** The second part of preparing. */
export class ConsentPart {
  constructor(laboratory, onChange) {
    this.laboratory = laboratory;
    this.answer = new Choices("Consent of the participant", () => this.changed(onChange));
    this.answer.offer([
      { value: "now", text: "Has read this text and has agreed now" },
      { value: "paper", text: "Has agreed to this text on paper" },
      { value: "ask", text: "Ask on the participant's screen", more: "before the session, each purpose by itself" },
      { value: "no", text: "Has not agreed" },
    ]);
    this.signed = new Signed(onChange);
    this.signed.element.classList.add("sub");
    this.optional = new Purposes(laboratory.consent?.optional ?? []);
    this.also = h("div", { class: "sub" },
      h("p", { class: "hint" }, "Does the participant also allow this? Each by itself; whoever declines takes part all the same."),
      this.optional.element);
    this.asked = h("div", {}, consentText(laboratory.consent), this.answer.element, this.signed.element, this.also);
    this.known = h("p", {});
    this.refused = h("p", { class: "state warn", role: "status" });
    this.element = h("fieldset", {}, h("legend", {}, "2. Consent"), this.known, this.asked, this.refused);
    this.for(null);
  }

  /** @returns {boolean} whether the session may be prepared */
  get given() {
    return this.settled || ["now", "paper", "ask"].includes(this.answer.value);
  }

  /** Whether consent was said now, to be written. */
  get saidNow() {
    return !this.settled && this.given && this.answer.value !== "ask";
  }

  /** Whether it was said on paper, which has a date. */
  get onPaper() {
    return this.saidNow && this.answer.value === "paper";
  }

  /** What is written with it: what for, how and when it was given. */
  get said() {
    const purposes = this.saidNow ? this.optional.value : ["study"];
    return { consent: this.saidNow, purposes, how: this.onPaper ? "paper" : "screen", given: this.signed.value, ...this.asking };
  }

  /** What has the participant's own screen ask, if it shall. */
  get asking() {
    return !this.settled && this.answer.value === "ask" ? { ask: true } : {};
  }

  /** Ask this participant, unless the newest text was agreed to before. */
  for(participant) {
    if (participant !== this.participant) {
      this.answer.value = null;
      this.optional.clear();
      this.signed.today();
    }
    this.participant = participant;
    const one = this.laboratory.participants.find((known) => known.id === participant);
    this.settled = Boolean(one?.consented_now);
    const version = this.laboratory.consent?.version;
    text(this.known, this.settled ? `✓ ${participant} has agreed to this text already (version ${version}). No need to ask again.` : "");
    shown(this.known, this.settled);
    shown(this.asked, !this.settled);
    this.warn();
  }

  changed(onChange) {
    this.warn();
    onChange();
  }

  warn() {
    this.signed.show(this.onPaper);
    shown(this.also, this.saidNow && this.optional.boxes.size > 0);
    const refused = !this.settled && this.answer.value === "no";
    text(this.refused, refused ? "▲ Without consent nothing is recorded. Thank the participant and let them go." : "");
    shown(this.refused, refused);
  }
}
