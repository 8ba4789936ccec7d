/** Live: which expression a phone's user shows, now. */

import { del, get, post, tell } from "../api.js";
import { chooser } from "../live/chooser.js";
import { law } from "../live/law.js";
import { stage } from "../live/stage.js";
import { header } from "../nav.js";
import { busy, empty, h, replace, say } from "../ui.js";
import { watch } from "../watch.js";

const main = document.getElementById("main");

async function start() {
  try {
    const study = await header("/live");
    if (study.open) show(await Promise.all([get("/api/live/models"), get("/api/live"), get("/api/devices")]));
    else nothing({ title: "There is no study yet", text: "Recognition needs a study with a trained model.", action: { label: "Make a study", href: "/" } });
  } catch (error) {
    nothing({ title: error.message, text: error.hint ?? "", action: { label: "Try again", onclick: () => location.reload() } });
  }
}

function nothing(what) {
  replace(main, h("h1", null, "Live"), empty(what));
}

function show([models, running, devices]) {
  if (!models.length) {
    nothing({
      title: "There is no model yet",
      text: "A model learns from the recordings of this study. Train one first; it then recognises here, live.",
      action: { label: "Train a model", href: "/models" },
    });
    watch({ study: async () => (await get("/api/live/models")).length && location.reload() });
    return;
  }
  const watching = watch({});
  const view = stage({ onRest: (button) => busy(button, () => post(`/api/live/${choose.device()}/rest`)) });
  const choose = chooser({
    models,
    wanted: wanted(running),
    onDevice: follow,
    onStart: (button, device, model) => busy(button, () => begin(device, model)),
    onStop: (button, device) => busy(button, () => del(`/api/live/${device}`)),
  });
  let followed = null;

  function follow(device) {
    if (followed !== null) watching.drop(`live:${followed}`);
    followed = device;
    view.show(null);
    choose.running(null);
    if (device !== null) watching.add(`live:${device}`, shown);
  }

  function shown(facts) {
    if (facts.device !== followed) return;
    view.show(facts);
    choose.running(facts.state === "stopped" ? null : facts.model);
  }

  async function begin(device, model) {
    const facts = await post("/api/live", { device, model });
    shown(facts);
    view.element.scrollIntoView({ block: "nearest" });
    if (facts.resting.used) say("Please look neutral for three seconds: the resting face is learned first.");
  }

  replace(main, h("h1", null, "Live"), law(), choose.element, view.element);
  choose.devices(devices);
  watching.add("devices", choose.devices);
  watching.add("study", async () => {
    const newest = await get("/api/live/models").catch(tell);
    if (newest?.length) choose.models(newest);
  });
}

/** What the address asks for (#device=1&model=expressions), else what runs already. */
function wanted(running) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const device = Number(asked.get("device")) || running[0]?.device || null;
  const model = asked.get("model") ?? running.find((facts) => facts.device === device)?.model ?? null;
  return { device, model };
}

start();
