#include "testing/task_model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>

namespace taskdock::testing::model {

using nlohmann::json;

namespace {

constexpr std::int64_t one_second = 1'000'000;
constexpr std::int64_t one_minute = 60 * one_second;
constexpr std::int64_t one_day = 24 * 60 * one_minute;

const std::vector<Word>& vocabulary() {
  static const std::vector<Word> words = {
      {{"milk", "Milk", "MILK"}, "milk", "milk"},
      {{"mill", "Mill"}, "mill", "mill"},
      {{"tea", "Tea", "TEA"}, "tea", "tea"},
      {{"team", "tEAM"}, "team", "team"},
      {{"Zebra", "zebra"}, "zebra", "zebra"},
      {{"42"}, "42", "42"},
      {{"Käse", "KÄSE", "Ka\u0308se", "käsE"}, "käse", "kase"},
      {{"Straße", "STRASSE", "straße"}, "strasse", "strasse"},
      {{"\u00c5ngström", "\u212bngström", "A\u030angstro\u0308m", "ÅNGSTRÖM"},
       "\u00e5ngström",
       "angstrom"},
      {{"Phở", "PHỞ", "pho\u031b\u0309"}, "phở", "pho"},
      {{"Łódź", "łódź", "ŁÓDŹ"}, "łódź", "łodz"},
      {{"Ёлка", "ЁЛКА", "ёлка"}, "ёлка", "елка"},
      {{"елка", "Елка"}, "елка", "елка"},
      {{"Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφος"}, "σίσυφοσ", "σισυφοσ"},
      {{"חלב"}, "חלב", "חלב"},
      {{"買い物リスト"}, "買い物リスト", "買い物リスト", {"買い", "い物", "物リスト", "リスト"}},
      {{"牛奶面包"}, "牛奶面包", "牛奶面包", {"牛奶", "奶面", "面包"}},
      {{"牛奶面条"}, "牛奶面条", "牛奶面条", {"牛奶", "奶面条"}},
      {{"นมสด"}, "นมสด", "นมสด", {"นม", "มส"}},
  };
  return words;
}

std::string joined(const std::vector<const Word*>& words, std::string Word::*form) {
  std::string text;
  for (const Word* word : words) text += (text.empty() ? "" : " ") + word->*form;
  return text;
}

Text spelled(Dice& dice, const std::vector<const Word*>& words) {
  Text text{.text = {}, .words = words};
  for (const Word* word : words) {
    text.text += (text.text.empty() ? "" : " ") + dice.pick(word->spellings);
  }
  return text;
}

/// The date and, if `format` says more, the time of day.
std::string date_text(std::int64_t at) {
  const std::chrono::year_month_day date{
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time(std::chrono::microseconds(at)))};
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::int64_t since_midnight(std::int64_t at) {
  return (at % one_day + one_day) % one_day;
}

std::string minute_text(std::int64_t at) {
  std::array<char, 32> text;
  const auto minutes = static_cast<int>(since_midnight(at) / one_minute);
  std::snprintf(text.data(), text.size(), "T%02d:%02d", minutes / 60, minutes % 60);
  return date_text(at) + text.data();
}

std::string microsecond_text(std::int64_t at) {
  std::array<char, 32> text;
  const auto rest = static_cast<int>(since_midnight(at) % one_minute);
  std::snprintf(text.data(), text.size(), ":%02d.%06d", rest / 1'000'000, rest % 1'000'000);
  return minute_text(at) + text.data();
}

const std::vector<std::string>& priorities() {
  static const std::vector<std::string> names = {"low", "medium", "high", "urgent"};
  return names;
}

void change_tags(Dice& dice, Task& task, json& body) {
  task.tags.clear();
  std::set<std::string> keys;
  std::vector<std::string> sent;
  const int count = dice.number(0, 4);
  for (int i = 0; i < count; ++i) {
    const Text tag = random_tag(dice);
    sent.push_back(dice.one_in(4) ? "  " + tag.text + ' ' : tag.text);
    if (keys.insert(tag.key()).second) task.tags.push_back(tag);
  }
  body["tags"] = sent;
  if (dice.one_in(3)) {
    std::string separated;
    for (const std::string& tag : sent) separated += (separated.empty() ? "" : ",") + tag;
    body["tags"] = separated;
  } else if (sent.empty() && dice.one_in(2)) {
    body["tags"] = nullptr;
  }
}

void change_due(Dice& dice, std::int64_t now, Task& task, json& body) {
  if (dice.one_in(3)) {
    task.due.reset();
    body["due_date"] = dice.one_in(2) ? json(nullptr) : json("");
    return;
  }
  task.due = random_due(dice, now);
  body["due_date"] = task.due->form == Form::instant && dice.one_in(2)
                         ? text_at_offset(task.due->at, random_offset(dice))
                         : text_of(*task.due);
}

/// Everything that a search looks at.
std::vector<const Text*> texts_of(const Task& task) {
  std::vector<const Text*> texts = {&task.title};
  if (task.description) texts.push_back(&*task.description);
  for (const Text& tag : task.tags) texts.push_back(&tag);
  return texts;
}

/// What a list is sorted by; nothing sorts last.
std::optional<std::string> sort_value(const Task& task, const std::string& by) {
  if (by == "title") return task.title.key();
  if (by == "priority") {
    if (!task.priority) return std::nullopt;
    const auto place = std::find(priorities().begin(), priorities().end(), *task.priority);
    return std::to_string(place - priorities().begin());
  }
  if (by == "due_date") {
    if (!task.due) return std::nullopt;
    // A day begins at 00:00, and a local time is that of the clock: before the same time of UTC.
    std::array<char, 24> text;
    const std::int64_t value = task.due->at * 4 + static_cast<int>(task.due->form);
    std::snprintf(text.data(), text.size(), "%020lld", static_cast<long long>(value));
    return text.data();
  }
  if (by == "relevance") return std::nullopt;
  const json& moment = task.answer[by];
  if (moment.is_null()) return std::nullopt;
  return moment.get<std::string>();
}

bool has_tag(const Task& task, const std::string& key) {
  return std::any_of(task.tags.begin(), task.tags.end(),
                     [&](const Text& tag) { return tag.key() == key; });
}

/// The condition that `due` is before `limit` for one whose clock is `offset` before UTC.
bool is_before(const Due& due, const Due& limit, std::int64_t offset) {
  const bool limit_is_instant = limit.form == Form::instant;
  if (due.form == Form::instant) return due.at < limit.at - (limit_is_instant ? 0 : offset);
  return due.at < limit.at + (limit_is_instant ? offset : 0);
}

bool is_overdue(const Task& task, std::int64_t now, std::int64_t offset) {
  if (!task.due || task.is_completed()) return false;
  now -= now % one_minute;
  const std::int64_t clock = now + offset;
  switch (task.due->form) {
    case Form::day:
      return task.due->at < clock - since_midnight(clock);
    case Form::local:
      return task.due->at < clock;
    case Form::instant:
      return task.due->at < now;
  }
  return false;
}

/// Whether it is due today or on one of the days after it, of which there are `days` with today.
bool is_due_within(const Task& task, std::int64_t now, std::int64_t offset, int days) {
  if (!task.due) return false;
  const std::int64_t clock = now + offset;
  const std::int64_t today = clock - since_midnight(clock);
  const std::int64_t at = task.due->at + (task.due->form == Form::instant ? offset : 0);
  return at >= today && at < today + days * one_day;
}

/// Adds one filter to a query.
using Filter = void (*)(Dice&, const std::vector<Task>&, std::int64_t now, Query&);

void add_completed(Dice& dice, const std::vector<Task>&, std::int64_t, Query& query) {
  const bool wanted = dice.one_in(2);
  query.parameters += wanted ? "&completed=true" : "&completed=false";
  query.conditions.emplace_back([=](const Task& task) { return task.is_completed() == wanted; });
}

void add_tags(Dice& dice, const std::vector<Task>&, std::int64_t, Query& query) {
  const int count = dice.number(1, 3);
  for (int i = 0; i < count; ++i) {
    const Text tag = random_tag(dice);
    const bool wanted = !dice.one_in(3);
    query.parameters += "&tag=" + encoded((wanted ? "" : "!") + tag.text);
    query.conditions.emplace_back(
        [=, key = tag.key()](const Task& task) { return has_tag(task, key) == wanted; });
  }
}

void add_priority(Dice& dice, const std::vector<Task>&, std::int64_t, Query& query) {
  std::vector<std::string> wanted;
  const int count = dice.number(1, 3);
  for (int i = 0; i < count; ++i) {
    wanted.push_back(dice.one_in(3) ? "none" : dice.pick(priorities()));
  }
  std::string list;
  for (const std::string& each : wanted) list += (list.empty() ? "" : ",") + each;
  query.parameters += "&priority=" + list;
  query.conditions.emplace_back([=](const Task& task) {
    return std::find(wanted.begin(), wanted.end(), task.priority.value_or("none")) != wanted.end();
  });
}

void add_due(Dice& dice, const std::vector<Task>&, std::int64_t now, Query& query) {
  int offset_minutes = 0;
  if (!dice.one_in(4)) {
    offset_minutes = random_offset(dice);
    query.parameters += "&utc_offset=" + encoded(offset_text(offset_minutes));
  }
  const std::int64_t offset = offset_minutes * one_minute;
  const std::string word =
      dice.pick(std::vector<std::string>{"none", "any", "overdue", "today", ""});
  if (!word.empty()) {
    query.parameters += "&due=" + word;
    query.conditions.emplace_back([=](const Task& task) {
      if (word == "none") return !task.due;
      if (word == "any") return task.due.has_value();
      return word == "overdue" ? is_overdue(task, now, offset)
                               : is_due_within(task, now, offset, 1);
    });
  }
  for (const bool before : {true, false}) {
    if (!dice.one_in(word.empty() ? 2 : 5)) continue;
    const Due limit = random_due(dice, now);
    const std::string text = limit.form == Form::instant && dice.one_in(2)
                                 ? text_at_offset(limit.at, random_offset(dice))
                                 : text_of(limit);
    query.parameters += (before ? "&due_before=" : "&due_after=") + encoded(text);
    query.conditions.emplace_back([=](const Task& task) {
      return task.due && is_before(*task.due, limit, offset) == before;
    });
  }
}

void add_updated_since(Dice& dice, const std::vector<Task>& tasks, std::int64_t, Query& query) {
  const std::string since = dice.pick(tasks).answer["updated_at"];
  query.parameters += "&updated_since=" + since;
  query.conditions.emplace_back(
      [=](const Task& task) { return task.answer["updated_at"].get<std::string>() >= since; });
}

/// The first `count` characters of `text`.
std::string beginning(const std::string& text, int count) {
  std::size_t end = 0;
  while (end < text.size() && count-- > 0) {
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80);
  }
  return text.substr(0, end);
}

bool has_word(const Task& task, const std::function<bool(const Word&)>& wanted) {
  for (const Text* text : texts_of(task)) {
    for (const Word* word : text->words) {
      if (wanted(*word)) return true;
    }
  }
  return false;
}

bool has_phrase(const Task& task, const std::string& first, const std::string& second) {
  for (const Text* text : texts_of(task)) {
    for (std::size_t i = 1; i < text->words.size(); ++i) {
      if (text->words[i - 1]->plain == first && text->words[i]->plain == second) return true;
    }
  }
  return false;
}

void add_search(Dice& dice, const std::vector<Task>& tasks, std::int64_t, Query& query) {
  std::string words;
  const int count = dice.number(1, 3);
  for (int i = 0; i < count; ++i) {
    const Word& word = dice.pick(vocabulary());
    const std::vector<const Word*>& others = dice.pick(tasks).title.words;
    std::string term;
    if (others.size() > 1 && others[0]->parts.empty() && others[1]->parts.empty() &&
        dice.one_in(5)) {
      term = '"' + dice.pick(others[0]->spellings) + ' ' + dice.pick(others[1]->spellings) + '"';
      query.conditions.emplace_back(
          [first = others[0]->plain, second = others[1]->plain](const Task& task) {
            return has_phrase(task, first, second);
          });
    } else if (!word.parts.empty()) {
      term = dice.pick(word.parts);
      query.conditions.emplace_back([=](const Task& task) {
        return has_word(
            task, [&](const Word& each) { return each.plain.find(term) != std::string::npos; });
      });
    } else {
      const bool is_whole = dice.one_in(2);
      const std::string prefix = is_whole ? word.plain : beginning(word.plain, dice.number(1, 4));
      term = is_whole ? dice.pick(word.spellings) : prefix;
      query.conditions.emplace_back([=](const Task& task) {
        return has_word(task, [&](const Word& each) { return each.plain.starts_with(prefix); });
      });
    }
    words += (words.empty() ? "" : " ") + term;
  }
  query.parameters += "&q=" + encoded(words);
}

}  // namespace

