/** Devices: how a phone is connected, which ones send, which ones may record. */

import { get } from "../api.js";
import { announcer } from "../devices/announce.js";
import { blinkTest } from "../devices/blink.js";
import { connectSteps } from "../devices/connect.js";
import { followConnection } from "../devices/connection.js";
import { liveFaces } from "../devices/faces.js";
import { deviceList } from "../devices/list.js";
import { securityNote } from "../devices/notes.js";
import { refusalList } from "../devices/refusals.js";
import { simulatedPhones } from "../devices/simulated.js";
import { troubleshooting } from "../devices/troubles.js";
import { header } from "../nav.js";
import { empty, h, replace } from "../ui.js";
import { watch } from "../watch.js";

const main = document.getElementById("main");

async function start() {
  const study = await header("/devices").catch(failed);
  if (study) show(study);
}

function show(study) {
  const synthetic = Boolean(study.synthetic);
  const watching = watch({});
  const simulated = synthetic ? simulatedPhones() : null;
  const connect = connectSteps({ synthetic });
  const refusals = refusalList();
  const announce = announcer();
  const blink = blinkTest();
  const list = deviceList({ faces: liveFaces(watching), blink, simulated, open: study.open });
  const troubles = troubleshooting({ synthetic });
  replace(
    main,
    h("h1", null, "Devices"),
    !study.open && noStudy(),
    connect.element,
    refusals.element,
    h(
      "section",
      { "aria-labelledby": "sending" },
      h("div", { class: "toolbar heading" }, list.heading, blink.button, simulated?.element),
      blink.element,
      announce.element,
      list.element,
    ),
    troubles.element,
    securityNote(),
  );
  followConnection((connection) => {
    connect.show(connection);
    refusals.show(connection.refusals ?? []);
    troubles.connection(connection);
  }, connect.unknown);
  watching.add("devices", (devices) => {
    connect.devices(devices);
    blink.devices(devices);
    list.show(devices);
    announce.devices(devices);
    troubles.devices(devices);
  });
}

function failed(error) {
  const action = { label: "Try again", onclick: () => location.reload() };
  replace(main, h("h1", null, "Devices"), empty({ title: error.message, text: error.hint ?? "", action }));
}

function noStudy() {
  return h("p", { class: "caution" }, "There is no study yet, so no phone can be accepted. ", h("a", { href: "/" }, "Make the study first"), ".");
}

start();
