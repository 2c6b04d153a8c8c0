#include "support/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "support/text.h"
#include "support/unicode.h"

namespace taskdock::support {

namespace {

struct PointRange {
  std::int32_t first;
  std::int32_t last;
};

template <std::size_t count>
bool is_in(const std::array<PointRange, count>& ranges, std::int32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const PointRange& range) {
    return point >= range.first && point <= range.last;
  });
}

// The blocks (Unicode's Blocks.txt) of scripts without spaces between words: those of line breaking
// classes ID, CJ and SA (UAX #14) that have letters.
constexpr auto unspaced_blocks = std::to_array<PointRange>({
    {0x0e00, 0x0eff},    // Thai, Lao
    {0x1000, 0x109f},    // Myanmar
    {0x1780, 0x17ff},    // Khmer
    {0x1950, 0x19ff},    // Tai Le, New Tai Lue, Khmer Symbols
    {0x1a20, 0x1aaf},    // Tai Tham
    {0x2e80, 0x2fdf},    // CJK and Kangxi Radicals
    {0x3000, 0x312f},    // CJK Symbols, Hiragana, Katakana, Bopomofo
    {0x31a0, 0x31ff},    // Bopomofo Extended, CJK Strokes, Katakana Phonetic Extensions
    {0x3400, 0xa4cf},    // CJK Unified Ideographs and their Extension A, Yi
    {0xa9e0, 0xa9ff},    // Myanmar Extended-B
    {0xaa60, 0xaadf},    // Myanmar Extended-A, Tai Viet
    {0xf900, 0xfaff},    // CJK Compatibility Ideographs
    {0x16fe0, 0x18dff},  // Ideographic Symbols, Tangut, Khitan
    {0x1aff0, 0x1b2ff},  // Kana Extended and Supplement, Nushu
    {0x20000, 0x3ffff},  // CJK Unified Ideographs Extensions
});

// Where the diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic letters are. Marks of other
// scripts are vowels, or tell consonants apart.
constexpr auto diacritic_blocks = std::to_array<PointRange>({
    {0x0300, 0x036f},  // Combining Diacritical Marks
    {0x0483, 0x0489},  // Cyrillic
    {0x0591, 0x05c7},  // Hebrew
    {0x0610, 0x061a},  // Arabic
    {0x064b, 0x065f},
    {0x0670, 0x0670},
    {0x06d6, 0x06ed},
    {0x0898, 0x08ff},  // Arabic Extended-B and -A
    {0x1ab0, 0x1aff},  // Combining Diacritical Marks Extended
    {0x1dc0, 0x1dff},  // Combining Diacritical Marks Supplement
    {0x20d0, 0x20ff},  // Combining Diacritical Marks for Symbols
    {0x2de0, 0x2dff},  // Cyrillic Extended-A
    {0xa66f, 0xa69f},  // Cyrillic Extended-B
    {0xfe20, 0xfe2f},  // Combining Half Marks
});

constexpr std::int32_t tatweel = 0x0640;  // makes an Arabic word longer, as a line does

/// The letter that `point` is without its diacritic, where Unicode does not decompose it: those of
/// Latin with a stroke, and the i without its dot.
std::int32_t without_stroke(std::int32_t point) {
  switch (point) {
    case 0x00f8:
      return 'o';
    case 0x0111:
      return 'd';
    case 0x0127:
      return 'h';
    case 0x0131:
      return 'i';
    case 0x0142:
      return 'l';
    case 0x0167:
      return 't';
    default:
      return point;
  }
}

CodePoints fold_for_search(std::string_view text) {
  CodePoints points = fold_widely(text);
  if (is_ascii(text)) return points;
  std::erase_if(points, [](std::int32_t point) {
    return point == tatweel ||
           (point >= diacritic_blocks.front().first && is_in(diacritic_blocks, point) &&
            kind_of(point) == PointKind::mark);
  });
  std::transform(points.begin(), points.end(), points.begin(), without_stroke);
  compose(points);
  return points;
}

enum class WordPart { no, spaced, unspaced };

WordPart word_part(std::int32_t point) {
  if (point < 0x80) {
    const bool is_word = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
    return is_word ? WordPart::spaced : WordPart::no;
  }
  const PointKind kind = kind_of(point);
  const bool is_skin_tone = point >= 0x1f3fb && point <= 0x1f3ff;
  if (kind == PointKind::symbol || is_skin_tone) return WordPart::unspaced;
  if (kind != PointKind::letter_or_number && kind != PointKind::mark) return WordPart::no;
  return is_in(unspaced_blocks, point) ? WordPart::unspaced : WordPart::spaced;
}

/// Calls `visit` with each run of points that are all of spaced or all of unspaced words, and with
/// which of them it is.
template <class Visit>
void for_each_run(const CodePoints& points, Visit visit) {
  for (auto at = points.begin(); at != points.end();) {
    const WordPart part = word_part(*at);
    const auto end = std::find_if(at + 1, points.end(),
                                  [&](std::int32_t point) { return word_part(point) != part; });
    if (part != WordPart::no) visit(std::span<const std::int32_t>(at, end), part);
    at = end;
  }
}

