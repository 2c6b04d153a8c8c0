#include "store/sqlite/word_index.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace taskdock::store::sqlite {

namespace {

/// How many tasks of one owner and one millisecond have numbers of their own.
constexpr int number_bits = 15;
constexpr std::int64_t numbers_of_a_millisecond = std::int64_t{1} << number_bits;

/// How many changes are made at once where many are expected.
constexpr std::size_t changes_at_once = 512;

/// A beginning of more words than this is looked for in all words at once. That takes time for each
/// place where they are, but each word of its own takes some time as well.
constexpr std::size_t max_words_of_prefix = 8;

/// An owner's prefix is their number in these digits, after one digit that says how many they are:
/// so that a word of one is never one of another, and the prefixes have the order of the numbers.
constexpr std::string_view prefix_digits = "0123456789abcdefghijklmnopqrstuv";
constexpr int bits_of_digit = 5;
constexpr std::size_t max_prefix_digits = 13;

std::string indexed(const std::string& prefix, std::string_view text) {
  std::string words;
  support::append_words(words, prefix, text);
  return words;
}

/// The words of all tags. Between two of them stands the prefix alone, so that no phrase is found
/// where one ends and the next begins.
std::string indexed_tags(const std::string& prefix, const std::vector<std::string>& tags) {
  std::string words;
  for (const std::string& tag : tags) {
    if (!words.empty()) words.append(1, ' ').append(prefix);
    support::append_words(words, prefix, tag);
  }
  return words;
}

}  // namespace

WordIndex::WordIndex(SQLite::Database& database)
    : last_number_(
          database,
          "SELECT search_id FROM tasks INDEXED BY tasks_by_search_id"
          " WHERE owner = ? AND search_id BETWEEN ? AND ? ORDER BY search_id DESC LIMIT 1"),
      insert_(database,
              "INSERT INTO task_words (rowid, title, description, tags) VALUES (?, ?, ?, ?)"),
      delete_(database,
              "INSERT INTO task_words (task_words, rowid, title, description, tags)"
              " VALUES ('delete', ?, ?, ?, ?)"),
      next_word_(database,
                 "SELECT term FROM task_terms WHERE term >= ? AND term < ? ORDER BY term LIMIT 1") {
}

std::int64_t WordIndex::new_number(UserNumber owner, const support::Uuid& id) {
  GivenNumbers none;
  return new_number(owner, id, none);
}

std::int64_t WordIndex::new_number(UserNumber owner, const support::Uuid& id, GivenNumbers& given) {
  for (std::int64_t first = first_number(id);; first += numbers_of_a_millisecond) {
    const auto known = given.find(first);
    const auto last = known == given.end() ? last_number_from(owner, first) : known->second;
    const std::int64_t number = last ? *last + 1 : first;
    // Otherwise the millisecond is full: the next one.
    if (number < first + numbers_of_a_millisecond) return given[first] = number;
  }
}

/// The largest number of the owner's tasks in the millisecond of which `first` is the first.
std::optional<std::int64_t> WordIndex::last_number_from(UserNumber owner, std::int64_t first) {
  LentStatement last = last_number_.lend();
  if (!last.bind(owner).bind(first).bind(first + numbers_of_a_millisecond - 1).step()) {
    return std::nullopt;
  }
  return last.integer();
}

void WordIndex::note(Change change) {
  changes_.push_back(std::move(change));
  if (!expects_many_ || changes_.size() < changes_at_once) return;
  auto next = std::make_unique<Making>(std::exchange(changes_, {}));
  write_handed_over();
  handed_over_ = std::move(next);
}

void WordIndex::forget_since(std::size_t count) {
  if (count == 0) {
    handed_over_.reset();
    fillers_.clear();
  }
  changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(count), changes_.end());
}

void WordIndex::make_words(const std::vector<Change>& changes,
                           const std::function<void(ChangedWords&&)>& take) {
  std::vector<const Change*> in_order;
  in_order.reserve(changes.size());
  for (const Change& change : changes) in_order.push_back(&change);
  const auto row_of = [](const Change* change) { return std::pair(change->number, change->owner); };
  std::stable_sort(in_order.begin(), in_order.end(),
                   [&](const Change* a, const Change* b) { return row_of(a) < row_of(b); });
  std::string prefix;
  std::optional<UserNumber> owner;
  const auto words_of = [&](const Texts& texts) {
    return RowWords{sqlite::indexed(prefix, texts.title),
                    sqlite::indexed(prefix, texts.description),
                    sqlite::indexed_tags(prefix, texts.tags)};
  };
  for (auto first = in_order.begin(), next = first; first != in_order.end(); first = next) {
    next = std::find_if(first, in_order.end(),
                        [&](const Change* change) { return row_of(change) != row_of(*first); });
    const Change& last = **std::prev(next);
    if (owner != last.owner) prefix = owner_prefix(last.owner);
    owner = last.owner;
    ChangedWords words{.number = last.number};
    if ((*first)->before) words.removed = words_of(*(*first)->before);
    if (last.after) words.added = words_of(*last.after);
    if (words.removed && words.added) leave_out_what_stays(words);
    take(std::move(words));
  }
}

WordIndex::Making::Making(std::vector<Change> changes) : changes_(std::move(changes)) {
  try {
    thread_ = std::thread([this]() noexcept {
      try {
        make();
      } catch (...) {
        error_ = std::current_exception();
      }
    });
  } catch (const std::system_error&) {
    // There can be no further thread.
  }
}

WordIndex::Making::~Making() {
  if (thread_.joinable()) thread_.join();
}

