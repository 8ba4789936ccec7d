/** What changes by itself: the operator's WebSocket, which comes back after every interruption. */

import { h } from "./ui.js";

const FIRST_WAIT = 250; // ms
const LONGEST_WAIT = 3000;
const TELL_AFTER = 1000; // a short interruption is nobody's worry

/**
 * Watch topics.
 * @param {Object<string, function(*): void>} handlers called with each new value of their topic.
 * @returns {{add: function(string, function), drop: function(string), close: function()}}
 */
export function watch(handlers) {
  const wanted = new Map(Object.entries(handlers));
  let socket = null;
  let wait = FIRST_WAIT;
  let closed = false;
  let timer = 0;
  const banner = lostBanner();

  const ask = () => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ watch: [...wanted.keys()] }));
  };
  const connect = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/watch`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
      banner.hide();
      ask();
    });
    socket.addEventListener("message", (event) => {
      const { topic, data } = JSON.parse(event.data);
      wanted.get(topic)?.(data);
    });
    socket.addEventListener("close", () => {
      if (closed) return;
      banner.showSoon();
      timer = setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    });
  };
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
      removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
      socket.close();
      banner.hide();
    },
  };
}

function lostBanner() {
  let element = null;
  let timer = 0;
  return {
    showSoon() {
      timer ||= setTimeout(() => {
        element = h("div", { class: "lost", role: "status" }, "Connection to the studio lost. Trying again; recordings go on.");
        document.body.prepend(element);
      }, TELL_AFTER);
    },
    hide() {
      clearTimeout(timer);
      timer = 0;
      element?.remove();
      element = null;
    },
  };
}
