// Ids that the client makes, so that a task has its id before the server has heard of it.

let last_time = 0;
let last_count = 0;

/**
 * A UUID of version 7 (RFC 9562, 5.7), greater than all that this page made before: within a millisecond the 12 bits
 * after the time count on (6.2, method 1), and then the time does.
 * @param {number} [now] milliseconds
 */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (now > last_time) {
    last_time = now;
    last_count = ((bytes[6] ?? 0) & 0x07) * 256 + (bytes[7] ?? 0); // room for 2,048 more
  } else if (++last_count > 0xfff) {
    ++last_time;
    last_count = 0;
  }
  const random = Array.from(bytes.subarray(8), (byte, i) => (i === 0 ? (byte & 0x3f) | 0x80 : byte));
  const hex = last_time.toString(16).padStart(12, "0") + (0x7000 + last_count).toString(16) +
    random.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
