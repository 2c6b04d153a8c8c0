// Random values made from schemas: ones that a schema allows, ones that it forbids, and texts that are
// no JSON. The same seed makes the same values.

/** Pseudo-random numbers (mulberry32): small, and good enough to choose test values with. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** At least 0, less than 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  integer(min, max) {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[this.integer(0, list.length - 1)];
  }

  shuffled(list) {
    return list.map((value) => [this.next(), value]).sort(([a], [b]) => a - b).map(([, value]) => value);
  }
}

const whiteSpace = [..." \t\n\v\f\r\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff"];

// One code point each, of one to four bytes and one or two UTF-16 units: printable, combining, written
// from the right, invisible, control characters, noncharacters. Not U+0000, which no text may have,
// and not half a surrogate pair, which is no text.
const codePoints = [
  ..."aZ09 \"\\/<>&'{}[],:%$", ..."äßéñçøİıǅ", ..."ждאבعربيहिन्दी漢字かな한글", ..."🥛🐕👩🏽💻🇩🇪𝒳𠮷",
  ...whiteSpace, ..."\u0001\b\u001b\u001f\u007f\u009f\u00ad\u0301\u200b\u200d\u200f\u202e\u2060\ufffd",
  "\ufffe", "\uffff", "\u{1f600}", "\u{e0001}", "\u{10ffff}",
];

const repeat = (count, make) => Array.from({ length: count }, make);

const textOf = (random, length, from = codePoints) => repeat(length, () => random.pick(from)).join("");

// What a text is at most where a schema names no maximum; far beyond what anybody would forget to name.
const unboundedLength = 3000;

function validLength(random, { minLength = 0, maxLength = unboundedLength }) {
  return random.pick([
    minLength, maxLength, random.integer(minLength, maxLength),
    random.integer(minLength, Math.min(maxLength, minLength + 20)),
  ]);
}

const atomCharacters = [..."abcxyzABC019!#$%&'*+-/=?^_`{|}~"];
const labelCharacters = [..."abcxyzABC019-"];

/** An address as RFC 5321 has them: a local part of at most 64 characters, 254 in all. */
function email(random) {
  const atom = () => textOf(random, random.integer(1, 20), atomCharacters);
  const label = () => `a${textOf(random, random.integer(0, 20), labelCharacters)}z`;
  return `${repeat(random.integer(1, 3), atom).join(".")}@${repeat(random.integer(2, 4), label).join(".")}`;
}

const padded = (number, count) => String(number).padStart(count, "0");

/** A day of the calendar, from the year 2 to 9998, so that it has none of a zone's ends. */
function day(random) {
  const date = new Date(0);
  date.setUTCFullYear(random.integer(2, 9998), random.integer(0, 11), random.integer(1, 28));
  return date.toISOString().slice(0, 10);
}

const timeOfDay = (random) =>
  [23, 59, 59].map((max) => padded(random.integer(0, max), 2)).join(":");

const zone = (random) => random.pick([
  "Z", `${random.pick(["+", "-"])}${padded(random.integer(0, 14), 2)}:${random.pick(["00", "30", "45"])}`,
]);

const instant = (random) =>
  `${day(random)}T${timeOfDay(random)}${random.pick(["", ".5", ".123456"])}${zone(random)}`;

function dateOrTime(random) {
  return random.pick([day, instant, () => `${day(random)}T${timeOfDay(random)}`])(random);
}

const rules = [
  "FREQ=DAILY", "freq=weekly;byday=mo,th", "INTERVAL=2;FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20400101", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;WKST=SU",
];

const hexDigits = [..."0123456789abcdef"];

/** A UUID, of the version that the schema wants; the time in one of version 7 is before 2005. */
function uuid(random, { pattern = "" }) {
  const version = /\d$/.exec(pattern)?.[0] ?? random.pick([..."1478"]);
  const digits = (count) => textOf(random, count, hexDigits);
  return `00${digits(6)}-${digits(4)}-${version}${digits(3)}-${random.pick([..."89ab"])}${digits(3)}-${digits(12)}`;
}

