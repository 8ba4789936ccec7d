/** What a phone shows after reading the code: what to type into Live Link Face. Knows nothing but its own link. */

import { typedLine } from "../devices/copy.js";
import { readPhoneLink } from "../devices/phonelink.js";
import { h } from "../ui.js";

const main = document.getElementById("main");

function show(target) {
  main.append(
    h("p", null, "This phone reaches the computer: both are in one network."),
    h(
      "ol",
      null,
      h("li", null, "Open Live Link Face. In its settings choose the mode ", h("strong", null, "Live Link (ARKit)"), "."),
      h("li", null, "Add this as a target:", ...target.addresses.map((address) => typedLine("address", address)), typedLine("port", target.port)),
      h("li", null, "Allow the local network if iOS asks, and leave the app in front."),
    ),
    h("p", { class: "hint", hidden: target.addresses.length === 1 }, "The computer is in several networks: try the first address first."),
    h("p", null, "The phone then appears on the page “Devices” of the computer. It records only after it was accepted there."),
  );
}

const target = readPhoneLink(location.hash);
if (target) show(target);
else main.append(h("p", null, "Expected a link with the computer's address, found none. Read the code on the page “Devices” of the computer again."));
