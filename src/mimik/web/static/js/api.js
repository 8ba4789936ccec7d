/** Requests to this studio's server. */

/** What went wrong: `message` says it in a sentence, `hint` says what to try. */
export class Problem extends Error {
  constructor(message, { status = 0, hint = "" } = {}) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.hint = hint;
  }
}

export const get = (path) => request("GET", path);
export const post = (path, body = {}) => request("POST", path, body);
export const put = (path, body = {}) => request("PUT", path, body);
export const del = (path) => request("DELETE", path);

/** Get bytes, as an ArrayBuffer. */
export async function bytes(path) {
  return (await answered("GET", path)).arrayBuffer();
}

async function request(method, path, body) {
  const response = await answered(method, path, body);
  return response.status === 204 ? undefined : response.json();
}

async function answered(method, path, body) {
  const options = { method, headers: {}, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem("The studio does not answer.", {
      hint: "Is the program still running, and this device in the same network?",
    });
  }
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  const told = await response.json().catch(() => ({}));
  return new Problem(told.error || `The studio answered with ${response.status} ${response.statusText}.`.replace(" .", "."), {
    status: response.status,
    hint: told.hint || "",
  });
}

export { tell } from "./ui.js";