std::vector<ChangedWords> WordIndex::Making::result() {
  if (thread_.joinable()) {
    thread_.join();
  } else {
    make();
  }
  if (error_) std::rethrow_exception(error_);
  return std::move(words_);
}

void WordIndex::Making::make() {
  words_.reserve(changes_.size());
  make_words(changes_, [this](ChangedWords&& words) { words_.push_back(std::move(words)); });
}

void WordIndex::write(const ChangedWords& words) {
  if (words.removed) write(delete_, words.number, *words.removed);
  if (words.added) write(insert_, words.number, *words.added);
  if (words.first_column_with_filler)
    fillers_.emplace_back(words.number, *words.first_column_with_filler);
}

void WordIndex::write(PreparedStatement& statement, std::int64_t number, const RowWords& words) {
  LentStatement change = statement.lend();
  change.bind(number);
  for (const std::string& column : words) change.bind(column);
  change.step();
}

void WordIndex::write_handed_over() {
  const auto making = std::exchange(handed_over_, nullptr);
  if (!making) return;
  for (const ChangedWords& words : making->result()) write(words);
}

/// After all else: the index begins a new part of itself where a row is deleted that was inserted
/// in the same transaction, and so does it once for all of these; and once more for each further
/// filler of a number, each of which is in another part.
void WordIndex::remove_fillers() {
  if (fillers_.empty()) return;
  auto fillers = std::exchange(fillers_, {});
  std::sort(fillers.begin(), fillers.end());
  // FTS5 counts rows, and takes a deletion from none for damage: all may be gone by now. So there
  // is one more until the end, without words, as each deletion is followed by an insertion.
  write(insert_, fillers.front().first, {});
  for (const auto& [number, column] : fillers) {
    RowWords words;
    words[column] = filler;
    write(delete_, number, words);
    write(insert_, number, {});
  }
  write(delete_, fillers.back().first, {});
}

void WordIndex::write() {
  write_handed_over();
  make_words(changes_, [this](const ChangedWords& words) { write(words); });
  changes_.clear();
  remove_fillers();
}

std::vector<std::string> WordIndex::words_from(const std::string& beginning, std::size_t max) {
  const std::string end = beginning + behind_all_letters;
  std::vector<std::string> words;
  std::string from = beginning;
  while (words.size() < max) {
    LentStatement next = next_word_.lend();
    if (!next.bind(from).bind(end).step()) break;
    words.push_back(next.text());
    from = words.back() + '\x01';
  }
  return words;
}

std::string WordIndex::expression(const std::string& prefix, const support::SearchTerm& term) {
  // Words have neither quotation marks nor spaces.
  std::string phrase;
  for (const std::string& word : term.words) {
    phrase.append(phrase.empty() ? "\"" : " ").append(prefix).append(word);
  }
  phrase += '"';
  if (!term.ends_with_prefix) return phrase;
  if (term.words.size() == 1) {
    // Where each of the words is can be read one by one, as far as it is needed. Of a beginning,
    // all places are read and sorted first.
    const auto words = words_from(prefix + term.words.front(), max_words_of_prefix + 1);
    if (!words.empty() && words.size() <= max_words_of_prefix) {
      std::string any;
      for (const std::string& word : words) {
        any.append(any.empty() ? "(\"" : " OR \"").append(word).append(1, '"');
      }
      return any + ')';
    }
  }
  return phrase + " *";
}

std::string WordIndex::expression(UserNumber owner, const std::vector<support::SearchTerm>& terms) {
  const std::string prefix = owner_prefix(owner);
  std::string all;
  for (const support::SearchTerm& term : terms) {
    all.append(all.empty() ? "" : " AND ").append(expression(prefix, term));
  }
  return all;
}

bool WordIndex::is_slow(const std::string& expression) {
  return expression.find('*') != std::string::npos;  // no word has one
}

std::string WordIndex::in_title(const std::string& expression) {
  return "{title} : (" + expression + ')';
}

std::string WordIndex::not_in_title(const std::string& expression) {
  return '(' + expression + ") NOT (" + in_title(expression) + ')';
}

std::int64_t WordIndex::first_number(const support::Uuid& id) {
  std::int64_t milliseconds = 0;  // RFC 9562, 5.7
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[i];
  return milliseconds << number_bits;
}

std::int64_t WordIndex::last_number(const support::Uuid& id) {
  return first_number(id) + numbers_of_a_millisecond - 1;
}

std::string WordIndex::owner_prefix(UserNumber owner) {
  std::string digits;
  for (auto left = static_cast<std::uint64_t>(owner); left > 0; left >>= bits_of_digit) {
    digits += prefix_digits[left % prefix_digits.size()];
  }
  digits += prefix_digits[digits.size()];
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<UserNumber> WordIndex::owner_of(std::string_view word) {
  const std::size_t size = prefix_digits.find(word.substr(0, 1));
  if (word.empty() || size > max_prefix_digits || word.size() <= size) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : word.substr(1, size)) {
    const std::size_t value = prefix_digits.find(digit);
    if (value == prefix_digits.npos) return std::nullopt;
    number = number << bits_of_digit | value;
  }
  const auto owner = static_cast<UserNumber>(number);
  if (owner <= UserNumber::nobody || !word.starts_with(owner_prefix(owner))) return std::nullopt;
  return owner;
}

std::string WordIndex::indexed(UserNumber owner, std::string_view text) {
  return sqlite::indexed(owner_prefix(owner), text);
}

std::string WordIndex::indexed_tags(UserNumber owner, const std::vector<std::string>& tags) {
  return sqlite::indexed_tags(owner_prefix(owner), tags);
}

}  // namespace taskdock::store::sqlite
