// The ways to the views: the side of a wide window, the bar and the menu of a phone.

import { log_out } from "./account_actions.js";
import { Icon } from "./icons.js";
import { html } from "./preact.js";
import { write_route } from "./route.js";
import { change, get_state } from "./store.js";
import { same_tag } from "./views.js";

/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Route} Route */

/** @param {{route: Route, to: Route, icon: string, name: string, count?: number}} props */
function Way({ route, to, icon, name, count }) {
  const here = route.name === to.name && (to.tag === undefined || same_tag(route.tag ?? "", to.tag));
  return html`<li><a class="way" href=${write_route(to)} aria-current=${here ? "page" : null}>
    <${Icon} name=${icon} />
    <span class="name" dir="auto">${name}</span>
    ${count ? html`<span class="count">${count}<span class="unseen"> open</span></span>` : null}
  </a></li>`;
}

/** @param {{state: State}} props */
function Ways({ state }) {
  const { route, summary, tags, due_count } = state;
  const open_tags = tags.filter((tag) => tag.open > 0);
  return html`
    <ul>
      <${Way} route=${route} to=${{ name: "today" }} icon="today" name="Today" count=${due_count} />
      <${Way} route=${route} to=${{ name: "upcoming" }} icon="upcoming" name="Upcoming" />
      <${Way} route=${route} to=${{ name: "all" }} icon="all" name="All tasks" count=${summary?.open} />
      <${Way} route=${route} to=${{ name: "done" }} icon="done" name="Done" />
      <${Way} route=${route} to=${{ name: "trash" }} icon="trash" name="Trash" />
    </ul>
    ${open_tags.length > 0 ? html`<div>
      <h2 id="tags">Tags</h2>
      <ul aria-labelledby="tags">
        ${open_tags.slice(0, 100).map((tag) => html`
          <${Way} key=${tag.name} route=${route} to=${{ name: "tag", tag: tag.name }} icon="tag" name=${tag.name}
            count=${tag.open} />`)}
      </ul>
    </div>` : null}
    <ul class="foot">
      <${Way} route=${route} to=${{ name: "account" }} icon="account" name=${state.user?.name ?? "Account"} />
      <li><button class="way" type="button" onClick=${() => open_dialog("keys")}>
        <${Icon} name="keys" /><span class="name">Keys</span></button></li>
      <li><button class="way" type="button" onClick=${log_out}>
        <${Icon} name="leave" /><span class="name">Log out</span></button></li>
    </ul>`;
}

/** @param {{state: State}} props */
export function Side({ state }) {
  return html`<nav class="side" aria-label="Views">
    <a class="brand" href="#/today"><img src="./icon.svg" alt="" />Taskdock</a>
    <${Ways} state=${state} />
  </nav>`;
}

/** The bar at the bottom of a phone. @param {{state: State}} props */
export function Bar({ state }) {
  const tab = (/** @type {Route["name"]} */ name, /** @type {string} */ text) => html`
    <a href=${write_route({ name })} aria-current=${state.route.name === name ? "page" : null}>
      <${Icon} name=${name} />${text}</a>`;
  return html`<nav class="bar" aria-label="Main views">
    ${tab("today", "Today")}${tab("upcoming", "Upcoming")}${tab("all", "All")}
    <button type="button" aria-haspopup="dialog" onClick=${() => open_dialog("menu")}>
      <${Icon} name="menu" />More</button>
  </nav>`;
}

/** What the menu of a phone shows. @param {{state: State}} props */
export function Menu({ state }) {
  const close = (/** @type {MouseEvent} */ event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link && get_state().dialog === "menu") change(() => ({ dialog: null }));
  };
  return html`<nav class="menu" aria-label="All views" onClick=${close}><${Ways} state=${state} /></nav>`;
}

/** @param {State["dialog"]} dialog */
function open_dialog(dialog) {
  change(() => ({ dialog }));
}
