// The one place of state. Data goes one way: an action calls `change` with a function that makes the next state of
// the present one, and the screens are drawn again from it. No state is ever changed in place.

/** @typedef {import("./types").State} State */

/** @type {State} */
let state = {
  stage: "starting",
  user: null,
  route: { name: "today" },
  tasks: new Map(),
  lists: new Map(),
  changes: 0,
  leaving: new Set(),
  tags: [],
  summary: null,
  due_count: 0,
  sorts: {},
  editing: null,
  active: null,
  toasts: [],
  conflict: null,
  dialog: null,
  question: null,
  connection: "connecting",
  waiting: [],
  day: "",
  keys_on: true,
};

/** @type {Set<() => void>} */
const listeners = new Set();

export function get_state() {
  return state;
}

/**
 * Makes the next state: what `make` returns replaces the members of the same name.
 * @param {(state: State) => Partial<State>} make
 */
export function change(make) {
  const next = make(state);
  if (Object.keys(next).length === 0) return;
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

/**
 * Calls `listener` after each change. Returns a function that ends that.
 * @param {() => void} listener
 */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
