// The words of a line of text, and the words of dates that several readers know.

/**
 * @typedef {object} Word
 * @property {string} raw as it was typed
 * @property {string} low in lower case, without the punctuation at its end
 * @property {number} start of it in the text
 * @property {number} end of it, with its punctuation
 * @property {boolean} stops whether that punctuation ends what was said
 */
/**
 * What a reader has found at a word: how many words it takes, and what they mean.
 * @template T
 * @typedef {{ count: number, value: T }} Found
 */

/**
 * The words of a text: what is between white space; a tag that follows a comma is a word of its own.
 * @param {string} text
 * @returns {Word[]}
 */
export function words_of(text) {
  return [...text.matchAll(/\S+?(?:,(?=#)|(?=\s|$))/gu)].map(({ 0: raw, index = 0 }) => to_word(raw, index));
}

/** @param {string} raw @param {number} start @returns {Word} */
export function to_word(raw, start) {
  const bare = raw.replace(/[.,;:!?)]+$/, "");
  return { raw, low: bare.toLowerCase(), start, end: start + raw.length, stops: bare.length < raw.length };
}

/**
 * The word `count` places after `from`, in lower case, if all from there to it were said in one breath; else "".
 * @param {Word[]} words
 * @param {number} from
 * @param {number} count
 */
export function word_after(words, from, count) {
  for (let i = from; i < from + count; ++i) if (words[i]?.stops) return "";
  return words[from + count]?.low ?? "";
}

const weekday_names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const short_weekdays = /** @type {Record<string, number>} */ ({
  sun: 0, mon: 1, tue: 2, tues: 2, wed: 3, thu: 4, thur: 4, thurs: 4, fri: 5, sat: 6,
});
const month_names = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
  "november", "december"];
const numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/**
 * The number of a weekday, 0 for Sunday; null if the word is none.
 * @param {string} word
 * @param {boolean} [may_be_short] "sun" and "sat" are words of their own, unless something before them says what is meant
 */
export function weekday(word, may_be_short = false) {
  const full = weekday_names.indexOf(word);
  if (full >= 0) return full;
  return may_be_short && Object.hasOwn(short_weekdays, word) ? short_weekdays[word] ?? null : null;
}

/** The number of a month, 1 for January; null if the word is none. @param {string} word */
export function month(word) {
  const found = month_names.findIndex((name) =>
    name === word || name.slice(0, 3) === word || (word === "sept" && name === "september"));
  return found >= 0 ? found + 1 : null;
}

/** A number from 1 to 999, in digits or up to twelve in a word; null if the word is none. @param {string} word */
export function number(word) {
  if (/^[1-9]\d{0,2}$/.test(word)) return Number(word);
  const found = numbers.indexOf(word);
  return found > 0 ? found : word === "a" || word === "an" ? 1 : null;
}

/** The number of "15th" or "1st", from 1 to 31; null if the word is none. @param {string} word */
export function ordinal_day(word) {
  const [, digits] = /^([1-9]\d?)(?:st|nd|rd|th)$/.exec(word) ?? [];
  return digits !== undefined && Number(digits) <= 31 ? Number(digits) : null;
}
