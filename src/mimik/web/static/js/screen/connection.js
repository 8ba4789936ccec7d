/** The line to the studio: opens again by itself, and notices when nobody is at the other end. */

const SHORTEST = 250; // ms before the first new try; doubled each time
const LONGEST = 3000;
const ALIVE = 1000; // ms between signs of life, which the server answers
const DEAD = 3500; // ms without a word: the line is taken for broken
const STOPPED = 1001; // what the studio closes with when it is stopped
const GONE = 4404; // the server's code for a key that it does not know

/**
 * @typedef {"connecting"|"open"|"lost"|"gone"} State
 */
export class Connection {
  #address;
  #on;
  #socket = null;
  #wait = SHORTEST;
  #heardAt = 0;
  #retry = 0;
  #state = "connecting";

  /** Whether the studio itself said goodbye: then nothing is recorded any more. */
  stopped = false;

  /**
   * @param {string} path of the WebSocket
   * @param {{message: (data: object, first: boolean) => void, state: (state: State) => void, beat: () => void}} on
   *   `first` says that it is the first message of this line; `beat` is called about once a second while open
   */
  constructor(path, on) {
    this.#address = new URL(path, location.href.replace(/^http/, "ws")).href;
    this.#on = on;
    setInterval(() => this.#beat(), ALIVE);
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#probe());
    addEventListener("pageshow", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    this.#open();
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** Send, if there is a line. @param {object} message */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #open() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#heardAt = performance.now();
    const socket = new WebSocket(this.#address);
    let first = true;
    socket.onmessage = (event) => {
      this.#heardAt = performance.now();
      this.#wait = SHORTEST;
      const data = JSON.parse(event.data);
      if (!data.seats && !data.refused) return;
      this.stopped = false;
      this.#become("open");
      this.#on.message(data, first);
      first = false;
    };
    socket.onclose = (event) => this.#closed(event.code);
    this.#socket = socket;
  }

  #closed(code) {
    this.stopped = code === STOPPED || (this.stopped && code !== GONE);
    this.#become(code === GONE ? "gone" : "lost");
    this.#socket = null;
    this.#retry = setTimeout(() => this.#open(), code === GONE ? LONGEST : this.#wait);
    this.#wait = Math.min(LONGEST, this.#wait * 2);
  }

  /** A broken line may take minutes to close by itself: it is left behind. */
  #abandon() {
    const socket = this.#socket;
    socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(0);
  }

  #beat() {
    if (!this.#socket) return;
    if (performance.now() - this.#heardAt > DEAD) {
      this.#abandon();
      return;
    }
    this.send({ alive: true });
    if (this.#state === "open") this.#on.beat();
  }

  /** The network may be gone: an answer must come sooner than usual. */
  #probe() {
    this.#heardAt = Math.min(this.#heardAt, performance.now() - DEAD + ALIVE / 2);
    this.send({ alive: true });
  }

  #hurry() {
    this.#wait = SHORTEST;
    if (this.#retry) this.#open();
    else this.#probe();
  }

  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#on.state(state);
  }
}