std::string Text::key() const {
  return joined(words, &Word::key);
}

Text random_text(Dice& dice, int max_words) {
  std::vector<const Word*> words;
  const int count = dice.number(1, max_words);
  for (int i = 0; i < count; ++i) words.push_back(&dice.pick(vocabulary()));
  return spelled(dice, words);
}

Text random_tag(Dice& dice) {
  // Few enough that tasks have them in common.
  const auto nth = [](int n) { return &vocabulary()[static_cast<std::size_t>(n)]; };
  return spelled(
      dice, dice.one_in(4) ? std::vector{nth(0), nth(2)} : std::vector{nth(dice.number(5, 11))});
}

std::string text_of(const Due& due) {
  switch (due.form) {
    case Form::day:
      return date_text(due.at);
    case Form::local: {
      const std::string with_seconds = microsecond_text(due.at).substr(0, 19);
      return with_seconds.ends_with(":00") ? minute_text(due.at) : with_seconds;
    }
    case Form::instant:
      return microsecond_text(due.at) + 'Z';
  }
  return {};
}

int random_offset(Dice& dice) {
  return dice.number(-12 * 4, 14 * 4) * 15;
}

std::string offset_text(int offset) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%c%02d:%02d", offset < 0 ? '-' : '+',
                std::abs(offset) / 60, std::abs(offset) % 60);
  return text.data();
}

