/** The day on which consent was given on paper: today, unless another is chosen. */

import { field, h } from "../ui.js";
import { attribute, shown } from "./place.js";

/** A date field for consent on paper. */
export class Signed {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.input = h("input", { type: "date", required: true, min: "1970-01-01", onchange: onChange });
    this.element = field("Day on which it was signed", this.input, { hint: "As it stands on the paper. It counts from that day." });
    this.today();
    shown(this.element, false);
  }

  /** Choose today, as for somebody else. */
  today() {
    this.limit();
    this.input.value = today();
  }

  /** Show it or not; the last day it offers is always today. */
  show(yes) {
    this.limit();
    shown(this.element, yes);
  }

  limit() {
    attribute(this.input, "max", today());
  }

  /** What to do about a day that is none, or is to come; "" for nothing. */
  get lack() {
    this.limit();
    return this.element.hidden || this.input.checkValidity() ? "" : "Choose the day on which the paper was signed: today or before.";
  }

  /** @returns {string | null} such as "2026-03-01"; null for today, which is written with its time, and for none */
  get value() {
    return this.element.hidden || this.input.value === today() ? null : this.input.value;
  }

  focus() {
    this.input.focus();
  }
}

/** The day it is here, not in UTC. */
function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
