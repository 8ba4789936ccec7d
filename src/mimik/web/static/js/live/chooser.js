/** Choosing a phone and a model, and starting. */

import { empty, field, h, replace, select } from "../ui.js";

/**
 * @param {{models: Array, wanted: {device: number|null, model: string|null}, onDevice: function(number|null),
 *          onStart: function(Element, number, string), onStop: function(Element, number)}} options
 * @returns {{element: Element, devices: function(Array), models: function(Array), running: function(string|null),
 *            device: function(): number|null}}
 */
export function chooser({ models, wanted, onDevice, onStart, onStop }) {
  const model = select(models.map(named), { value: known(models, wanted.model) });
  const phone = select([], { onchange: () => choose(Number(phone.value)) });
  const start = h("button", { class: "button primary", type: "submit" }, "Start");
  const stop = h("button", { class: "button", type: "button", hidden: true, onclick: () => onStop(stop, chosen) }, "Stop");
  const form = h("form", { class: "card choose" }, field("Phone", phone), field("Model", model), h("div", { class: "row" }, start, stop));
  const element = h("section", { "aria-label": "What to recognise with" });
  let chosen = null;
  let told = "";
  let runs = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onStart(start, chosen, model.value);
  });
  model.addEventListener("change", label);

  function choose(device) {
    if (device === chosen) return;
    chosen = device;
    onDevice(device);
  }

  function label() {
    stop.hidden = runs === null;
    start.textContent = runs === null ? "Start" : model.value === runs ? "Start anew" : "Change to this model";
  }

  return {
    element,
    device: () => chosen,
    /** @param {Array} all phones as the studio tells them, four times a second */
    devices(all) {
      const accepted = all.filter((device) => device.accepted);
      const options = accepted.map((device) => [device.number, phoneName(device)]);
      if (told === JSON.stringify([options, all.length])) return;
      told = JSON.stringify([options, all.length]);
      if (!accepted.length) {
        replace(element, noPhone(all.length));
        choose(null);
        return;
      }
      replace(phone, options.map(([value, text]) => h("option", { value }, text)));
      const next = [chosen, wanted.device].find((number) => accepted.some((device) => device.number === number)) ?? accepted[0].number;
      phone.value = next;
      if (form.parentNode !== element) replace(element, form);
      choose(next);
    },
    /** @param {Array} newest models, as GET /api/live/models tells them */
    models(newest) {
      const before = model.value;
      models = newest;
      replace(model, models.map((one) => h("option", { value: one.name }, one.name)));
      model.value = known(models, before);
      label();
    },
    /** @param {string|null} name of the model that runs on the chosen phone */
    running(name) {
      if (name === runs) return;
      if (name !== null && models.some((one) => one.name === name)) model.value = name;
      runs = name;
      label();
    },
  };
}

const named = ({ name }) => [name, name];

function known(models, name) {
  return models.some((model) => model.name === name) ? name : models[0].name;
}

function phoneName(device) {
  const name = device.name ? `: ${device.name}` : "";
  return `Phone ${device.number}${name}${device.simulated ? " (simulated)" : ""}${device.silent ? " – silent" : ""}`;
}

function noPhone(sending) {
  return sending
    ? empty({
        title: "No phone is accepted yet",
        text: "A phone sends, but nobody has said that it belongs to this study.",
        action: { label: "Accept it", href: "/devices" },
      })
    : empty({ title: "No phone sends", text: "Connect a phone first.", action: { label: "Connect a phone", href: "/devices" } });
}