std::string text_at_offset(std::int64_t at, int offset) {
  return microsecond_text(at + offset * one_minute) + offset_text(offset);
}

Due random_due(Dice& dice, std::int64_t now) {
  const std::int64_t today = now - since_midnight(now);
  const std::int64_t that_day = today + dice.number(-3, 3) * one_day;
  switch (dice.number(0, 3)) {
    case 0:
      return {Form::day, that_day};
    case 1:
      return {Form::local, that_day + dice.number(0, 24 * 60 * 60 - 1) / 30 * 30 * one_second};
    case 2:
      return {Form::instant, that_day + dice.number(0, 24 * 4 - 1) * 15 * one_minute};
    default: {  // about now, or about a day's beginning
      const std::int64_t middle = dice.one_in(2) ? now - now % one_second : that_day;
      const Form form = dice.one_in(2) ? Form::local : Form::instant;
      return {form, middle + random_offset(dice) * one_minute + dice.number(-1, 1) * one_second};
    }
  }
}

std::string encoded(const std::string& value) {
  std::string text;
  for (const char c : value) {
    std::array<char, 4> code;
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned char>(c));
    text += code.data();
  }
  return text;
}

std::string client_made_id(Dice& dice, std::int64_t at) {
  std::array<char, 40> text;
  const std::int64_t milliseconds = at / 1'000;
  std::snprintf(text.data(), text.size(), "%08llx-%04llx-7%03x-9%03x-%06x%06x",
                static_cast<unsigned long long>(milliseconds >> 16),
                static_cast<unsigned long long>(milliseconds & 0xffff), dice.number(0, 0xfff),
                dice.number(0, 0xfff), dice.number(0, 0xffffff), dice.number(0, 0xffffff));
  return text.data();
}

