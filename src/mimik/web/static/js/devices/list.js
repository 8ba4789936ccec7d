/** The phones that send, a card each. */

import { counted, empty, h, replace, setText } from "../ui.js";
import { deviceCard } from "./card.js";

/**
 * @param {{faces: Object, blink: Object, simulated: ?Object, open: boolean}} page
 * @returns {{heading: HTMLElement, element: HTMLElement, show: function(Object[])}}
 */
export function deviceList({ faces, blink, simulated, open }) {
  const heading = h("h2", { id: "sending" }, "Phones that send");
  const cards = h("ul", { class: "grid plain devices" });
  const note = h("div", null, h("p", { class: "muted" }, "Looking for phones …"));
  const shown = new Map();
  let some = null;
  return {
    heading,
    element: h("div", null, note, cards),
    show(devices) {
      setText(heading, devices.length ? `Phones that send (${devices.length})` : "Phones that send");
      for (const device of devices) {
        if (shown.has(device.number)) shown.get(device.number).show(device);
        else add(device);
      }
      const numbers = new Set(devices.map((device) => device.number));
      for (const number of [...shown.keys()]) if (!numbers.has(number)) remove(number);
      const state = summary(devices, simulated);
      if (JSON.stringify(state.key) === some) return;
      some = JSON.stringify(state.key);
      replace(note, state.draw());
    },
  };

  function add(device) {
    const card = deviceCard(device, { open, blink });
    shown.set(device.number, card);
    cards.append(card.element);
    faces.follow(card.face, device.number);
  }

  function remove(number) {
    const { element, face } = shown.get(number);
    faces.leave(face);
    element.remove();
    shown.delete(number);
  }
}

function summary(devices, simulated) {
  const accepted = devices.filter((device) => device.accepted).length;
  const key = [devices.length, accepted];
  if (devices.length === 0) return { key, draw: () => nobody(simulated) };
  return { key, draw: () => (accepted ? someAccepted(accepted) : noneAccepted()) };
}

function nobody(simulated) {
  if (simulated) {
    return empty({
      title: "No phone sends",
      text: "This study is for simulated people: add a simulated phone, and go on as with a real one.",
      action: { label: "Add a simulated phone", onclick: simulated.add },
    });
  }
  return empty({ title: "No phone sends yet", text: "As soon as the app on a phone sends to the address above, the phone appears here by itself." });
}

function noneAccepted() {
  return h("p", null, "A phone records only after you have accepted it. Until then nothing of it is stored.");
}

function someAccepted(n) {
  return h("p", null, `${counted(n, "phone")} may record. `, h("a", { href: "/sessions" }, "Start a session"), ".");
}