function validString(random, schema) {
  if ("const" in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum.filter((word) => word !== null));
  if (schema.format === "date-time") return instant(random);
  if (schema.format === "uuid") return uuid(random, schema);
  if (schema.pattern?.startsWith("^\\d{4}-")) return dateOrTime(random);
  if (schema.pattern?.startsWith("^[A-Za-z]+=")) return random.pick(rules);
  if (schema.pattern?.startsWith("^[-+ ](")) {
    return `${random.pick(["+", "-", " "])}${random.pick(["14:00", `${padded(random.integer(0, 13), 2)}:${padded(random.integer(0, 59), 2)}`])}`;
  }
  if (schema.format === "email") return email(random);
  if (schema.format && schema.format !== "password") throw new Error(`no values of ${schema.format}`);
  const pattern = new RegExp(schema.pattern ?? "", "u");
  for (;;) {
    const text = textOf(random, validLength(random, schema));
    if (pattern.test(text)) return text;
  }
}

export function validValue(random, schema) {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return validValue(random, random.pick(alternatives));
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  switch (type) {
    case "null": return null;
    case "boolean": return random.chance(0.5);
    case "string": return validString(random, schema);
    case "object": return validObject(random, schema);
    case "integer": return random.integer(schema.minimum ?? -1000, 1000);
    case "array": return repeat(random.integer(schema.minItems ?? 0, 5), () => validValue(random, schema.items));
    default: throw new Error(`no values of ${type}`);
  }
}

/** Any JSON value, nested at most `depth` deep. */
function junk(random, depth = 3) {
  const simple = [
    null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, "", "junk", "true", textOf(random, 5),
  ];
  const kind = depth > 0 ? random.integer(0, 3) : 0;
  if (kind === 2) return repeat(random.integer(0, 3), () => junk(random, depth - 1));
  if (kind === 3) {
    return Object.fromEntries(repeat(random.integer(0, 3), () => [textOf(random, 3), junk(random, depth - 1)]));
  }
  return random.pick(simple);
}

/** An object with all that is required, some of the rest and perhaps a member nobody knows. */
function validObject(random, { properties, required = [] }) {
  const names = Object.keys(properties).filter((name) => required.includes(name) || random.chance(0.7));
  const members = names.map((name) => [name, validValue(random, properties[name])]);
  if (random.chance(0.25)) members.push([`x-${textOf(random, 3)}`, junk(random)]);
  return Object.fromEntries(random.shuffled(members));
}

const wrongEmails = [
  "", "ann", "ann@", "@example.com", "ann@example", "ann@@example.com", "ann@example..com", "a b@c.de",
  "ann@-example.com", "ann@example-.com", ".ann@example.com", "ann.@example.com", "ann@[127.0.0.1]",
  "Ann <ann@example.com>", "ann@exa mple.com", "ann@example.com, bob@example.com", "ann@bücher.de",
  "änn@example.com", "\"ann\"@example.com", "ann@example.com\u0000", "ann\u200b@example.com",
];

/** A value that `schema` is likely to forbid, in one of the ways that it could. */
function spoiltValue(random, schema) {
  const { minLength, maxLength, pattern, format } = schema;
  const ways = [() => junk(random), () => null];
  // Four bytes and two UTF-16 units each: whoever counts those instead of code points is found out.
  if (minLength > 0) ways.push(() => textOf(random, minLength - 1, ["🥛", "a"]), () => "🥛".repeat(minLength - 1));
  if (maxLength) {
    ways.push(() => "🥛".repeat(maxLength + 1), () => textOf(random, maxLength + 1));
    ways.push(() => "x".repeat(random.integer(maxLength + 1, 300_000)));
  }
  if (schema.enum || format === "date-time") ways.push(() => textOf(random, 12));
  if (pattern) ways.push(() => textOf(random, random.integer(1, maxLength ?? 20), whiteSpace));
  if (pattern) ways.push(() => `x${textOf(random, 3)}x`.repeat(unboundedLength));
  if (format === "email") ways.push(() => random.pick(wrongEmails), () => textOf(random, 12));
  return random.pick(ways)();
}

