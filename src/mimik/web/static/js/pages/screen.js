/** The participant's screen. What it shows comes wholly from the studio's last message. */

import { h, setText } from "../ui.js";
import { Connection } from "../screen/connection.js";
import * as display from "../screen/display.js";
import { columns } from "../screen/grid.js";
import { listen } from "../screen/keyboard.js";
import { Outbox } from "../screen/outbox.js";
import { Preparing } from "../screen/preparing.js";
import { preload } from "../screen/preload.js";
import { sign } from "../screen/signs.js";
import { texts } from "../screen/texts.js";
import { asks, Tile } from "../screen/tile.js";

const PATIENCE = 1000; // ms without a line before it is said

/** Who has left makes room for who sits down next. */
function present(seats) {
  const next = seats.some((seat) => seat.stage === "preparing");
  return next ? seats.filter((seat) => seat.stage !== "ended") : seats;
}

class Screen {
  #main = document.getElementById("screen");
  #seats = [];
  #language = navigator.language; // the first seat's, even when that is gone
  #tiles = new Map(); // seat -> Tile, in their order
  #readyFor = new Set(); // seats that were there when somebody said that they are ready
  #preparing = new Preparing(() => this.#ready(), (seat, round) => this.#askAgain(seat, round));
  #grid = h("div", { class: "tiles" });
  #note = h("h1", null);
  #plain = h("div", { class: "plain", role: "status" }, this.#note);
  #lost = h("p", { class: "lost", role: "status" });
  #fill = h("button", { type: "button", class: "fill", onclick: () => display.toggle() }, sign("full"));
  #lostTimer = 0;
  #outbox = new Outbox((message) => this.#connection.send(message));
  #connection;
  #key;
  #address;

