// Who is logged in, in all tabs together: the tokens are kept in the browser's storage. An access token is valid for
// minutes; a refresh token can be used once, for the next two. So one tab exchanges it, and the others take what that
// one has got. The server gives the same answer for ten seconds, which covers a lost answer, and two tabs at once
// where there are no locks.

import { pause } from "./pauses.js";
import { uuid7 } from "./uuid.js";

/**
 * @typedef {import("./types").User} User
 * @typedef {{ access_token: string, expires_in: number, refresh_token: string, user: User }} TokenAnswer
 *   the answer to a log-in, a sign-up or a refresh
 * @typedef {"logout" | "deleted" | "elsewhere" | "replaced"} EndReason logged out here, or the account deleted; ended
 *   elsewhere, or too old; somebody else has logged in
 * @typedef {{ access_token: string, good_until: number, refresh_token: string, user: User }} NewTokens
 * @typedef {NewTokens & { id: string, ending?: EndReason }} Tokens `id` is the session's, made here; `ending`: why it is
 *   about to end
 * @typedef {Tokens | { id: string, ended: EndReason }} Kept
 */

const margin = 30_000; // milliseconds that an access token should still be valid when it is used, if it can
const attempts = 3; // the refresh that is waited for may be one that another call has begun, for other reasons
const second_try = 1000; // milliseconds after which a refresh without an answer is tried again

/** No session: there is nothing to send a request with. */
export class LoggedOut extends Error {
  constructor() {
    super("Nobody is logged in");
  }
}

/**
 * Events, in every tab: `began` and `changed`, when there is another user or other data of the same one, and `ended`
 * with an EndReason as its `detail`. `ended` comes again if the reason was "elsewhere" and a better one is known.
 */
export class Session extends EventTarget {
  /** @type {Kept | null} as this tab has last seen it */
  #seen;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  #storage;
  #key;
  #hold;
  #exchange;
  #now;

