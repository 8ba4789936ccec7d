/** Where phones must send to, asked again every few seconds, since a computer's address can change. */

import { get } from "../api.js";

const EVERY = 4000; // ms
const KEY = "mimik-addresses";

/**
 * @param {function(Object): void} onshow gets GET /api/connection with `gone`: addresses told before that are none now.
 * @param {function(Error): void} onunknown called when the studio does not answer.
 */
export function followConnection(onshow, onunknown) {
  const told = toldAddresses();
  const again = async () => {
    try {
      const connection = await get("/api/connection");
      onshow({ ...connection, gone: told.compare(connection.addresses), dismiss: told.dismiss });
    } catch (error) {
      onunknown(error);
    }
    setTimeout(again, EVERY);
  };
  again();
}

/** Remembers over a reload what this page told people to type into their phones. */
function toldAddresses() {
  let told = read();
  return {
    compare(addresses) {
      told = [...told, ...addresses.filter((address) => !told.includes(address))];
      write(told);
      return told.filter((address) => !addresses.includes(address));
    },
    dismiss(gone) {
      told = told.filter((address) => !gone.includes(address));
      write(told);
    },
  };
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function write(told) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(told));
  } catch {
    // without storage a change is noticed until the next reload
  }
}