  constructor(key) {
    this.#key = key;
    this.#address = `/api/screens/${encodeURIComponent(key)}`;
    this.#lost.hidden = true;
    document.body.append(this.#lost, this.#fill);
    this.#main.replaceChildren(this.#plain);
    display.watchDisplay(() => this.#allowed());
    addEventListener("resize", () => this.#arrange());
    listen({ fill: display.toggle, begin: () => this.#preparing.press(), tiles: () => [...this.#tiles.values()] });
    this.#connection = new Connection(`${this.#address}/watch`, {
      message: (data, first) => this.#heard(data, first),
      state: (state) => this.#line(state),
      beat: () => this.#outbox.resend(),
    });
    this.#line("connecting");
  }

  #heard({ seats, refused }, first) {
    if (refused) {
      if (this.#outbox.drop(refused.seat)) this.#tiles.get(refused.seat)?.refused();
      return this.#show();
    }
    this.#outbox.settle(seats);
    this.#seats = present(seats);
    this.#language = seats[0]?.language ?? this.#language;
    if (!seats.some((seat) => this.#readyFor.has(seat.seat) && seat.stage !== "ended")) this.#readyFor.clear();
    if (seats.length) preload(this.#key);
    if (first) {
      if (this.#readyFor.size) this.#connection.send({ ready: true });
      this.#outbox.resend(true);
    }
    this.#show();
  }

  #ready() {
    this.#readyFor = new Set(this.#seats.map((seat) => seat.seat));
    display.fill();
    display.keepAwake(true);
    this.#connection.send({ ready: true });
    this.#show();
  }

  #show() {
    const seats = this.#seats;
    const { lang, say } = texts(this.#language);
    document.documentElement.lang = seats.length ? this.#language : lang;
    const consenting = seats.some((seat) => asks(seat) || this.#changes(seat));
    const greet = seats.length > 0 && seats.every((seat) => seat.stage === "preparing") && !this.#readyFor.size && !consenting;
    const wait = seats.length === 1 && seats[0].stage === "preparing" && !consenting;
    this.#showTiles(seats);
    if (greet || wait) this.#preparing.show(seats, !greet);
    if (!seats.length) setText(this.#note, say("empty"));
    display.keepAwake(this.#readyFor.size > 0 || seats.some((seat) => seat.stage === "running"));
    this.#put(greet || wait ? this.#preparing.element : seats.length ? this.#grid : this.#plain);
    this.#corner();
  }

  #put(element) {
    if (this.#main.firstChild !== element || this.#main.childElementCount > 1) this.#main.replaceChildren(element);
  }

  #showTiles(seats) {
    const before = [...this.#tiles.keys()].join();
    for (const [seat, tile] of this.#tiles) {
      if (seats.some((s) => s.seat === seat)) continue;
      tile.close();
      this.#tiles.delete(seat);
    }
    seats.forEach((seat, place) => {
      if (!this.#tiles.has(seat.seat)) this.#tiles.set(seat.seat, this.#tile());
      const sending = this.#outbox.has(`start:${seat.seat}:${seat.view?.trial}`);
      const around = { number: place + 1, several: seats.length > 1, sending, changing: this.#changes(seat) };
      this.#tiles.get(seat.seat).show(seat, around);
    });
    const order = seats.map((seat) => seat.seat);
    if (order.join() === before) return;
    this.#tiles = new Map(order.map((seat) => [seat, this.#tiles.get(seat)]));
    this.#grid.replaceChildren(...order.map((seat) => this.#tiles.get(seat).element));
    this.#arrange();
  }

  #tile() {
    return new Tile({
      start: (seat, trial) => {
        this.#outbox.put(`start:${seat}:${trial}`, { seat, press: "start", trial }, "waiting-for-start");
        this.#show();
      },
      answers: (seat, trial, answers) => {
        this.#outbox.put(`answers:${seat}:${trial}`, { seat, answers, trial }, "asking");
      },
      consent: {
        answer: (seat, round, version, consent) => {
          this.#outbox.put(`consent:${seat}`, { seat, round, version, consent }, "asked");
        },
        again: (seat, round) => this.#askAgain(seat, round),
      },
    }, this.#address);
  }

  /** Somebody wants to say something else than before: until that has arrived, the screen says that it is sent. */
  #askAgain(seat, round) {
    const { state } = this.#seats.find((one) => one.seat === seat).consent;
    this.#outbox.put(`again:${seat}`, { seat, round, consent: null }, state);
    this.#show();
  }

  /** Whether that is on its way. */
  #changes({ seat }) {
    return this.#outbox.has(`again:${seat}`);
  }

  #arrange() {
    const n = this.#seats.length;
    this.#grid.style.setProperty("--columns", columns(n, innerWidth, innerHeight));
    this.#grid.classList.toggle("several", n > 1);
  }

  #allowed() {
    for (const tile of this.#tiles.values()) tile.allowSound();
    if (this.#seats.length) this.#show();
  }

  /** The button for full screen, where the page is not full yet and could be. */
  #corner() {
    const { lang, say } = texts(this.#language);
    this.#fill.hidden = !display.canFill() || display.filled() || this.#preparing.element.isConnected;
    this.#fill.setAttribute("aria-label", say("full"));
    this.#fill.title = `${say("full")} (F)`;
    this.#fill.lang = lang;
  }

  #line(state) {
    clearTimeout(this.#lostTimer);
    const { say, lang } = texts(this.#language);
    this.#lost.lang = lang;
    if (state === "open") this.#lost.hidden = true;
    else if (state === "gone") this.#gone(say);
    else this.#lostTimer = setTimeout(() => this.#missing(say), PATIENCE);
  }

  #missing(say) {
    const runs = this.#seats.some((seat) => seat.stage === "running");
    this.#lost.replaceChildren(sign("offline"), say(runs && !this.#connection.stopped ? "lost" : "lostWaiting"));
    this.#lost.hidden = false;
  }

  #gone(say) {
    this.#lost.hidden = true;
    this.#seats = [];
    this.#show();
    this.#note.replaceChildren(say("gone"), " ", say("goneHint"));
  }
}

new Screen(location.pathname.split("/").at(-1));
