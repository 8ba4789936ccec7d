/** What the page knows of the study, its participants, phones and sittings. */

import { get } from "../api.js";

/** Kept up to date by the page; the parts of the page read it and never write it. */
export class Laboratory {
  constructor() {
    this.study = null;
    this.consent = null;
    this.participants = [];
    this.devices = [];
    this.sittings = [];
    this.languages = [];
  }

  /** Fetch everything. Raises the first Problem. */
  async load() {
    const study = await get("/api/study");
    this.study = study;
    if (!study.open) return;
    this.languages = study.protocol.languages;
    [this.devices, this.sittings] = await Promise.all([get("/api/devices"), get("/api/sittings")]);
    await this.people();
  }

  /** Fetch what changes when sessions begin and end. */
  async people() {
    [this.study, this.participants, this.consent] = await Promise.all([
      get("/api/study"), get("/api/participants"), get("/api/consent"),
    ]);
  }

  /** The sittings, each with the newest that is known of its phone. */
  get current() {
    return this.sittings.map((one) => ({ ...one, device_state: this.device(one.device) ?? one.device_state }));
  }

  /** The phone of a sitting. */
  device(number) {
    return this.devices.find((device) => device.number === number);
  }

  /** Whether a phone could take part in a further sitting. */
  free(device) {
    const busy = this.sittings.some((one) => one.device === device.number && one.stage !== "ended");
    return device.accepted && !busy;
  }

  /** Accepted phones that no sitting uses. */
  get freePhones() {
    return this.devices.filter((device) => this.free(device));
  }

  /** One sitting of each screen, to share it. */
  get screens() {
    const open = this.sittings.filter((one) => one.screen?.key);
    return [...new Map(open.map((one) => [one.screen.key, one])).values()];
  }

  /** Sessions that can be gone on with and aren't running now. */
  get unfinished() {
    const going = this.sittings.filter((one) => one.stage !== "ended");
    return (this.study?.unfinished ?? []).filter(
      (one) => !going.some((s) => s.participant === one.participant && s.session === one.session),
    );
  }

  /** Labels that no sitting has. @param {number} count @returns {string[]} */
  labels(count) {
    const taken = new Set(this.sittings.map((sitting) => sitting.label));
    const found = [];
    for (let number = 1; found.length < count; number += 1) {
      if (!taken.has(`Seat ${number}`)) found.push(`Seat ${number}`);
    }
    return found;
  }
}
