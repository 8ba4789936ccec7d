/** Three steps that connect a phone, with this computer's address and port. */

import { h, replace, setText } from "../ui.js";
import { typedLine } from "./copy.js";
import { qrCode } from "./phonelink.js";

/**
 * @param {{synthetic: boolean}} study where all phones are simulated nothing needs to be connected.
 * @returns {{element: HTMLElement, show: function(Object), unknown: function(Error), devices: function(Object[])}}
 */
export function connectSteps({ synthetic }) {
  const changed = h("div", { class: "changed", role: "alert" });
  const target = h("div", { class: "target" }, h("p", { class: "muted" }, "Loading …"));
  const qr = h("div", { class: "qr" });
  const brief = h("span", { class: "brief mono" });
  const details = h(
    "details",
    { class: "card connect", open: !synthetic },
    h("summary", null, h("h2", null, "Connect a phone"), brief),
    h("ol", { class: "steps" }, h("li", null, ...prepare()), h("li", null, ...send(target)), h("li", null, ...place())),
    qr,
  );
  let drawn = "";
  let counted = false;
  return {
    element: h("div", null, changed, details),
    show(connection) {
      const { addresses, port, http, gone } = connection;
      tellChange(changed, connection);
      const key = JSON.stringify([addresses, port, http, gone]);
      if (key === drawn) return;
      drawn = key;
      setText(brief, addresses.map((address) => `${address} port ${port}`).join(" or "));
      replace(target, ...(addresses.length ? typed(addresses, port) : [noNetwork()]));
      replace(qr, ...qrCode(connection));
    },
    unknown(error) {
      if (drawn === "") replace(target, h("p", { class: "problem" }, `${error.message} ${error.hint ?? ""}`));
    },
    /** Where phones send already the steps are folded, once, before anybody reads them. */
    devices(devices) {
      if (!counted && devices.length) details.open = false;
      counted = true;
    },
  };
}

function prepare() {
  return [
    h("h3", null, "Open Live Link Face"),
    h("p", null, "It is a free app by Epic Games, for iPhones and iPads with Face ID. In its settings choose the mode ", h("strong", null, "Live Link (ARKit)"), ", not MetaHuman Animator."),
    h("p", null, "When iOS asks whether the app may use the local network, say yes."),
  ];
}

function send(target) {
  return [
    h("h3", null, "Tell it where to send"),
    h("p", null, "In the app's settings add this as a target:"),
    target,
  ];
}

function place() {
  return [
    h("h3", null, "Leave the app in front"),
    h("p", null, "Put the phone upright on a stand at the height of the face, better unplugged. It appears below by itself. It records only after you have accepted it here."),
    h("p", null, "The app must stay in the foreground, so each participant needs a ", h("strong", null, "second screen"), " for the prompts. Several participants can share one."),
  ];
}

function typed(addresses, port) {
  return [
    ...addresses.map((address) => typedLine("address", address)),
    typedLine("port", port),
    addresses.length > 1 && h("p", { class: "hint" }, "This computer is in several networks: take the address of the phone's Wi-Fi. Where you don't know which, try each."),
  ];
}

function noNetwork() {
  return h("p", { class: "problem" }, "This computer is in no network now. Join the Wi-Fi of the phones; the address appears here by itself.");
}

/** Told once and left alone, so that it is neither read aloud again nor torn from under a finger. */
function tellChange(changed, { addresses, gone, dismiss }) {
  const key = gone.length ? JSON.stringify([gone, addresses]) : "";
  if (changed.dataset.key === key) return;
  changed.dataset.key = key;
  const now = addresses.length ? `Type the new one into each phone: ${addresses.join(" or ")}.` : "It is in no network now.";
  const done = h("button", { class: "button", type: "button" }, "The phones know the new one");
  done.addEventListener("click", () => {
    dismiss(gone);
    changed.dataset.key = "";
    replace(changed);
    document.getElementById("main").focus();
  });
  replace(
    changed,
    gone.length > 0 &&
      h(
        "div",
        { class: "caution" },
        h("p", null, h("strong", null, "The address of this computer has changed"), `: phones still send to the old one (${gone.join(", ")}). ${now}`),
        done,
      ),
  );
}