const std::vector<std::string>& written_members() {
  static const std::vector<std::string> members = {"title", "description", "due_date", "priority",
                                                   "tags"};
  return members;
}

void change_member(Dice& dice, const std::string& member, std::int64_t now, Task& task,
                   json& body) {
  if (member == "title") {
    task.title = random_text(dice, 4);
    body["title"] = task.title.text;
  } else if (member == "description") {
    task.description.reset();
    if (dice.one_in(2)) task.description = random_text(dice, 8);
    body["description"] = task.description ? json(task.description->text) : json(nullptr);
  } else if (member == "due_date") {
    change_due(dice, now, task, body);
  } else if (member == "priority") {
    task.priority.reset();
    if (!dice.one_in(3)) task.priority = dice.pick(priorities());
    body["priority"] = task.priority ? json(*task.priority) : json(nullptr);
  } else {
    change_tags(dice, task, body);
  }
}

void check_content(const Task& task) {
  const json& answer = task.answer;
  CHECK(answer["title"] == task.title.text);
  CHECK(answer["description"] == (task.description ? json(task.description->text) : json(nullptr)));
  CHECK(answer["due_date"] == (task.due ? json(text_of(*task.due)) : json(nullptr)));
  CHECK(answer["priority"] == (task.priority ? json(*task.priority) : json(nullptr)));
  REQUIRE(answer["tags"].size() == task.tags.size());
  for (std::size_t i = 0; i < task.tags.size(); ++i) {
    // In the spelling that was first; any of its words' spellings then.
    std::string rest = answer["tags"][i].get<std::string>() + ' ';
    for (const Word* word : task.tags[i].words) {
      const auto spelling =
          std::find_if(word->spellings.begin(), word->spellings.end(),
                       [&](const std::string& each) { return rest.starts_with(each + ' '); });
      REQUIRE(spelling != word->spellings.end());
      rest.erase(0, spelling->size() + 1);
    }
    CHECK(rest.empty());
  }
}

