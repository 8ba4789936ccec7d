/** When nothing arrives: what to look at, in which order, and how. */

import { h, replace, setText } from "../ui.js";
import { causes } from "./causes.js";

const PATIENCE = 10_000; // ms

/**
 * @param {{synthetic: boolean}} study where all phones are simulated, silence is no trouble.
 * @returns {{element: HTMLElement, connection: function(Object), devices: function(Object[])}}
 */
export function troubleshooting({ synthetic }) {
  const summary = h("h2", null, "When nothing arrives");
  const why = h("p", { role: "status" });
  const list = h("ol", { class: "causes" });
  const element = h("details", { class: "card troubles", id: "troubles" }, h("summary", null, summary), why, list);
  const quiet = quietness(() => alarm());
  let latest = [];
  let drawn = "";
  function alarm() {
    if (synthetic && latest.length === 0) return;
    setText(why, latest.length ? "No phone sends any more. Please look at these, from the top." : "Nothing has arrived for 10 seconds. Please look at these, from the top.");
    element.open = true;
    element.classList.add("now");
  }
  return {
    element,
    connection(connection) {
      const key = JSON.stringify([connection.addresses, connection.port, connection.http, connection.gone, connection.refusals?.map((r) => r.message)]);
      if (key === drawn) return;
      drawn = key;
      const open = new Set([...list.querySelectorAll("details[open]")].map((item) => item.dataset.code));
      replace(list, ...causes(connection).map((cause) => item(cause, open)));
    },
    devices(devices) {
      latest = devices;
      const alive = devices.some((device) => !device.silent);
      quiet(alive);
      if (!alive) return;
      setText(why, "");
      element.classList.remove("now");
    },
  };
}

/** Calls back once when it has been quiet for long. */
function quietness(onquiet) {
  let timer = setTimeout(onquiet, PATIENCE);
  return (alive) => {
    if (alive) {
      clearTimeout(timer);
      timer = 0;
    } else timer ||= setTimeout(onquiet, PATIENCE);
  };
}

function item({ code, title, sure, check, mend }, open) {
  return h(
    "li",
    { class: sure ? "sure" : null },
    h(
      "details",
      { "data-code": code, open: sure || open.has(code) },
      h("summary", null, title, sure && h("span", { class: "badge bad" }, "found")),
      h("dl", null, h("dt", null, "How to check"), h("dd", null, check), h("dt", null, "What to do"), h("dd", null, mend)),
    ),
  );
}
