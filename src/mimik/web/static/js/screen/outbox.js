/** What a participant said and the studio has not shown to have heard: it is said again. */

const PATIENCE = 900; // ms without an answer before it is said again

export class Outbox {
  #send;
  #waiting = new Map();

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Send now, and again until it has arrived.
   * @param {string} name the same for the same thing said twice
   * @param {{seat: string, trial?: number, round?: number}} message
   * @param {string} phase the seat's phase until it has arrived; of consent, its state
   */
  put(name, message, phase) {
    this.#waiting.set(name, { message, phase, at: performance.now() });
    this.#send(message);
  }

  /** @returns {boolean} whether that still waits */
  has(name) {
    return this.#waiting.has(name);
  }

  /** Give up what the server refused. @param {string} seat @returns {boolean} whether there was anything */
  drop(seat) {
    const before = this.#waiting.size;
    for (const [name, { message }] of this.#waiting) if (message.seat === seat) this.#waiting.delete(name);
    return this.#waiting.size < before;
  }

  /** Forget what has arrived, as the server's newest state shows. @param {object[]} seats */
  settle(seats) {
    for (const [name, { message, phase }] of this.#waiting) {
      const seat = seats.find((one) => one.seat === message.seat);
      if ("consent" in message) {
        if (seat?.consent?.state !== phase || seat.consent.round !== message.round) this.#waiting.delete(name);
        continue;
      }
      const view = seat?.view;
      const paused = view?.phase === "paused" && view.trial === message.trial;
      if (!paused && (view?.phase !== phase || view.trial !== message.trial)) this.#waiting.delete(name);
    }
  }

  /** Say again what has waited for a while. @param {boolean} all that which has just been said, too: the line is new */
  resend(all = false) {
    const now = performance.now();
    for (const waiting of this.#waiting.values()) {
      if (!all && now - waiting.at < PATIENCE) continue;
      waiting.at = now;
      this.#send(waiting.message);
    }
  }
}