  /**
   * @param {object} options
   * @param {string} options.scope names the server: pages of several can share an origin
   * @param {import("./locks.js").TextStorage} options.storage
   * @param {import("./locks.js").Hold} options.hold
   * @param {(refresh_token: string) => Promise<TokenAnswer | null>} options.exchange asks the server for new tokens;
   *   null if it refuses the token, an exception if there is no telling
   * @param {() => number} [options.now]
   */
  constructor({ scope, storage, hold, exchange, now = Date.now }) {
    super();
    this.#storage = storage;
    this.#key = `taskdock-session:${scope}`;
    this.#hold = hold;
    this.#exchange = exchange;
    this.#now = now;
    this.#seen = this.#read();
    globalThis.addEventListener?.("storage", (event) => {
      // null: everything was removed
      if (event.key === this.#key || event.key === null) this.look();
    });
  }

  /** @returns {User | null} */
  get user() {
    return this.#tokens()?.user ?? null;
  }

  get logged_in() {
    return this.#tokens() !== null;
  }

  /** Why there is no session; null if there is one, or never was. */
  get end_reason() {
    return this.#seen && "ended" in this.#seen ? this.#seen.ended : null;
  }

  /** Keeps a new session. @param {TokenAnswer} answer */
  begin(answer) {
    this.#write({ id: uuid7(), ...this.#to_tokens(answer) });
  }

  /** Keeps what the user has changed of himself. @param {User} user */
  update_user(user) {
    this.look();
    const tokens = this.#tokens();
    if (tokens?.user.id === user.id) this.#write({ ...tokens, user });
  }

  /**
   * Says why the session is about to end; undefined: it is not. Any tab may be the first to hear of the end, and the
   * server does not tell why.
   * @param {EndReason} [ending]
   */
  expect_end(ending) {
    this.look();
    const tokens = this.#tokens();
    if (tokens) this.#write({ ...tokens, ending });
  }

  /** Forgets the session, or adds the reason if a tab has done that which knew none. @param {EndReason} reason */
  end(reason) {
    this.look();
    const seen = this.#seen;
    if (!seen) return;
    const ending = "user" in seen ? seen.ending : undefined;
    const kept = { id: seen.id, ended: reason === "elsewhere" ? ending ?? reason : reason };
    if (knows_more(kept, seen)) this.#write(kept);
  }

  /**
   * An access token. Throws LoggedOut if there is no session, or what the exchange throws.
   * @param {string} [refused] the token that the server did not accept
   * @returns {Promise<string>}
   */
  async token(refused) {
    for (let attempt = 0; attempt < attempts; ++attempt) {
      const tokens = this.#tokens();
      if (!tokens) break;
      if (this.#is_good(tokens, refused)) return tokens.access_token;
      this.#refreshing ??= this.#hold(`taskdock-refresh:${this.#key}`, undefined, () => this.#refresh(refused))
        .finally(() => {
          this.#refreshing = null;
        });
      await this.#refreshing;
    }
    throw new LoggedOut();
  }

  /** Takes over what another tab has written, or writes it again if that tab knew less of the session's end. */
  look() {
    const before = this.#seen;
    const now = this.#read();
    if (knows_more(before, now)) return this.#storage.setItem(this.#key, JSON.stringify(before));
    this.#seen = now;
    const [old_user, new_user] = [before, now].map((kept) => (kept && "user" in kept ? kept.user : null));
    const has_ended = old_user ? old_user.id !== new_user?.id : knows_more(now, before);
    if (has_ended) this.#tell("ended", new_user ? "replaced" : this.end_reason ?? "logout");
    if (new_user && old_user?.id !== new_user.id) this.#tell("began");
    else if (new_user && JSON.stringify(old_user) !== JSON.stringify(new_user)) this.#tell("changed");
  }

  /** @param {Tokens} tokens @param {string} [refused] */
  #is_good(tokens, refused) {
    return tokens.access_token !== refused && tokens.good_until > this.#now();
  }

  /** Runs in one tab at a time. @param {string} [refused] */
  async #refresh(refused) {
    this.look();
    const tokens = this.#tokens();
    if (!tokens || this.#is_good(tokens, refused)) return;
    const given = tokens.refresh_token;
    const answer = await this.#exchange(given).catch(async () => {
      // Perhaps it was only the answer that was lost; the server would give it again now, but not much later.
      await pause(second_try);
      return this.#exchange(given);
    });
    this.look();
    const now = this.#tokens();
    if (now?.refresh_token !== given) return; // another session has begun, or this one has ended
    if (answer) this.#write({ ...now, ...this.#to_tokens(answer) });
    else this.end("elsewhere");
  }

  /** @param {TokenAnswer} answer @returns {NewTokens} */
  #to_tokens({ access_token, expires_in, refresh_token, user }) {
    return {
      access_token,
      good_until: this.#now() + Math.max(expires_in * 1000 - margin, expires_in * 500),
      refresh_token,
      user,
    };
  }

  /** @returns {Tokens | null} */
  #tokens() {
    return this.#seen && "user" in this.#seen ? this.#seen : null;
  }

  /** @returns {Kept | null} */
  #read() {
    const text = this.#storage.getItem(this.#key);
    if (text === null) return null;
    try {
      const kept = JSON.parse(text);
      return kept?.user?.id && kept.access_token && kept.refresh_token || kept?.ended ? kept : null;
    } catch {
      return null;
    }
  }

  /** @param {Kept} kept */
  #write(kept) {
    this.#storage.setItem(this.#key, JSON.stringify(kept));
    this.look();
  }

  /** @param {string} name @param {EndReason} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Whether both are of the same session, and `one` knows more of its end. A browser shows a tab what another has written
 * some time later: a tab that hears of the end from the server may not know the reason yet, and write after the one
 * that does; and what a tab writes of a session must not bring it back.
 * @param {Kept | null} one
 * @param {Kept | null} other
 */
function knows_more(one, other) {
  const known = (/** @type {Kept} */ kept) => ("user" in kept ? 0 : kept.ended === "elsewhere" ? 1 : 2);
  return one !== null && other !== null && one.id === other.id && known(one) > known(other);
}

/**
 * The browser's storage, or one of this page alone where the browser refuses it.
 * @returns {import("./locks.js").TextStorage}
 */
export function shared_storage() {
  try {
    const probe = "taskdock-probe";
    localStorage.setItem(probe, probe);
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
