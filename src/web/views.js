// What each view shows: which tasks the server is asked for, which of the tasks that events tell of belong to it, and
// in which order. The second and third must say the same as the first.

import { day_of, next_day, utc_offset } from "./days.js";

/**
 * @typedef {import("./types").Task} Task
 * @typedef {import("./types").Route} Route
 *
 * @typedef {object} View
 * @property {string} key names the view with its order: lists are kept by it
 * @property {string} title
 * @property {string} path of the API
 * @property {Record<string, string>} query
 * @property {string} sort as the API takes it
 * @property {string[]} sorts that a person may choose; none if the order is the view's own
 * @property {boolean} by_day whether tasks stand below the day they are due on
 * @property {((task: Task) => boolean) | null} belongs null if only the server can tell, as for a search
 */

/** The orders, in words. */
export const sort_names = /** @type {Record<string, string>} */ ({
  "-created_at": "Newest first",
  "created_at": "Oldest first",
  "due_date": "Due date",
  "-priority": "Priority",
  "title": "Title",
  "-updated_at": "Last changed",
  "-completed_at": "Last completed",
  "relevance": "Best match",
});

// The orders that can be chosen; the first is the view's own.
const due_sorts = ["due_date", "-priority", "title"];
const open_sorts = ["-created_at", "created_at", "due_date", "-priority", "title", "-updated_at"];
const done_sorts = ["-completed_at", "-created_at", "title"];
const search_sorts = ["relevance", ...open_sorts];
const page_size = "100";

/**
 * The view of a route, or null for a route that shows no tasks.
 * @param {Route} route
 * @param {string} day today's date
 * @param {Record<string, string>} sorts the orders that were chosen, by the name of the route
 * @returns {View | null}
 */
export function view_of(route, day, sorts) {
  const offset = { utc_offset: utc_offset() };
  /** @param {string[]} allowed the first is the view's own */
  const sort = (allowed) => allowed.find((one) => one === sorts[route.name]) ?? allowed[0] ?? "";
  switch (route.name) {
    case "today":
      return view(route, "Today", sort(due_sorts), {
        query: { completed: "false", due_before: next_day(day, 1), ...offset },
        sorts: due_sorts,
        by_day: sort(due_sorts) === "due_date",
        belongs: (task) => !task.is_completed && task.due_date !== null && day_of(task.due_date) <= day,
      }, day);
    case "upcoming":
      return view(route, "Upcoming", "due_date", {
        query: { completed: "false", due: "any" },
        by_day: true,
        belongs: (task) => !task.is_completed && task.due_date !== null,
      });
    case "all":
      return view(route, "All tasks", sort(open_sorts), {
        query: { completed: "false" },
        sorts: open_sorts,
        belongs: (task) => !task.is_completed,
      });
    case "done":
      return view(route, "Done", sort(done_sorts), {
        query: { completed: "true" },
        sorts: done_sorts,
        belongs: (task) => task.is_completed,
      });
    case "trash":
      return view(route, "Trash", "", { path: "/api/tasks/trash", query: {}, belongs: () => false });
    case "tag": {
      const tag = /** @type {string} */ (route.tag);
      return view(route, tag, sort(open_sorts), {
        query: { completed: "false", tag },
        sorts: open_sorts,
        belongs: (task) => !task.is_completed && task.tags.some((name) => same_tag(name, tag)),
      });
    }
    case "search":
      return view(route, "Search", sort(search_sorts), {
        query: { q: route.words ?? "" },
        sorts: search_sorts,
        belongs: null,
      });
    default:
      return null;
  }
}

/**
 * @param {Route} route
 * @param {string} title
 * @param {string} sort
 * @param {Partial<View> & Pick<View, "query" | "belongs">} rest
 * @param {string} [day] what the view depends on besides its route
 * @returns {View}
 */
function view(route, title, sort, rest, day = "") {
  return {
    key: [route.name, route.tag ?? route.words ?? "", sort, day].join("\n"),
    title,
    path: "/api/tasks",
    sort,
    sorts: [],
    by_day: false,
    ...rest,
    query: { ...rest.query, ...(sort && { sort }), limit: page_size },
  };
}

/** Tags are the same without regard to case and to Unicode's forms, as on the server. */
export function same_tag(/** @type {string} */ a, /** @type {string} */ b) {
  return fold(a) === fold(b);
}

/** @param {string} text */
function fold(text) {
  return text.normalize("NFC").toLowerCase();
}

const ranks = { low: 0, medium: 1, high: 2, urgent: 3 };

/** Ids sort by creation. @param {Task} task @returns {string | number | null} */
const by_creation = (task) => task.id;

/** @type {Record<string, (task: Task) => string | number | null>} */
const keys = {
  updated_at: (task) => task.updated_at,
  completed_at: (task) => task.completed_at,
  title: (task) => fold(task.title),
  priority: (task) => task.priority && ranks[task.priority],
  due_date: (task) => task.due_date && due_key(task.due_date),
};

/**
 * Compares two tasks as the server orders them by `sort`: what has no value comes last either way, ties by id.
 * @param {string} sort
 * @returns {(a: Task, b: Task) => number}
 */
export function comparing(sort) {
  const down = sort.startsWith("-") ? -1 : 1;
  const key = keys[sort.replace("-", "")] ?? by_creation;
  return (a, b) => {
    const x = key(a);
    const y = key(b);
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1;
    } else if (x !== y) {
      return x < y ? -down : down;
    }
    return a.id === b.id ? 0 : a.id < b.id ? -down : down;
  };
}

/** The clock on the wall, or that of UTC for an instant, with a day before a time and that before an instant. */
function due_key(/** @type {string} */ due) {
  const form = due.length === 10 ? 0 : due.endsWith("Z") ? 2 : 1;
  return Date.parse(form === 0 ? due : due.replace("Z", "") + "Z") * 4 + form;
}
