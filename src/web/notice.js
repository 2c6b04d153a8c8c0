// Says when the server is away and what waits for it. Short gaps are not worth a word.

import { Icon } from "./icons.js";
import { html, useEffect, useState } from "./preact.js";
import { change } from "./store.js";

/** How long the server may be away, or a change may wait, before it is said, in milliseconds. */
const noticed_after = 1500;

/** @param {{state: import("./types").State}} props */
export function Notice({ state }) {
  const { connection, waiting } = state;
  const situation = `${connection} ${waiting.length > 0}`;
  const [lasting, set_lasting] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => set_lasting(situation), noticed_after);
    return () => {
      clearTimeout(timer);
      set_lasting("");
    };
  }, [situation]);
  const late = lasting === situation;
  const away = connection === "away" && (late || waiting.length > 0);
  const failed = waiting.filter((entry) => entry.failed).length;
  const count = waiting.length === 1 ? "1 change waits" : `${waiting.length} changes wait`;
  const text = away ? `The server does not answer. ${waiting.length > 0 ? `${count} here.` : "You can go on."}`
    : failed > 0 ? "The server has refused a change." : waiting.length > 0 && late ? `${count} for the server.` : "";
  return html`<div role="status">${text && html`<div class="notice"><${Icon} name="away" /><span>${text}</span>
    ${waiting.length > 0 && html`<button type="button" class="button small"
      onClick=${() => change(() => ({ dialog: "waiting" }))}>Show</button>`}</div>`}</div>`;
}
