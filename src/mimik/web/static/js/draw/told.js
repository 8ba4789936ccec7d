/** What a drawing shows, in words, for those who can't see it: an aria-label that changes seldom. */

const SELDOM = 2000; // ms

/** Keeps an element's text alternative; a screen reader isn't flooded by what moves 20 times a second. */
export class Told {
  #element;
  #make = null;
  #last = -Infinity;
  #timer = null;

  /**
   * @param {Element} element gets role="img"
   * @param {{role?: string}} [options]
   */
  constructor(element, { role = "img" } = {}) {
    this.#element = element;
    element.setAttribute("role", role);
  }

  /** @param {() => string} make called when it is time, at most every two seconds; the newest counts */
  tell(make) {
    this.#make = make;
    if (this.#timer !== null) return;
    const wait = this.#last + SELDOM - performance.now();
    if (wait <= 0) this.#now();
    else this.#timer = setTimeout(() => this.#now(), wait);
  }

  #now() {
    this.#timer = null;
    this.#last = performance.now();
    const text = this.#make();
    if (this.#element.getAttribute("aria-label") !== text) this.#element.setAttribute("aria-label", text);
  }
}
