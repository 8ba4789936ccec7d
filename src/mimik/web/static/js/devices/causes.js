/** What usually is wrong when nothing arrives: what is certain first, then the likeliest. */

import { h } from "../ui.js";

/**
 * @param {{addresses: string[], port: number, http: ?string, gone: string[], refusals: Object[]}} connection
 * @returns {{code: string, title: string, sure: boolean, check: *, mend: *}[]} `sure` where the studio itself sees it.
 */
export function causes({ addresses, port, http, gone, refusals }) {
  const target = addresses.length ? addresses.map((address) => `${address} port ${port}`).join(" or ") : "the address above";
  const all = [mode(refusals), changed(gone, target), network(addresses), permission(), typed(target), foreground(), locked(), guest(http), firewall(port), vpn()];
  return [...all.filter((cause) => cause.sure), ...all.filter((cause) => !cause.sure)];
}

function mode(refusals) {
  const found = refusals.map(({ message, hint }) => h("p", null, `${message} ${hint}`));
  return {
    code: "mode",
    title: "The app is in another mode, or is another app",
    sure: refusals.length > 0,
    check: found.length ? found : "In the settings of Live Link Face. Packets that can't be read would be told above.",
    mend: "Choose the mode “Live Link (ARKit)”, not MetaHuman Animator, and update an old app.",
  };
}

function changed(gone, target) {
  return {
    code: "address-changed",
    title: "This computer's address has changed",
    sure: gone.length > 0,
    check: gone.length ? `It was ${gone.join(", ")}.` : "Compare what stands in the app with the address above. Networks give out new ones, overnight for instance.",
    mend: `Type ${target} into each phone. A fixed address for this computer, set in the router, spares you that.`,
  };
}

function network(addresses) {
  return {
    code: "network",
    title: "Phone and computer are in different networks",
    sure: addresses.length === 0,
    check: addresses.length
      ? "iOS Settings, Wi-Fi: is it the network that this computer is in? A phone without Wi-Fi uses mobile data and reaches nothing here."
      : "This computer is in no network at all.",
    mend: "Join the same network with both. A computer on a cable must hang on the same router.",
  };
}

function permission() {
  return {
    code: "permission",
    title: "iOS does not let the app use the local network",
    sure: false,
    check: "iOS Settings, Privacy & Security, Local Network: is Live Link Face switched on? If not, the app looks connected and sends nothing.",
    mend: "Switch it on, close the app and open it again.",
  };
}

function typed(target) {
  return {
    code: "typed",
    title: "The address or port in the app is another one",
    sure: false,
    check: `In the app's settings, digit by digit: ${target}.`,
    mend: "Correct it. Where several addresses are shown, try each.",
  };
}

function foreground() {
  return {
    code: "foreground",
    title: "The app is not in the foreground",
    sure: false,
    check: "Is the app's camera picture to be seen on the phone? iOS stops apps in the background at once.",
    mend: "Open the app and leave it in front. Prompts belong on a second screen; “Do Not Disturb” keeps calls away.",
  };
}

function locked() {
  return {
    code: "auto-lock",
    title: "The phone locks itself",
    sure: false,
    check: "Does it send for a while after you touch it, and then stop? iOS Settings, Display & Brightness, Auto-Lock.",
    mend: "Set Auto-Lock to “Never” while you record.",
  };
}

function guest(http) {
  return {
    code: "isolation",
    title: "The Wi-Fi keeps devices apart",
    sure: false,
    check: http
      ? "Read the QR code above with the phone. If the page does not open though both are in the same Wi-Fi, it probably keeps devices apart, as guest, university and hotel networks do; or a firewall is in the way."
      : "Guest, university and hotel networks do. Try it with the hotspot of a phone: if frames come there, it is the Wi-Fi.",
    mend: "Use a router of your own, or ask for “client isolation” to be switched off. A cheap router without internet is enough.",
  };
}

function firewall(port) {
  const command = (text) => h("code", null, text);
  return {
    code: "firewall",
    title: `A firewall keeps out UDP port ${port}`,
    sure: false,
    check: "Switch this computer's firewall off for a minute, in a network that you trust. If frames come, it is the firewall. Switch it on again.",
    mend: [
      h("p", null, `Allow incoming UDP on port ${port} for this computer:`),
      h(
        "ul",
        null,
        h("li", null, "Windows (PowerShell as administrator): ", command(`New-NetFirewallRule -DisplayName Mimik -Direction Inbound -Protocol UDP -LocalPort ${port} -Action Allow`)),
        h("li", null, "Linux with ufw: ", command(`sudo ufw allow ${port}/udp`)),
        h("li", null, "macOS: System Settings, Network, Firewall, Options: allow incoming connections for Python."),
      ),
    ],
  };
}

function vpn() {
  return {
    code: "vpn",
    title: "A VPN leads the frames elsewhere",
    sure: false,
    check: "Is a VPN or “Private Relay” shown in the phone's settings, or a VPN program running on this computer?",
    mend: "Switch it off on both while you record.",
  };
}
