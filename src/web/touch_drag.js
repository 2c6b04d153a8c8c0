// Dragging a task to another day by finger. The browser's own dragging is for a mouse, and a finger that moves scrolls:
// so a task is lifted by a finger that rests on it, and follows it from then on.

/** How long a finger rests until the task is lifted, in milliseconds. The browser's own menu takes longer. */
const hold = 350;

/** How far a resting finger may move, in pixels. */
const slack = 10;

/** How near to the upper or lower end of the window a finger scrolls it, and how far in each frame, in pixels. */
const edge = 90;
const step = 9;

/**
 * @typedef {object} Drag
 * @property {HTMLElement} row
 * @property {number} timer
 * @property {boolean} lifted
 * @property {{ x: number, y: number, scroll: number }} start
 * @property {{ x: number, y: number }} finger
 * @property {HTMLElement | null} day the one below the finger
 */

/**
 * Lets the tasks in `area` be dragged by finger: those are the elements with `data-id`, and the days those with
 * `data-day`. Returns a function that ends it.
 * @param {HTMLElement} area
 * @param {(id: string, day: string) => void} drop
 */
export function follow_fingers(area, drop) {
  /** @type {Drag | null} */
  let drag = null;

  function begin(/** @type {TouchEvent} */ event) {
    end();
    const [touch] = event.touches;
    const row = /** @type {Element} */ (event.target).closest("[data-id]:not(.open)");
    if (event.touches.length !== 1 || !touch || !(row instanceof HTMLElement)) return;
    row.draggable = false; // Some browsers would drag it in their way.
    const finger = { x: touch.clientX, y: touch.clientY };
    drag = {
      row, lifted: false, start: { ...finger, scroll: scrollY }, finger, day: null, timer: setTimeout(lift, hold),
    };
  }

  function lift() {
    if (!drag?.row.isConnected) return end();
    drag.lifted = true;
    drag.row.dataset.lifted = "";
    follow();
  }

  /** Draws the task at the finger, in each frame, since the page may scroll or change below it. */
  function follow() {
    if (!drag?.lifted) return;
    const { row, start, finger } = drag;
    if (!row.isConnected) return end(); // It has changed elsewhere.
    if (finger.y < edge) scrollBy(0, -step);
    else if (finger.y > innerHeight - edge) scrollBy(0, step);
    row.style.translate = `0 ${finger.y - start.y + scrollY - start.scroll}px`;
    mark(/** @type {HTMLElement | null} */ (document.elementFromPoint(finger.x, finger.y)?.closest("[data-day]") ?? null));
    requestAnimationFrame(follow);
  }

  /** @param {HTMLElement | null} day */
  function mark(day) {
    if (!drag || drag.day === day) return;
    drag.day?.removeAttribute("data-over");
    if (day) day.dataset.over = "";
    drag.day = day;
  }

  function move(/** @type {TouchEvent} */ event) {
    const [touch] = event.touches;
    if (!drag || !touch) return;
    drag.finger = { x: touch.clientX, y: touch.clientY };
    if (drag.lifted) event.preventDefault(); // no scrolling
    else if (Math.hypot(touch.clientX - drag.start.x, touch.clientY - drag.start.y) > slack) end();
  }

  function finish(/** @type {TouchEvent} */ event) {
    if (!drag?.lifted) return end();
    event.preventDefault(); // It was no tap.
    const { row, day } = drag;
    end();
    if (row.dataset.id && day?.dataset.day) drop(row.dataset.id, day.dataset.day);
  }

  /** Leaves the task where it was. */
  function end() {
    if (!drag) return;
    clearTimeout(drag.timer);
    mark(null);
    drag.row.draggable = true;
    drag.row.style.translate = "";
    drag.row.removeAttribute("data-lifted");
    drag = null;
  }

  const no_menu = (/** @type {Event} */ event) => { if (drag) event.preventDefault(); };
  const on_key = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape") end(); };
  area.addEventListener("touchstart", begin, { passive: true });
  area.addEventListener("touchmove", move, { passive: false });
  area.addEventListener("touchend", finish);
  area.addEventListener("touchcancel", end);
  area.addEventListener("contextmenu", no_menu);
  document.addEventListener("keydown", on_key);
  return () => {
    end();
    area.removeEventListener("touchstart", begin);
    area.removeEventListener("touchmove", move);
    area.removeEventListener("touchend", finish);
    area.removeEventListener("touchcancel", end);
    area.removeEventListener("contextmenu", no_menu);
    document.removeEventListener("keydown", on_key);
  };
}
