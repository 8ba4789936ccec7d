/** What changes by itself: the operator's WebSocket, which comes back after every interruption. */

import { get } from "./api.js";
import { h, setText, tell } from "./ui.js";

const FIRST_WAIT = 250; // ms
const LONGEST_WAIT = 3000;
const TELL_AFTER = 1000; // a short interruption is nobody's worry
const SIGN_OF_LIFE = "devices"; // told four times a second
const DEAD = 5000; // ms without a word: the line is taken for broken
const STOPPED = 1001; // what the studio closes with when it is stopped
const ASK_WHY = 3; // failed tries before it is asked whether this page may still connect

const LOST = "Connection to the studio lost. Trying again; recordings go on.";
const ENDED = "The studio was stopped. What was recorded is kept. Start it again, and this page goes on.";

/**
 * Watch topics.
 * @param {Object<string, function(*): void>} handlers called with each new value of their topic.
 * @returns {{add: function(string, function), drop: function(string), close: function()}}
 */
export function watch(handlers) {
  const wanted = new Map(Object.entries(handlers));
  const banner = lostBanner();
  let socket = null;
  let heard = 0;
  let wait = FIRST_WAIT;
  let failed = 0;
  let stopped = false;
  let closed = false;
  let timer = 0;

  const ask = () => {
    const topics = [...new Set([...wanted.keys(), SIGN_OF_LIFE])];
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ watch: topics }));
  };
  const lose = (code) => {
    if (closed) return;
    failed += 1;
    stopped ||= code === STOPPED;
    if (failed === ASK_WHY) get("/api/study").catch((error) => error.status === 401 && tell(error));
    banner.showSoon(stopped ? ENDED : LOST);
    timer = setTimeout(connect, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  };
  const connect = () => {
    const line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/watch`);
    socket = line;
    heard = performance.now();
    line.onopen = () => {
      heard = performance.now();
      wait = FIRST_WAIT;
      failed = 0;
      stopped = false;
      banner.hide();
      ask();
    };
    line.onmessage = (event) => {
      heard = performance.now();
      const { topic, data } = JSON.parse(event.data);
      wanted.get(topic)?.(data);
    };
    line.onclose = (event) => lose(event.code);
  };
  /** A broken line may take minutes to close by itself: it is left behind. */
  const abandon = () => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    lose(0);
  };
  const beat = setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN && performance.now() - heard > DEAD) abandon();
  }, 1000);
  const again = () => {
    if (closed || document.hidden || socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(timer);
    connect();
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  connect();

  return {
    add(topic, handler) {
      wanted.set(topic, handler);
      ask();
    },
    drop(topic) {
      if (wanted.delete(topic)) ask();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(beat);
      removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
      socket.close();
      banner.hide();
    },
  };
}

function lostBanner() {
  const element = h("div", { class: "lost", role: "status" });
  let timer = 0;
  return {
    showSoon(text) {
      setText(element, text);
      timer ||= setTimeout(() => document.body.prepend(element), TELL_AFTER);
    },
    hide() {
      clearTimeout(timer);
      timer = 0;
      element.remove();
    },
  };
}