Query random_query(Dice& dice, const std::vector<Task>& tasks, std::int64_t now) {
  static const std::vector<Filter> filters = {add_completed, add_tags, add_priority,
                                              add_due,       add_due,  add_updated_since};
  static const std::vector<std::string> sorts = {"created_at", "updated_at", "due_date",
                                                 "priority",   "title",      "completed_at"};
  Query query;
  std::set<Filter> chosen;
  const int count = dice.number(0, 3);
  for (int i = 0; i < count; ++i) {
    const Filter filter = dice.pick(filters);
    if (chosen.insert(filter).second) filter(dice, tasks, now, query);
  }
  if (!dice.one_in(6)) {
    query.sort = (dice.one_in(2) ? "-" : "") + dice.pick(sorts);
    query.parameters += "&sort=" + query.sort;
  }
  return query;
}

Query random_search(Dice& dice, const std::vector<Task>& tasks, std::int64_t now) {
  Query query = random_query(dice, tasks, now);
  add_search(dice, tasks, now, query);
  if (dice.one_in(4)) {
    query.sort = "relevance";
    query.parameters += "&sort=relevance";
  }
  return query;
}

json expected_summary(const std::vector<Task>& tasks, std::int64_t now, int offset,
                      std::size_t in_trash) {
  std::map<std::string, std::size_t> counts = {{"open", 0},      {"completed", 0}, {"overdue", 0},
                                               {"due_today", 0}, {"due_week", 0},  {"no_due", 0}};
  counts["trash"] = in_trash;
  const std::int64_t its_offset = offset * one_minute;
  for (const Task& task : tasks) {
    ++counts[task.is_completed() ? "completed" : "open"];
    if (task.is_completed()) continue;
    if (!task.due) ++counts["no_due"];
    if (is_overdue(task, now, its_offset)) ++counts["overdue"];
    if (is_due_within(task, now, its_offset, 1)) ++counts["due_today"];
    if (is_due_within(task, now, its_offset, 7)) ++counts["due_week"];
  }
  return counts;
}

std::vector<std::string> expected_ids(const std::vector<Task>& tasks, const Query& query) {
  struct Found {
    std::optional<std::string> value;
    std::string id;
  };
  const bool descending = query.sort.starts_with('-');
  const std::string by = query.sort.substr(descending ? 1 : 0);
  std::vector<Found> found;
  for (const Task& task : tasks) {
    if (std::all_of(query.conditions.begin(), query.conditions.end(),
                    [&](const auto& holds) { return holds(task); })) {
      found.push_back({sort_value(task, by), task.id()});
    }
  }
  std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
    if (a.value.has_value() != b.value.has_value()) return a.value.has_value();
    if (a.value != b.value) return (a.value < b.value) != descending;
    return (a.id < b.id) != descending;
  });
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const Found& each : found) ids.push_back(each.id);
  return ids;
}

}  // namespace taskdock::testing::model
