/** Elements that are changed in place: they touch the page only where something differs. */

import { setText } from "../ui.js";

/** Set an element's text, if it is another one; numbers are texts, too. */
export const text = (element, value) => setText(element, String(value));

/** Show an element or hide it. */
export function shown(element, yes) {
  if (element.hidden === Boolean(yes)) element.hidden = !yes;
}

/** Allow a button or not. */
export function allowed(button, yes) {
  if (button.disabled === Boolean(yes)) button.disabled = !yes;
}

/** Set an attribute, or take it away with null. */
export function attribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Set how far a progress bar is, from 0 to 1; nothing known is 0. */
export function value(progress, share) {
  const wanted = share ?? 0;
  if (progress.value !== wanted) progress.value = wanted;
}

/** Fill a list element again, but only when what it is made of has changed. */
export class Part {
  /** @param {Element} element @param {(value: any) => (Element|string|null)[]} make */
  constructor(element, make) {
    this.element = element;
    this.make = make;
    this.known = undefined;
  }

  /** @param {any} value plain data */
  show(value) {
    const now = JSON.stringify(value);
    if (now === this.known) return;
    this.known = now;
    this.element.replaceChildren(...this.make(value).filter((child) => child !== null));
  }
}
