// A view of tasks: what is above the list, the list, and what is said where it is empty.

import { AddBar } from "./add_bar.js";
import { format_date, format_day, format_long_day, format_weekday, group_by_day, next_day } from "./days.js";
import { Icon } from "./icons.js";
import { set_shown } from "./focus.js";
import { load_more, use_list } from "./list_actions.js";
import { all_stale } from "./lists.js";
import { html, useEffect, useMemo, useRef, useState } from "./preact.js";
import { keep } from "./preferences.js";
import { write_route } from "./route.js";
import { change, get_state } from "./store.js";
import { Search } from "./search.js";
import { empty_trash, move_to } from "./task_actions.js";
import { End, TaskList } from "./task_list.js";
import { follow_fingers } from "./touch_drag.js";
import { sort_names } from "./views.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Task} Task
 * @typedef {import("./views.js").View} View
 */

/** @param {{state: State, view: View}} props */
export function TasksPage({ state, view }) {
  const { route } = state;
  const place = `${route.name}/${route.tag ?? ""}`;
  const list = use_steady(use_list(view, state), place);
  const tasks = useMemo(() => /** @type {Task[]} */ (list.ids.map((id) => state.tasks.get(id)).filter(Boolean)),
    [list.ids, state.tasks]);
  useEffect(() => {
    document.title = `${view.title} · Taskdock`;
  }, [place]);

  const area = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (view.by_day && area.current ? follow_fingers(area.current, move_to) : undefined), [view.by_day]);

  const groups = view.by_day ? with_free_days(group_by_day(tasks), route.name === "upcoming", state.day) : null;
  const listed = groups ? groups.flatMap((group) => group.tasks.map(({ id }) => id)) : list.ids;
  const opened = state.editing !== null && !listed.includes(state.editing) ? state.tasks.get(state.editing) : undefined;
  const ids = opened ? [opened.id, ...listed] : listed;
  set_shown(ids);
  const reached = state.active !== null && ids.includes(state.active) ? state.active : ids[0];
  const around = { state, reached, trash: route.name === "trash", by_day: view.by_day, dated: route.name === "upcoming" };
  const shown = list.ids.length;

  return html`
    ${route.name !== "trash" && route.name !== "done" && html`<${AddBar} route=${route} day=${state.day} />`}
    <div class="head">
      <h1 tabindex="-1"><span dir="auto">${route.name === "tag" ? `#${view.title}` : view.title}</span>
        ${route.name === "today" && html` <span class="beside">${format_long_day(state.day)}</span>`}</h1>
      <${Search} route=${route} />
    </div>
    <div class="under">
      <p class="beside" role="status">${counted(list, tasks.length)}</p>
      ${route.name === "upcoming" && shown > 0 && html`<p class="by-finger">Hold a task to move it to another day</p>`}
      ${view.sorts.length > 0 && shown > 1 && html`<${Order} view=${view} route=${route} />`}
      ${route.name === "trash" && shown > 0 && html`<button type="button" class="button small danger"
        onClick=${empty_trash}>Empty the trash</button>`}
    </div>
    ${list.state === "failed" && html`<p class="alert" role="alert">${list.message} <button type="button" class="plain"
      onClick=${() => change(all_stale)}>Try again</button></p>`}
    <div class="tasks" ref=${area} aria-busy=${String(list.state === "loading")}>
      ${opened && html`<${TaskList} key="opened" tasks=${[opened]} label="Open task" total=${1} before=${0} around=${around} />`}
      ${list.state === "loading" && shown === 0 ? html`<p class="slow" aria-hidden="true">Loading…</p>`
        : list.state === "failed" && shown === 0 ? null
        : shown === 0 ? html`<${Empty} route=${route} state=${state} />`
        : groups ? groups.map((group, index) => html`
            <${Day} key=${group.key} group=${group} total=${list.total} around=${around}
              before=${groups.slice(0, index).reduce((sum, { tasks }) => sum + tasks.length, 0)} />`)
        : html`<${TaskList} tasks=${tasks} label=${view.title} total=${list.total} before=${0} around=${around} />`}
      ${list.cursor && html`<${End} mark=${list.ids} reach=${() => load_more(view)} />`}
    </div>`;
}

/**
 * The list, or until its first page is there the one before it at the same place, so that nothing flickers while
 * somebody types a search or chooses an order.
 * @param {import("./types").List} list
 * @param {string} place
 */
function use_steady(list, place) {
  const last = useRef({ list, place });
  if (list.state === "loading" && last.current.place === place) return last.current.list;
  last.current = { list, place };
  return list;
}

/** @typedef {ReturnType<typeof group_by_day<Task>>[number]} Group */

/** The tasks of one day, on which others can be dropped.
 * @param {{group: Group, total: number, before: number, around: import("./task_list.js").Surroundings}} props */
function Day({ group, total, before, around }) {
  const [over, set_over] = useState(0);
  const { day } = group;
  const drop = day ? {
    onDragEnter: (/** @type {DragEvent} */ event) => { event.preventDefault(); set_over((count) => count + 1); },
    onDragLeave: () => set_over((count) => count - 1),
    onDragOver: (/** @type {DragEvent} */ event) => event.preventDefault(),
    onDrop: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      set_over(0);
      move_to(event.dataTransfer?.getData("text/x-taskdock") ?? "", day);
    },
  } : {};
  const names = ["day", group.key === "overdue" && "late", over > 0 && "over"].filter(Boolean).join(" ");
  return html`<section class=${names} aria-labelledby=${`day-${group.key}`} data-day=${day} ...${drop}>
    <h2 id=${`day-${group.key}`}>${group.label}
      ${day && around.dated && html` <span class="beside">${date_beside(group.label, day)}</span>`}</h2>
    ${group.tasks.length > 0
      ? html`<${TaskList} tasks=${group.tasks} label=${group.label} total=${total} before=${before} around=${around} />`
      : html`<p class="free">Nothing yet</p>`}
  </section>`;
}

/**
 * The groups with the next seven days among them, also those on which nothing is due, so that something can be moved
 * there. In other views nothing is added.
 * @param {Group[]} groups
 * @param {boolean} wanted
 * @param {string} today
 * @returns {Group[]}
 */
function with_free_days(groups, wanted, today) {
  if (!wanted || groups.length === 0) return groups;
  const all = [...groups];
  for (let count = 0; count < 7; ++count) {
    const day = next_day(today, count);
    if (all.some((group) => group.day === day)) continue;
    const at = all.findIndex((group) => group.day !== null && group.day > day);
    all.splice(at < 0 ? all.length : at, 0, { key: day, day, label: format_day(day), tasks: [] });
  }
  return all;
}

/** What a day's label does not say of it: the weekday, the date or both. @param {string} label @param {string} day */
function date_beside(label, day) {
  const weekday = format_weekday(day);
  if (label.toLowerCase() === weekday.toLowerCase()) return format_date(day);
  return /\d/.test(label) ? weekday : format_long_day(day);
}

/** @param {import("./types").List} list @param {number} shown */
function counted(list, shown) {
  if (list.state === "loading" || list.total === 0) return "";
  const total = Math.max(list.total, shown);
  return `${list.total_exact ? "" : "more than "}${total.toLocaleString()} ${total === 1 ? "task" : "tasks"}`;
}

/** @param {{view: View, route: import("./types").Route}} props */
function Order({ view, route }) {
  return html`<label class="order"><${Icon} name="sort" /><span class="unseen">Order</span>
    <select value=${view.sort} onChange=${(/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
        const sorts = { ...get_state().sorts, [route.name]: value };
        keep("sorts", sorts);
        change(() => ({ sorts }));
      }}>
      ${view.sorts.map((sort) => html`
        <option value=${sort} selected=${sort === view.sort}>${sort_names[sort]}</option>`)}
    </select></label>`;
}

const empty_words = /** @type {Record<string, [string, string]>} */ ({
  today: ["Nothing is due today.", "Add something above, or look at what comes next."],
  upcoming: ["Nothing is planned.", "Tasks with a due date are shown here, day by day. Try “Call Ann friday 17:00”."],
  all: ["No tasks yet.", "Write the first one above: “Pay rent tomorrow #home !high every month” is understood."],
  done: ["Nothing is done yet.", "What you complete is kept here, and can be opened again."],
  trash: ["The trash is empty.", "Deleted tasks stay here for a while, and can be restored."],
  tag: ["Nothing is open with this tag.", "A task that you add here gets it."],
  search: ["Nothing is found.", "Each word is looked for at the beginning of words in titles, notes and tags."],
});

/** @param {{route: import("./types").Route, state: State}} props */
function Empty({ route, state }) {
  const first = route.name === "today" && state.summary && state.summary.open + state.summary.completed === 0;
  const no_words = route.name === "search" && !route.words;
  const [title, text] = no_words ? ["What are you looking for?", "Type some letters above."]
    : empty_words[first ? "all" : route.name] ?? [];
  return html`<div class="empty">
    <${Icon} name=${route.name in empty_words ? route.name : "all"} />
    <p class="big">${title}</p>
    <p>${text}</p>
    ${route.name === "today" && !first && html`
      <p><a class="button" href=${write_route({ name: "upcoming" })}>Upcoming</a></p>`}
  </div>`;
}
