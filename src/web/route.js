// The part of the address behind # says what is shown, so that every screen has an address of its own, and the
// browser's back button works.

/**
 * @typedef {object} Route
 * @property {"today"|"upcoming"|"all"|"done"|"trash"|"tag"|"search"|"account"|"login"|"signup"} name
 * @property {string} [tag] of `tag`
 * @property {string} [words] of `search`
 */

const plain = new Set(["today", "upcoming", "all", "done", "trash", "account", "login", "signup"]);

/**
 * Reads an address's hash. Whatever stands there, a route comes out: what is not known is today.
 * @param {string} hash such as `#/tag/home`
 * @returns {Route}
 */
export function read_route(hash) {
  const [, name = "", ...rest] = hash.split("/");
  const text = decode(rest.join("/"));
  if (name === "tag" && text) return { name, tag: text };
  if (name === "search") return { name, words: text };
  if (plain.has(name)) return { name: /** @type {Route["name"]} */ (name) };
  return { name: "today" };
}

/**
 * The hash that leads to a route: the inverse of read_route.
 * @param {Route} route
 */
export function write_route(route) {
  const text = route.tag ?? route.words;
  return `#/${route.name}${text ? `/${encodeURIComponent(text)}` : ""}`;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign that somebody has typed
  }
}
