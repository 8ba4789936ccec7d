/** Which phone: only accepted ones that no session uses. */

import { h } from "../ui.js";
import { Choices } from "./choices.js";
import { shown } from "./place.js";
import { phone, rate, signal } from "./words.js";

/** What is told of a phone in a list. @returns {string} */
export function phoneState(device) {
  const { icon, text } = signal(device);
  return device.silent ? `${icon} ${text}` : `${rate(device.rate)}, ${icon} ${text}`;
}

/** The third part of preparing. */
export class PhonePart {
  constructor(laboratory, onChange) {
    this.laboratory = laboratory;
    this.choice = new Choices("Phone", onChange);
    this.none = h("p", {}, "No accepted phone is free. ",
      h("a", { href: "/devices" }, "Connect and accept a phone in Devices"), ", then come back: it appears here by itself.");
    this.element = h("fieldset", {}, h("legend", {}, "3. Phone"), this.choice.element, this.none);
    this.update();
  }

  /** @returns {number | null} */
  get value() {
    return this.choice.value === null ? null : Number(this.choice.value);
  }

  set value(number) {
    this.choice.value = String(number);
  }

  /** Offer the free phones as they are now; the only one is chosen by itself. */
  update() {
    const free = this.laboratory.freePhones;
    this.choice.offer(free.map((one) => ({ value: String(one.number), text: phone(one), more: phoneState(one) })));
    if (this.choice.value === null && free.length === 1) this.value = free[0].number;
    shown(this.none, free.length === 0);
  }
}
