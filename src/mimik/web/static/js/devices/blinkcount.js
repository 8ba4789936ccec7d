/** Counts blinks that fall into a window of time, from the seconds since each phone last saw both eyes shut. */

const OPEN = 100; // ms; eyes that have been open for this long have ended their blink
const APART = 150; // ms; the same moment, told again, wanders by less

/** Blinks of several devices in one window. */
export class BlinkCount {
  #from;
  #until;
  #seen = new Map(); // device -> when it was last told of, and when its eyes were last shut then
  #counts = new Map();

  /** @param {number} from @param {number} length both in ms. */
  constructor(from, length) {
    this.#from = from;
    this.#until = from + length;
  }

  /** @param {{number: number, blinked: number|null}[]} devices as told at the time `now`. */
  see(devices, now) {
    if (now > this.#until) return;
    for (const { number, blinked } of devices) {
      const shut = blinked === null ? -Infinity : now - 1000 * blinked;
      if (shut > this.#from && isAnother(this.#seen.get(number), shut)) this.#counts.set(number, this.of(number) + 1);
      this.#seen.set(number, { now, shut });
    }
  }

  /** How often a device's person blinked in the window. */
  of(number) {
    return this.#counts.get(number) ?? 0;
  }

  /** The devices that saw most blinks, at least one. */
  most() {
    const best = Math.max(0, ...this.#counts.values());
    return [...this.#counts].filter(([, n]) => n === best).map(([number]) => number);
  }

  /** What is left of the window, in ms. */
  left(now) {
    return Math.max(0, this.#until - now);
  }
}

/** Eyes that stay shut are one blink however long it takes. */
function isAnother(before, shut) {
  if (!before) return true;
  return shut > before.shut + APART && before.now - before.shut > OPEN;
}
