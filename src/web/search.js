// The search field: what is typed is searched for at once, and the address says it.

import { Icon } from "./icons.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { read_route, write_route } from "./route.js";

/** How long a pause in typing must be until the server is asked, in milliseconds. */
const typing_pause = 150;

/** What a route searches for; nothing if it is no search. @param {import("./types").Route} route */
const searched_words = (route) => (route.name === "search" ? route.words ?? "" : "");

/** @param {{route: import("./types").Route}} props */
export function Search({ route }) {
  const searched = searched_words(route);
  const [text, set_text] = useState(searched);
  const timer = useRef(0);
  const typed = useRef(searched);
  const sent = useRef(searched); // what this field has put into the address
  const before = useRef("#/today");
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));

  useEffect(() => {
    if (route.name !== "search") before.current = write_route(route);
    // The address has changed by something else than this field, in which more may be typed meanwhile.
    if (searched !== sent.current && searched === searched_words(read_route(location.hash))) {
      clearTimeout(timer.current);
      sent.current = typed.current = searched;
      set_text(searched);
    }
  }, [route]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function type(/** @type {string} */ value) {
    set_text(value);
    typed.current = value.trim();
    clearTimeout(timer.current);
    // Whoever clears the field goes on at once: nothing may change below the next key.
    if (typed.current) timer.current = setTimeout(search, typing_pause);
    else {
      sent.current = "";
      if (location.hash.startsWith("#/search")) location.replace(before.current);
    }
  }

  function search() {
    clearTimeout(timer.current);
    if (typed.current === sent.current) return;
    sent.current = typed.current;
    const hash = write_route({ name: "search", words: typed.current });
    // The letters of one search are one step of the browser's way back.
    if (location.hash.startsWith("#/search")) location.replace(hash);
    else location.hash = hash;
  }

  return html`<form class="find" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <${Icon} name="search" />
    <input id="find" ref=${input} type="search" aria-label="Search all tasks" placeholder="Search" autocomplete="off" dir="auto"
      value=${text} onInput=${(/** @type {InputEvent} */ event) => type(/** @type {HTMLInputElement} */ (event.target).value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape") type(""); }}
      onBlur=${() => { if (typed.current) search(); }} />
    ${text && html`<button class="tool" type="button" aria-label="Clear the search" onClick=${() => {
      type("");
      input.current?.focus();
    }}>
      <${Icon} name="close" /></button>`}
  </form>`;
}
