// Rules of recurrence in words, and back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { common_rules, rule_in_words } from "../../src/web/describe.js";
import { first_day, read_rule, text_of_rule } from "../../src/web/rule_words.js";

const said = {
  "FREQ=DAILY": "every day",
  "FREQ=DAILY;INTERVAL=3": "every 3 days",
  "FREQ=WEEKLY": "every week",
  "FREQ=WEEKLY;BYDAY=MO": "every Monday",
  "FREQ=WEEKLY;BYDAY=MO,TH": "every Monday and Thursday",
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "every weekday",
  "FREQ=WEEKLY;BYDAY=SA,SU": "every weekend",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR": "every 2 weeks on Monday, Wednesday and Friday",
  "FREQ=MONTHLY": "every month",
  "FREQ=MONTHLY;BYMONTHDAY=15": "every month on the 15th",
  "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,22": "every 2 months on the 1st and the 22nd",
  "FREQ=MONTHLY;BYMONTHDAY=-1": "every month on the last day",
  "FREQ=MONTHLY;BYDAY=1MO": "every month on the first Monday",
  "FREQ=MONTHLY;BYDAY=-1FR": "every month on the last Friday",
  "FREQ=YEARLY": "every year",
  "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=8": "every year on 8 August",
  "FREQ=DAILY;COUNT=5": "every day 5 times",
  "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261001": "every Monday until 2026-10-01",
};

test("rules are said in words, and the words are read as the same rules", () => {
  for (const [rule, words] of Object.entries(said)) {
    assert.equal(rule_in_words(rule), words);
    assert.deepEqual(read_rule(words), { rule, from: "due" }, words);
    const after_completion = rule_in_words(rule, "completion");
    assert.equal(after_completion, `${words} after completion`);
    assert.deepEqual(read_rule(after_completion), { rule, from: "completion" }, after_completion);
  }
});

test("every rule for a choice is one that can be read again", () => {
  for (const rule of common_rules) assert.deepEqual(read_rule(rule_in_words(rule)), { rule, from: "due" });
});

test("rules that nobody would say have words, too", () => {
  assert.equal(rule_in_words("freq=weekly;byday=mo;wkst=su"), "every Monday");
  assert.equal(rule_in_words("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    "every month on Monday, Tuesday, Wednesday, Thursday and Friday, the last of these");
  assert.equal(rule_in_words("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"), "every month on Friday, if it is the 13th");
  assert.equal(rule_in_words("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=-2"), "every year on the 2nd last day in January and July");
  assert.equal(rule_in_words("FREQ=MONTHLY;BYMONTHDAY=11,12,13,21;COUNT=1"), "every month on the 11th, the 12th, the 13th and the 21st 1 time");
  assert.equal(rule_in_words("FREQ=DAILY;UNTIL=20261001T120000Z"), "every day until 2026-10-01");
});

test("what is no rule is not read as one, and it is said why", () => {
  for (const text of ["", "every", "every now and then", "daily bread", "tomorrow"]) {
    assert.deepEqual(read_rule(text), { problem: "This is not understood." }, text);
  }
  assert.deepEqual(read_rule("every day or so"), { problem: "“or so” is not understood." });
  assert.deepEqual(read_rule("every monday at 9:00"), { problem: "The time of day stands beside the due date." });
});

test("a rule as RFC 5545 writes it is read as it is", () => {
  for (const rule of [
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "INTERVAL=2;FREQ=WEEKLY;BYDAY=MO;WKST=SU", "freq=yearly;bymonth=1,12;bymonthday=-1",
    "FREQ=YEARLY;BYDAY=-1FR,+20MO", "FREQ=DAILY;COUNT=10", "FREQ=DAILY;UNTIL=20261001T120000Z",
  ]) {
    assert.deepEqual(read_rule(rule), { rule, from: "due" });
    assert.deepEqual(read_rule(` RRULE:${rule} `), { rule, from: "due" });
  }
  assert.deepEqual(read_rule("INTERVAL=2"), { problem: "The rule has no FREQ." });
  for (const wrong of ["FREQ=HOURLY", "BYDAY=XX", "BYDAY=,MO", "INTERVAL=0", "COUNT=ten", "UNTIL=tomorrow", "BYHOUR=1", "CONSTRUCTOR=1"]) {
    assert.deepEqual(read_rule(`FREQ=DAILY;${wrong}`.replace("FREQ=DAILY;FREQ", "FREQ")), { problem: `“${wrong.toUpperCase()}” is no part of a rule.` });
  }
});

test("a rule is offered for changes in words that say all of it, or else as it is", () => {
  assert.equal(text_of_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"), "every 2 weeks on Monday and Thursday");
  for (const rule of ["FREQ=WEEKLY;BYDAY=MO;WKST=SU", "freq=daily", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"]) {
    assert.equal(text_of_rule(rule), rule);
  }
});

test("the first day of a rule is found over months and leap years", () => {
  assert.equal(first_day("FREQ=DAILY", "2026-08-05"), "2026-08-05");
  assert.equal(first_day("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-08-05"), "2028-02-29");
  assert.equal(first_day("FREQ=MONTHLY;BYDAY=5MO", "2026-08-05"), "2026-08-31");
  assert.equal(first_day("FREQ=MONTHLY;BYDAY=-1MO", "2026-09-01"), "2026-09-28");
  assert.equal(first_day("FREQ=MONTHLY;BYMONTHDAY=31", "2026-09-01"), "2026-10-31");
});