std::string as_word(std::span<const std::int32_t> points) {
  std::string word;
  for (const std::int32_t point : points.first(std::min(points.size(), max_word_length))) {
    append_utf8(word, point);
  }
  return word;
}

/// Appends the words of a run. Whether the last character of an unspaced one is a word of its own
/// makes a difference to a search only: with it the run must end there.
void append_words(std::vector<std::string>& words, std::span<const std::int32_t> run, WordPart part,
                  bool with_end) {
  if (part == WordPart::spaced) {
    words.push_back(as_word(run));
    return;
  }
  for (std::size_t i = 0; i + 1 < run.size(); ++i) words.push_back(as_word(run.subspan(i, 2)));
  if (with_end || run.size() == 1) words.push_back(as_word(run.last(1)));
}

/// Collects terms up to the limits.
class SearchTerms {
 public:
  /// Each word of `text`, by its beginning.
  void add_words(std::string_view text) {
    for_each_run(fold_for_search(text), [&](std::span<const std::int32_t> run, WordPart part) {
      SearchTerm term;
      append_words(term.words, run, part, false);
      term.ends_with_prefix = part == WordPart::spaced || run.size() == 1;
      add(std::move(term));
    });
  }

  /// The words of `text`, whole, as they follow each other.
  void add_phrase(std::string_view text) {
    SearchTerm term;
    const CodePoints points = fold_for_search(text);
    std::span<const std::int32_t> last;
    WordPart last_part = WordPart::no;
    for_each_run(points, [&](std::span<const std::int32_t> run, WordPart part) {
      if (!last.empty()) append_words(term.words, last, last_part, true);
      last = run;
      last_part = part;
    });
    if (last.empty()) return;
    append_words(term.words, last, last_part, false);
    term.ends_with_prefix = last_part == WordPart::unspaced && last.size() == 1;
    add(std::move(term));
  }

  std::vector<SearchTerm> take() { return std::move(terms_); }

 private:
  void add(SearchTerm term) {
    const std::size_t words_left = max_searched_words - word_count_;
    if (terms_.size() == max_search_terms || words_left == 0) return;
    if (term.words.size() > words_left) {
      term.words.resize(words_left);
      term.ends_with_prefix = false;
    }
    if (std::find(terms_.begin(), terms_.end(), term) != terms_.end()) return;
    word_count_ += term.words.size();
    terms_.push_back(std::move(term));
  }

  std::vector<SearchTerm> terms_;
  std::size_t word_count_ = 0;
};

using namespace std::string_view_literals;

// What keyboards make of a quotation mark, in the languages of the world.
constexpr auto quotation_marks = std::to_array<std::string_view>(
    {"\""sv, "\u201c"sv, "\u201d"sv, "\u201e"sv, "\u201f"sv, "\u00ab"sv, "\u00bb"sv, "\uff02"sv});

struct QuotationMark {
  std::size_t at;  // npos if there is none
  std::size_t size;
};

QuotationMark find_quotation_mark(std::string_view text) {
  QuotationMark first{std::string_view::npos, 0};
  for (const std::string_view mark : quotation_marks) {
    const std::size_t at = text.find(mark);
    if (at < first.at) first = {at, mark.size()};
  }
  return first;
}

}  // namespace

std::vector<std::string> find_words(std::string_view text) {
  std::vector<std::string> words;
  for_each_run(fold_for_search(text), [&](std::span<const std::int32_t> run, WordPart part) {
    append_words(words, run, part, true);
  });
  return words;
}

void append_words(std::string& out, std::string_view prefix, std::string_view text) {
  const auto begin_word = [&] {
    if (!out.empty()) out += ' ';
    out += prefix;
  };
  if (!is_ascii(text)) {
    for (const std::string& word : find_words(text)) {
      begin_word();
      out += word;
    }
    return;
  }
  // Many texts need no table of Unicode.
  std::size_t length = 0;
  for (const char c : text) {
    const char lower = to_lower_ascii(c);
    if (word_part(lower) == WordPart::no) {
      length = 0;
      continue;
    }
    if (length == 0) begin_word();
    if (++length <= max_word_length) out += lower;
  }
}

std::vector<SearchTerm> parse_search(std::string_view typed) {
  SearchTerms terms;
  for (;;) {
    const QuotationMark begin = find_quotation_mark(typed);
    terms.add_words(typed.substr(0, begin.at));
    if (begin.at == std::string_view::npos) break;
    typed.remove_prefix(begin.at + begin.size);
    const QuotationMark end = find_quotation_mark(typed);
    if (end.at == std::string_view::npos) continue;  // the rest are words
    terms.add_phrase(typed.substr(0, end.at));
    typed.remove_prefix(end.at + end.size);
  }
  return terms.take();
}

}  // namespace taskdock::support