function spoiltBody(random, schema) {
  if (random.chance(0.1)) return random.pick([[], [validObject(random, schema)], 1, "text", true, null]);
  const body = validObject(random, schema);
  const name = random.pick(Object.keys(schema.properties));
  if (random.chance(0.2)) delete body[name];
  else body[name] = spoiltValue(random, schema.properties[name]);
  return body;
}

/** A body that `accepts` (a validator of `schema`) really does not accept. */
export function invalidBody(random, schema, accepts) {
  for (;;) {
    const body = spoiltBody(random, schema);
    if (!accepts(body)) return body;
  }
}

const wrongIntegers = [
  -(10n ** 30n), 10n ** 30n, "", "ten", "1.5", "1e1", "0x10", "--1", "1 0", "NaN", "٣", "1\u0000", "null", "[1]",
];

/** The text of a query parameter that `schema` allows. */
function validParameter(random, schema) {
  const { type, minimum, maximum } = schema;
  if (type !== "integer") return String(validValue(random, schema));
  return String(random.pick([minimum, maximum ?? 2n ** 63n - 1n, random.integer(minimum, maximum ?? 10)]));
}

/** The text of a query parameter that `schema` forbids, as `accepts(schema, text)` says of a string. */
function wrongParameter(random, schema, accepts) {
  const { type, minimum, maximum, pattern, format, maxLength, enum: words } = schema;
  if (type === "boolean") return random.pick(["maybe", "2", "", "truefalse"]);
  if (type === "integer") {
    return String(random.pick([minimum - 1, BigInt(maximum ?? 2n ** 63n - 1n) + 1n, ...wrongIntegers]));
  }
  // A cursor, of which only the server can make valid ones.
  if (!pattern && !format && !maxLength && !words) {
    return random.pick(["", "junk", "null", "A".repeat(28), "=", "\u0000", "é"]);
  }
  for (;;) {
    const text = random.pick([
      () => "", () => "junk", () => "\u0000", () => textOf(random, 12), () => textOf(random, 3, whiteSpace),
      () => "🥛".repeat((maxLength ?? 20) + 1), () => `${validString(random, schema)}x`,
    ])();
    if (text.includes("\u0000") || !accepts(schema, text)) return text;
  }
}

/**
 * The texts of a query parameter, several where it may be given several times: such as its schema allows, or
 * at least one that it forbids.
 */
export function parameterTexts(random, { schema, explode = true }, valid, accepts) {
  const textFor = (each) => (valid ? validParameter(random, each) : wrongParameter(random, each, accepts));
  if (schema.type !== "array") return [textFor(schema)];
  const texts = repeat(random.integer(1, schema.maxItems), () => validParameter(random, schema.items));
  if (!valid) {
    if (random.chance(0.3)) texts.push(...repeat(schema.maxItems, () => validParameter(random, schema.items)));
    else texts[random.integer(0, texts.length - 1)] = textFor(schema.items);
  }
  return explode ? texts : [texts.join(",")];
}

/** Whether bytes are a JSON text in UTF-8 whose strings are all Unicode. */
function isJson(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    // Half a surrogate pair is the one thing that JSON.stringify must escape.
    return !/\\ud[89a-f]/i.test(JSON.stringify(value).replaceAll("\\\\", ""));
  } catch {
    return false;
  }
}

const badInsertions = [
  "\"", "'", ",", ":", "{", "}", "[", "]", "\\", "x", "/**/", "NaN", "\u0000", "\n", "01", "\\ud83e", "\\udd5b", "\\x41",
  Buffer.from([0xff]), Buffer.from([0xc0, 0x80]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]), Buffer.from([0xe2, 0x82]),
];

/** What is left of the JSON of `value` after something was cut out of it or put into it: no JSON. */
export function malformedJson(random, value) {
  const whole = Buffer.from(JSON.stringify(value));
  for (;;) {
    const at = random.integer(1, whole.length);
    const until = random.chance(0.5) ? at : random.integer(at, whole.length);
    const insertion = random.chance(0.3) ? "" : random.pick(badInsertions);
    const bytes = Buffer.concat([whole.subarray(0, at), Buffer.from(insertion), whole.subarray(until)]);
    if (!isJson(bytes)) return bytes;
  }
}
