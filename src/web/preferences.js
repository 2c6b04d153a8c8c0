// What a person has chosen in this browser. Where the browser keeps nothing, a choice holds until the page is closed.

/** @param {string} name */
const key_of = (name) => `taskdock-${name}`;

/**
 * What was chosen; null if nothing was.
 * @param {string} name
 * @returns {any}
 */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(key_of(name)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value */
export function keep(name, value) {
  try {
    localStorage.setItem(key_of(name), JSON.stringify(value));
  } catch {
    // It holds until the page is closed.
  }
}
