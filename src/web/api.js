// The client of the API. Addresses are relative to the page, so that they are right behind a reverse proxy's prefix,
// too: what the page at /prefix/app/ asks for is below /prefix/api/.

import { make_hold } from "./locks.js";
import { LoggedOut, Session, shared_storage } from "./session.js";

/**
 * @typedef {import("./session.js").TokenAnswer} TokenAnswer
 * @typedef {import("./types").User} User
 *
 * @typedef {object} Options
 * @property {Record<string, unknown>} [query] a list is a parameter that is given several times; null and undefined
 *   are not sent
 * @property {unknown} [body] sent as JSON
 * @property {string} [if_none_match] an ETag: what it stands for is answered with status 304
 * @property {string} [key] the Idempotency-Key
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [timeout] milliseconds to wait for the answer; 0 for no limit
 * @property {string} [user] the id of the user in whose name it must be sent: nobody else's session is used
 * @property {boolean} [anonymous] without a token
 *
 * @typedef {object} Answer
 * @property {number} status below 400
 * @property {any} body what the JSON says, or the text if it is none; null if there is none
 * @property {string | null} etag
 * @property {Headers} headers
 */

const patience = 30_000; // milliseconds

/**
 * A request that has not been done: the server has refused it, or there was no answer. `message` is for people.
 */
export class ApiError extends Error {
  /**
   * @param {number} status 0: no answer came, and there is no telling whether it was done
   * @param {string} message
   * @param {object} [more]
   * @param {unknown} [more.detail] the answer's: a text, or the faults of the input
   * @param {boolean} [more.from_api] whether it is the API that says so, and not something between
   * @param {Headers} [more.headers]
   * @param {unknown} [more.cause]
   */
  constructor(status, message, { detail = message, from_api = false, headers, cause } = {}) {
    super(message, { cause });
    this.name = "ApiError";
    this.status = status;
    this.detail = detail;
    this.from_api = from_api;
    this.headers = headers ?? new Headers();
  }

  get no_answer() {
    return this.status === 0;
  }

  /** Seconds after which to try again, if the server says so. */
  get retry_after() {
    const seconds = Number(this.headers.get("retry-after") ?? NaN);
    return Number.isFinite(seconds) ? seconds : null;
  }

  /**
   * What is wrong with each member of the input, by its name; of what is inside a list, by that of the list.
   * @returns {Record<string, string>}
   */
  get fields() {
    /** @type {Record<string, string>} */
    const fields = {};
    if (!Array.isArray(this.detail)) return fields;
    for (const { loc, msg } of this.detail) {
      const name = loc?.filter((/** @type {unknown} */ step) => typeof step === "string").at(-1);
      if (name !== undefined) fields[name] ??= String(msg).replace(/^Value error, /, "");
    }
    return fields;
  }
}

export class Api {
  #base;
  #fetch;

  /**
   * @param {object} [options]
   * @param {URL | string} [options.base] the address below which api/ is, with a slash at its end
   * @param {typeof fetch} [options.fetch]
   * @param {import("./locks.js").TextStorage} [options.storage]
   * @param {import("./locks.js").Hold} [options.hold]
   */
  constructor({ base = new URL("..", document.baseURI), fetch: given, storage = shared_storage(), hold } = {}) {
    this.#base = new URL(base);
    this.#fetch = given ?? globalThis.fetch.bind(globalThis);
    /** One of several tabs at a time: see locks.js. */
    this.hold = hold ?? make_hold(globalThis.navigator?.locks, storage);
    /** Names the server among those that share an origin. */
    this.scope = this.#base.pathname;
    this.session = new Session({
      scope: this.scope,
      storage,
      hold: this.hold,
      exchange: (refresh_token) => this.#exchange(refresh_token),
    });
  }

