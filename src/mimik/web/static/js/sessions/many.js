/** One session for every free phone at once, for a seminar. */

import { post } from "../api.js";
import { busy, counted, field, h, say, select } from "../ui.js";
import { consentText } from "./consent.js";
import { phoneState } from "./phones.js";
import { shown, text } from "./place.js";
import { Purposes } from "./purposes.js";
import { Signed } from "./signed.js";
import { language, phone } from "./words.js";

/** Prepares as many sessions as there are phones, all with new participants. */
export class PrepareMany {
  constructor(laboratory, on) {
    this.laboratory = laboratory;
    this.on = on;
    this.rows = [];
    this.list = h("ul", { class: "phone-rows" });
    this.language = select(laboratory.languages.map((code) => [code, language(code)]));
    this.screens = select([["own", "A screen for each"], ["one", "One screen for all, side by side"]]);
    this.signed = new Signed(() => this.check());
    this.how = select([["screen", "On this screen"], ["paper", "On paper"], ["ask", "On their own screens"]], { onchange: () => this.asked() });
    this.told = h("p", { class: "state bad", role: "alert", hidden: true });
    this.button = h("button", { class: "button primary", type: "submit" });
    this.element = h("form", { class: "card prepare", "aria-labelledby": "many-title", novalidate: true, onsubmit: (event) => this.send(event) },
      h("h2", { id: "many-title", tabindex: "-1" }, "Prepare a session for every free phone"),
      h("p", { class: "hint" }, "Every session gets a new participant. Each of them has to agree to this text; sharing and later use are for each to allow or not:"),
      consentText(laboratory.consent),
      this.list,
      h("div", { class: "split" }, field("Language of the screens", this.language), field("Screens", this.screens), field("Consent is given", this.how), this.signed.element),
      this.told,
      h("div", { class: "row" }, this.button, h("button", { class: "button", type: "button", onclick: on.close }, "Cancel")));
    this.update();
  }

  /** Whether the participants' own screens ask: then nobody says here what they agreed to. */
  get asks() {
    return this.how.value === "ask";
  }

  get wanted() {
    return this.rows.filter((row) => row.included);
  }

  /** Phones that come along get a row; those that are gone say so. */
  update() {
    for (const row of this.rows) row.update(this.laboratory.device(row.device.number));
    const known = new Set(this.rows.map((row) => row.device.number));
    const fresh = this.laboratory.freePhones.filter((device) => !known.has(device.number));
    const used = this.rows.map((row) => row.label);
    const labels = this.laboratory.labels(known.size + fresh.length).filter((label) => !used.includes(label));
    fresh.forEach((device, place) => this.add(new PhoneRow(device, labels[place], this.laboratory.consent?.optional ?? [], () => this.check())));
    this.asked();
  }

  asked() {
    for (const row of this.rows) row.ask(this.asks);
    this.signed.show(this.how.value === "paper");
    this.check();
  }

  add(row) {
    this.rows.push(row);
    this.list.append(row.element);
  }

  focus() {
    this.element.querySelector("h2").focus();
    this.element.scrollIntoView({ block: "start" });
  }

  check() {
    text(this.button, `Prepare ${counted(this.wanted.length, "session")}`);
    if (!this.told.hidden) this.tell();
  }

  tell() {
    const open = this.asks ? [] : this.wanted.filter((row) => !row.agreed);
    const seats = open.map((row) => row.label).join(", ");
    const missing = open.length ? `Not agreed yet: ${seats}. Leave them out, or confirm consent.` : this.signed.lack;
    const lack = this.wanted.length === 0 ? "Choose at least one phone." : missing;
    this.told.hidden = !lack;
    text(this.told, lack ? `✕ ${lack}` : "");
    if (!lack) return null;
    return open[0] ?? (this.wanted.length ? this.signed : this.rows[0]);
  }

  async send(event) {
    event.preventDefault();
    const first = this.tell();
    if (first) {
      first.focus();
      return;
    }
    await busy(this.button, () => this.create());
  }

  /** What is written of somebody's consent: what for, how and when it was given. */
  said(row) {
    return { consent: true, purposes: row.optional.value, how: this.how.value, given: this.signed.value };
  }

  /** One after another: the screen of the first may be that of all. */
  async create() {
    let made = 0;
    const { asks } = this;
    for (const row of this.wanted) {
      const sitting = await post("/api/sittings", {
        participant: null, ...(asks ? { ask: true } : this.said(row)), device: row.device.number, language: this.language.value,
        resume: null, screen: this.screen ?? null, label: row.label,
      });
      if (this.screens.value === "one") this.screen = sitting.screen.key; // also after an error midway
      row.finish();
      made += 1;
    }
    say(`${counted(made, "session")} prepared.`, "good");
    this.on.done(null);
  }
}

class PhoneRow {
  constructor(device, label, optional, onChange) {
    this.device = device;
    this.done = false;
    const called = phone(device);
    this.use = h("input", { type: "checkbox", onchange: onChange });
    this.use.checked = true;
    this.seat = h("input", { type: "text", maxlength: "40", "aria-label": `Seat of ${called}`, autocomplete: "off" });
    this.seat.value = label;
    this.consent = h("input", { type: "checkbox", onchange: onChange });
    this.optional = new Purposes(optional, called);
    this.given = h("label", { class: "check" }, this.consent, h("span", {}, "has agreed", h("span", { class: "visually-hidden" }, ` (${called})`)));
    this.state = h("span", { class: "muted" });
    this.element = h("li", {},
      h("label", { class: "check" }, this.use, h("span", {}, called, " ", this.state)),
      this.seat, this.given, this.optional.element);
    this.update(device);
  }

  /** What was agreed to is said here, or asked on the participant's screen. */
  ask(onTheirScreen) {
    shown(this.given, !onTheirScreen);
    shown(this.optional.element, !onTheirScreen);
  }

  get included() {
    return this.use.checked && !this.done;
  }

  get agreed() {
    return this.consent.checked;
  }

  get label() {
    return this.seat.value.trim() || phone(this.device);
  }

  update(device) {
    text(this.state, device ? phoneState(device) : "✕ gone");
  }

  /** Its session is prepared: after an error only the others are tried again. */
  finish() {
    this.done = true;
    for (const input of [this.use, this.seat, this.consent]) input.disabled = true;
    this.optional.disable();
  }

  focus() {
    this.consent.focus();
  }
}
