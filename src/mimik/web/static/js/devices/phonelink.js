/** What a phone's camera can read: a page with the address, since Live Link Face can't be set up by a code. */

import { h } from "../ui.js";

/** Link to the page that shows a phone what to type. */
export function phoneLink({ http, addresses, port }) {
  return `${http}/static/phone.html#${addresses.join(",")}:${port}`;
}

/** Read what stands after the # of such a link; null if it is none. */
export function readPhoneLink(hash) {
  const match = /^#((?:\d{1,3}(?:\.\d{1,3}){3})(?:,\d{1,3}(?:\.\d{1,3}){3}){0,9}):(\d{1,5})$/.exec(hash);
  if (!match || Number(match[2]) > 65535) return null;
  return { addresses: match[1].split(","), port: Number(match[2]) };
}

/** The code with what it holds, or nothing where there is no address. */
export function qrCode(connection) {
  const { http, addresses, port } = connection;
  if (addresses.length === 0) return [];
  const text = http ? phoneLink(connection) : `${addresses[0]}`;
  const image = h("img", { src: `/api/qr?text=${encodeURIComponent(text)}`, width: 168, height: 168, alt: http ? "QR code of a page with the address" : "QR code of the address" });
  return [image, h("div", null, ...(http ? opensPage(text) : holdsText(port)))];
}

function opensPage(link) {
  return [
    h("p", null, "With the phone's camera: opens a page with the address, ready to copy. Live Link Face itself can't be set up by a code."),
    h("p", { class: "hint" }, "If the page does not open, phone and computer can't reach each other: see below, from the top."),
    h("p", { class: "hint" }, h("a", { href: link }, "What the phone will show")),
  ];
}

function holdsText(port) {
  return [
    h("p", null, `With the phone's camera or code scanner: the address as text, to copy. The port ${port} is to be typed. Live Link Face itself can't be set up by a code.`),
    h("p", { class: "hint" }, "Only this computer can open these pages now. Start the studio with ", h("code", null, "--host"), ", and the code opens a page on the phone."),
  ];
}