  /**
   * Where a path of the API is: "tasks" or "/api/tasks".
   * @param {string} path
   * @param {Record<string, unknown>} [query]
   */
  address(path, query = {}) {
    const url = new URL(`api/${path.replace(/^\/?(api\/)?/, "")}`, this.#base);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== null && one !== undefined) url.searchParams.append(name, String(one));
      }
    }
    return url;
  }

  /**
   * Sends a request. Throws ApiError, or the signal's reason when it was aborted.
   * @param {string} method
   * @param {string} path
   * @param {Options} [options]
   * @returns {Promise<Answer>}
   */
  async request(method, path, options = {}) {
    if (options.anonymous) return this.#send(method, path, options, null);
    const user = options.user ?? this.session.user?.id;
    /** @type {string | undefined} */
    let refused;
    for (;;) {
      const token = await this.#token(user, refused);
      try {
        return await this.#send(method, path, options, token);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.from_api || error.status !== 401) throw error;
        // A new token is refused where the session has ended since: there is no way back.
        if (refused !== undefined) this.session.end("elsewhere");
        if (refused !== undefined) throw error;
        refused = token;
      }
    }
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} the body */
  async get(path, options) {
    return (await this.request("GET", path, options)).body;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} the body */
  async post(path, options) {
    return (await this.request("POST", path, options)).body;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} the body */
  async put(path, options) {
    return (await this.request("PUT", path, options)).body;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} the body */
  async patch(path, options) {
    return (await this.request("PATCH", path, options)).body;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} the body */
  async delete(path, options) {
    return (await this.request("DELETE", path, options)).body;
  }

  /** Signs up; the session has begun then. @param {{ email: string, password: string, name?: string }} body */
  sign_up(body) {
    return this.#begin("auth/signup", body);
  }

  /** @param {{ email: string, password: string }} body */
  log_in(body) {
    return this.#begin("auth/login", body);
  }

  /** Logs in the local user, whom the launch token stands for: the browser sends its cookie. */
  log_in_by_launch() {
    return this.#begin("auth/launch");
  }

  /**
   * Ends the session, on the server if it can be reached. It ends here first, so that what the server tells of its end
   * is not taken for one that came from elsewhere.
   */
  async log_out() {
    const ignore = (/** @type {unknown} */ error) => {
      if (!(error instanceof ApiError)) throw error;
      return null;
    };
    const token = await this.#token(this.session.user?.id, undefined).catch(ignore);
    this.session.end("logout");
    if (token !== null) await this.#send("POST", "auth/logout", {}, token).catch(ignore);
  }

  /** @param {string} path @param {unknown} [body] @returns {Promise<User>} */
  async #begin(path, body) {
    const answer = /** @type {TokenAnswer} */ (await this.post(path, { body, anonymous: true }));
    this.session.begin(answer);
    return answer.user;
  }

  /** @param {string} refresh_token @returns {Promise<TokenAnswer | null>} */
  async #exchange(refresh_token) {
    try {
      return await this.post("auth/refresh", { body: { refresh_token }, anonymous: true });
    } catch (error) {
      if (error instanceof ApiError && error.from_api && error.status === 401) return null;
      throw error;
    }
  }

  /** @param {string | undefined} user @param {string | undefined} refused */
  async #token(user, refused) {
    try {
      const token = await this.session.token(refused);
      if (this.session.user?.id === user) return token;
    } catch (error) {
      if (!(error instanceof LoggedOut)) throw error;
    }
    throw new ApiError(401, "Your session has ended");
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Options} options
   * @param {string | null} token
   * @returns {Promise<Answer>}
   */
  async #send(method, path, options, token) {
    const { query, body, signal, timeout = patience } = options;
    signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = () => stop.abort();
    signal?.addEventListener("abort", abort);
    const timer = timeout > 0 ? setTimeout(abort, timeout) : undefined;
    try {
      const answer = await this.#fetch(this.address(path, query), {
        method,
        headers: headers_of(options, token),
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: stop.signal,
      });
      return await read_answer(answer);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      signal?.throwIfAborted();
      throw new ApiError(0, "The server cannot be reached", { cause: error });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** @param {Options} options @param {string | null} token */
function headers_of({ body, if_none_match, key, headers }, token) {
  return {
    ...headers,
    ...(token !== null && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...(if_none_match !== undefined && { "If-None-Match": if_none_match }),
    ...(key !== undefined && { "Idempotency-Key": key }),
  };
}

/** @param {Response} answer @returns {Promise<Answer>} */
async function read_answer(answer) {
  const { status, headers } = answer;
  const text = await answer.text();
  const media_type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  const body = media_type === "application/json" ? JSON.parse(text) : text === "" ? null : text;
  if (status >= 400) {
    const detail = body?.detail ?? `The server has answered with status ${status}`;
    const from_api = body?.status_code === status;
    throw new ApiError(status, body?.message ?? String(detail), { detail, from_api, headers });
  }
  // A page is what a network says that wants to be logged in to, or a proxy: it is no answer of the API.
  if (media_type === "text/html") throw new Error("a page, and no answer of the API");
  return { status, body, etag: headers.get("etag"), headers };
}
