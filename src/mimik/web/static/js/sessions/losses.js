/** Whether frames were lost just now, from a count that only grows. */

const RECENT = 5000; // ms

/** Remembers the count for some seconds. */
export class Losses {
  constructor() {
    this.counts = [];
  }

  /**
   * Take in a count.
   * @param {number} lost since the phone appeared
   * @param {number} [now] ms on any clock that goes forward
   * @returns {number} how many more there are than five seconds ago
   */
  take(lost, now = performance.now()) {
    if (this.counts.at(-1)?.lost > lost) this.counts = []; // another phone
    this.counts.push({ lost, now });
    while (this.counts[0].now < now - RECENT) this.counts.shift();
    return lost - this.counts[0].lost;
  }
}

/** The count in words. @param {number} lost @param {number} recent */
export function lostText(lost, recent) {
  return recent > 0 ? `${lost} (▲ ${recent} just now)` : String(lost);
}
