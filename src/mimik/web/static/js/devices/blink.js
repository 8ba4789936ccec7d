/** "Blink now": for ten seconds cards show which phone saw both eyes close, so that equal phones can be told apart. */

import { counted, h, number, setText } from "../ui.js";
import { BlinkCount } from "./blinkcount.js";
import { labelOf } from "./labels.js";

const SECONDS = 10;
const STANDS = 30_000; // ms that the result stays

/**
 * @returns {{button: HTMLElement, element: HTMLElement, devices: function(Object[]), blinks: function(number): number,
 *            saidBy: function(number): boolean}}
 */
export function blinkTest() {
  let count = null;
  let latest = [];
  let timer = 0;
  const said = h("p", { class: "blinking", role: "status", hidden: true });
  const left = h("p", { class: "hint", "aria-hidden": "true", hidden: true });
  const button = h("button", { class: "button", type: "button" }, "Blink now");
  const tell = (text) => {
    said.hidden = text === "";
    setText(said, text);
  };
  const start = () => {
    clearTimeout(timer);
    count = new BlinkCount(performance.now(), SECONDS * 1000);
    tell(`For ${SECONDS} seconds: let one person close both eyes three times, slowly. The phone before them stands out below.`);
    tick();
  };
  const tick = () => {
    const rest = Math.ceil(count.left(performance.now()) / 1000);
    left.hidden = rest === 0;
    setText(left, `${rest} s left`);
    if (rest === 0) tell(verdict(count, latest));
    timer = rest > 0 ? setTimeout(tick, 200) : setTimeout(end, STANDS);
  };
  const end = () => {
    count = null;
    tell("");
  };
  button.addEventListener("click", start);
  return {
    button,
    element: h("div", null, said, left),
    devices(devices) {
      latest = devices;
      count?.see(devices, performance.now());
    },
    blinks: (device) => count?.of(device) ?? 0,
    saidBy: (device) => count?.most().includes(device) ?? false,
  };
}

function verdict(count, devices) {
  const most = count.most();
  const names = most.map((number) => nameOf(devices.find((device) => device.number === number), number));
  if (most.length === 0) return "No phone saw both eyes close. Was a face in view of it?";
  const times = counted(count.of(most[0]), "blink");
  if (most.length === 1) return `${names[0]} saw ${times}, more than any other.`;
  return `${names.join(", ")} saw ${times} each. People blink by themselves: try again, with more blinks by one person.`;
}

function nameOf(device, n) {
  const label = device && labelOf(device);
  return label ? `${label} (device ${number(n)})` : `Device ${number(n)}`;
}
