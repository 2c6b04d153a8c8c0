// Due dates in a browser's inputs for a date and a time of day. Each form of a due date stays the form it is as long
// as the inputs are not changed; an instant that is changed stays an instant.

import { instant_of, read_due, with_time } from "./days.js";

/**
 * The values of the inputs for a due date, or for a moment such as a reminder.
 * @param {string | null} due
 * @returns {{date: string, time: string}}
 */
export function to_inputs(due) {
  if (!due) return { date: "", time: "" };
  const { day, time } = read_due(due);
  return { date: day, time: time ?? "" };
}

/**
 * The due date that the inputs say. `before` is what was shown in them.
 * @param {string} date
 * @param {string} time
 * @param {string | null} before
 * @returns {string | null}
 */
export function from_inputs(date, time, before) {
  if (!date) return null;
  const shown = to_inputs(before);
  if (shown.date === date && shown.time === time) return before;
  return time && before?.endsWith("Z") ? instant_of(date, time) : with_time(date, time || null);
}

const inputs = { due: "The due date", time: "The time", remind: "The reminder" };

/**
 * What is wrong with the inputs of a form for a date or a time, which have no value that can be kept then; "" if
 * nothing is.
 * @param {HTMLFormElement} form
 */
export function input_problem(form) {
  for (const [name, words] of Object.entries(inputs)) {
    const input = form.elements.namedItem(name);
    const validity = input && "validity" in input ? /** @type {HTMLInputElement} */ (input).validity : null;
    if (validity?.rangeOverflow) return `${words} must be before the year 10000.`;
    if (validity?.badInput) return `${words} is not complete.`;
  }
  return "";
}
