// A list of any length. Only the parts near what is seen are in the document: a part far away is an empty box of the
// height that it had. So rows may be as high as their text needs.

import { Component, html, useEffect, useMemo, useRef } from "./preact.js";
import { TaskRow } from "./task_row.js";

/**
 * @typedef {import("./types").Task} Task
 * @typedef {import("./types").State} State
 *
 * @typedef {object} Surroundings what rows need to know besides their task
 * @property {State} state
 * @property {string | undefined} reached the task whose controls are reached by the tabulator key: the arrow keys lead
 *   to the others
 * @property {boolean} trash
 * @property {boolean} by_day whether the rows stand below their days
 * @property {boolean} dated whether the days have their dates beside them
 */

/** Rows in one part. */
const chunk_size = 40;

/** How far from what is seen a part is drawn, in pixels. */
const near_margin = 1200;

/** What a row is high until it was measured, in pixels. */
const usual_height = 60;

/**
 * @param {{tasks: Task[], label: string, total: number, before: number, around: Surroundings}} props
 *   `before` is how many tasks of the view stand above this list
 */
export function TaskList({ tasks, label, total, before, around }) {
  const chunks = useMemo(() => {
    const parts = [];
    for (let start = 0; start < tasks.length; start += chunk_size) parts.push(tasks.slice(start, start + chunk_size));
    return parts;
  }, [tasks]);
  return html`<div role="list" aria-label=${label}>
    ${chunks.map((part, index) => html`
      <${Chunk} key=${index} tasks=${part} first=${before + index * chunk_size} total=${total} around=${around} />`)}
  </div>`;
}

/**
 * @typedef {{tasks: Task[], first: number, total: number, around: Surroundings}} ChunkProps
 */
class Chunk extends Component {
  /** @param {ChunkProps} props */
  constructor(props) {
    super(props);
    this.state = { near: props.first < chunk_size };
    /** @type {HTMLElement | null} */
    this.element = null;
    this.height = 0;
  }

  componentDidMount() {
    if (!this.element) return;
    observer.observe(this.element);
    owners.set(this.element, this);
  }

  componentWillUnmount() {
    if (this.element) observer.unobserve(this.element);
  }

  /** @param {boolean} near */
  move(near) {
    if (near === this.state.near) return;
    if (!near && this.element) this.height = this.element.offsetHeight;
    this.setState({ near });
  }

  /** @param {ChunkProps} next @param {{near: boolean}} next_state */
  shouldComponentUpdate(next, next_state) {
    const old = /** @type {ChunkProps} */ (this.props);
    if (next_state.near !== this.state.near || next.first !== old.first || next.total !== old.total) return true;
    if (next.tasks.length !== old.tasks.length) return true;
    if (next.tasks.some((task, index) => task !== old.tasks[index])) return true;
    return next.tasks.some(({ id }) => row_state(next.around, id) !== row_state(old.around, id)) ||
      next.around.state.day !== old.around.state.day;
  }

  /** @param {ChunkProps} props */
  render({ tasks, first, total, around }) {
    const kept = this.state.near || tasks.some(({ id }) => row_state(around, id) !== "");
    const ref = (/** @type {HTMLElement | null} */ element) => { this.element = element; };
    if (!kept) {
      const height = this.height || tasks.length * usual_height;
      return html`<div class="chunk" ref=${ref} style=${{ height: `${height}px` }}></div>`;
    }
    return html`<div class="chunk" ref=${ref} style=${{ height: "" }}>
      ${tasks.map((task, index) => html`
        <${TaskRow} key=${task.id} task=${task} place=${first + index + 1} total=${total} around=${around}
          mode=${row_state(around, task.id)} />`)}
    </div>`;
  }
}

/**
 * What is special about one row, as a text that can be compared.
 * @param {Surroundings} around
 * @param {string} id
 */
function row_state({ state, reached }, id) {
  return (state.editing === id ? "editing " : "") + (reached === id ? "reached " : "") +
    (state.leaving.has(id) ? "leaving" : "");
}

/** @type {WeakMap<Element, Chunk>} */
const owners = new WeakMap();

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) owners.get(target)?.move(isIntersecting);
}, { rootMargin: `${near_margin}px 0px` });

/**
 * The end of what is loaded: calls `reach` when it comes near what is seen, and again while it is near whenever `mark`
 * changes: with each answer, as nothing is asked for while another answer is awaited.
 * @param {{reach: () => void, mark: unknown}} props
 */
export function End({ reach, mark }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!element.current) return;
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) reach();
    }, { rootMargin: `${near_margin}px 0px` });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [mark]);
  return html`<div class="end" ref=${element}></div>`;
}
