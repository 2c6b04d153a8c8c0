#include "support/words.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "support/text.h"
#include "support/unicode.h"
#include "testing/text.h"
#include "testing/utf8.h"

namespace taskdock::support {

namespace {

using Strings = std::vector<std::string>;
using testing::utf8;

/// Whether `term` occurs in `words`.
bool has_term(const Strings& words, const SearchTerm& term) {
  const auto matches = [&](std::size_t at) {
    for (std::size_t i = 0; i < term.words.size(); ++i) {
      if (at + i >= words.size()) return false;
      const bool is_prefix = term.ends_with_prefix && i + 1 == term.words.size();
      if (is_prefix ? !words[at + i].starts_with(term.words[i]) : words[at + i] != term.words[i]) {
        return false;
      }
    }
    return true;
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (matches(at)) return true;
  }
  return false;
}

bool finds(const std::string& typed, const std::string& text) {
  const std::vector<SearchTerm> terms = parse_search(typed);
  const Strings words = find_words(text);
  return std::all_of(terms.begin(), terms.end(),
                     [&](const SearchTerm& term) { return has_term(words, term); });
}

using testing::repeated;

}  // namespace

TEST_CASE("support/words: appended are the same words, each with its prefix") {
  const auto appended = [](std::string out, const std::string& text) {
    append_words(out, "p.", text);
    return out;
  };
  CHECK(appended("", "") == "");
  CHECK(appended("", "Buy MILK") == "p.buy p.milk");
  CHECK(appended("before", "Müll, 牛乳を") == "before p.mull p.牛乳 p.乳を p.を");
  std::mt19937 chance(7);
  for (int i = 0; i < 2000; ++i) {
    std::string text(chance() % 40, ' ');
    for (char& c : text) c = static_cast<char>(chance() % 128);
    if (i % 50 == 0) text += std::string(2 * max_word_length, 'X');
    if (i % 3 == 0) text += " é";
    CAPTURE(text);
    std::string expected = "before";
    for (const std::string& word : find_words(text)) expected += " p." + word;
    CHECK(appended("before", text) == expected);
  }
}

TEST_CASE("support/words: words are runs of letters, digits and marks") {
  CHECK(find_words("") == Strings{});
  CHECK(find_words(" \t-!?.,;:'\"()[]{}<>|\\/*+=~^`@#$%&_ ") == Strings{});
  CHECK(find_words("Buy 2 bottles of milk, don't forget: it's 3.50€!") ==
        Strings{"buy", "2", "bottles", "of", "milk", "don", "t", "forget", "it", "s", "3", "50"});
  CHECK(find_words("снег_дождь") == Strings{"снег", "дождь"});
  CHECK(find_words("हिन्दी में") == Strings{"हिन्दी", "में"});
  CHECK(find_words("한국어 공부") == Strings{"한국어", "공부"});
  CHECK(find_words(std::string_view("a\0b", 3)) == Strings{"a", "b"});
}

TEST_CASE("support/words: case, normal form, variants and diacritics make no difference") {
  const auto all_are = [](const Strings& texts, const std::string& word) {
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK(find_words(text) == Strings{word});
    }
  };
  all_are({"Café", "CAFE\u0301", "cafe", "ＣＡＦＥ", "ca\u00adfe"}, "cafe");
  all_are({"Straße", "STRASSE", "STRAẞE"}, "strasse");
  all_are({"Łódź", "ŁÓDŹ", "lodz"}, "lodz");
  all_are({"Phở", "pho\u031b\u0309", "PHO"}, "pho");
  all_are({"điện", "ĐIỆN", "dien"}, "dien");
  all_are({"ısı", "ISI", "İSİ", "isi"}, "isi");
  all_are({"Smørrebrød", "smorrebrod"}, "smorrebrod");
  all_are({"Ёлка", "елка", "ЕЛКА"}, "елка");
  all_are({"Σίσυφος", "ΣΙΣΥΦΟΣ", "σισυφοσ"}, "σισυφοσ");
  all_are({"שָׁלוֹם", "שלום"}, "שלום");
  all_are({"مُحَمَّد", "محمد", "محـــمد"}, "محمد");
  all_are({"أحمد", "احمد"}, "احمد");
  all_are({"ﬁle", "FILE"}, "file");
  all_are({"\u1112\u1161\u11ab", "\ud55c"}, "\ud55c");
}

TEST_CASE("support/words: marks that make another letter or syllable stay") {
  CHECK(find_words("が") != find_words("か"));
  CHECK(find_words("パン") != find_words("ハン"));
  CHECK(find_words("か\u3099") == find_words("が"));
  CHECK(find_words("ｶﾞ") == find_words("ガ"));
  CHECK(find_words("กิน") != find_words("กน"));
  CHECK(find_words("कि") != find_words("क"));
  CHECK(find_words("தமிழ்") != find_words("தமழ"));
}

TEST_CASE("support/words: runs without spaces are pairs of characters, and the last alone") {
  CHECK(find_words("牛乳を買う") == Strings{"牛乳", "乳を", "を買", "買う", "う"});
  CHECK(find_words("水") == Strings{"水"});
  CHECK(find_words("นม") == Strings{"นม", "ม"});
  CHECK(find_words("Wi-Fi設定2回") == Strings{"wi", "fi", "設定", "定", "2", "回"});
  CHECK(find_words("𠮷野家") == Strings{"𠮷野", "野家", "家"});
  CHECK(find_words("🛒🥛 milk") == Strings{"🛒🥛", "🥛", "milk"});
  CHECK(find_words("👩🏽\u200d💻") == Strings{"👩🏽", "🏽💻", "💻"});
  CHECK(find_words("សួស្តី").size() == 6);
  CHECK(find_words("ကျေးဇူး").size() == 7);
}

TEST_CASE("support/words: a long word is kept by its beginning") {
  CHECK(find_words(repeated("é", 150)) == Strings{repeated("e", 100)});
  CHECK(find_words(repeated("щ", 150)) == Strings{repeated("щ", 100)});
  CHECK(finds(repeated("щ", 120), repeated("щ", 150)));
}

TEST_CASE("support/words: all words must occur, each as the beginning of a word") {
  CHECK(finds("mil", "Buy milk"));
  CHECK(finds("MILK b", "Buy milk"));
  CHECK_FALSE(finds("ilk", "Buy milk"));
  CHECK_FALSE(finds("milky", "Buy milk"));
  CHECK_FALSE(finds("milk bread", "Buy milk"));
  CHECK(finds("kase", "Käse"));
  CHECK(finds("KÄSE", "kase"));
  CHECK(finds("wi-fi", "the Wi-Fi"));
  CHECK(finds("한", "한국어"));
  CHECK_FALSE(finds("국", "한국어"));
}

TEST_CASE("support/words: what is quoted are whole words that follow each other") {
  CHECK(finds("\"two words\"", "these two words"));
  CHECK(finds("“Two words”", "these TWO, words"));
  CHECK(finds("„two words“ the", "these two words"));
  CHECK_FALSE(finds("\"two words\"", "two more words"));
  CHECK_FALSE(finds("\"words two\"", "two words"));
  CHECK_FALSE(finds("\"two word\"", "two words"));
  CHECK(finds("\"tea\"", "a cup of tea"));
  CHECK_FALSE(finds("\"tea\"", "the team"));
  CHECK(finds("\"牛乳 milk\"", "牛乳 milk"));
  CHECK_FALSE(finds("\"牛乳 milk\"", "牛乳を milk"));
  CHECK(finds("\"milk 牛乳\"", "milk 牛乳を"));
  CHECK(finds("\"milk 牛\"", "milk 牛乳"));
  CHECK(parse_search("\"\" \"!\" ''").empty());
}

TEST_CASE("support/words: a quotation mark without a second one means nothing") {
  CHECK(finds("5\" disk drive", "a drive for a 5\" disk"));
  CHECK(finds("\"two wor", "words, two"));
  CHECK(finds("\"two words\" \"mo", "two words more"));
}

TEST_CASE("support/words: scripts without spaces are found by any substring") {
  for (const std::string text :
       {"牛乳を買う", "買い物リスト", "นมสดใส", "牛奶面包", "🛒🥛🍞🧀"}) {
    std::vector<std::string> characters;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t length = utf8_length(rest);
      characters.emplace_back(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    for (std::size_t begin = 0; begin < characters.size(); ++begin) {
      std::string part;
      for (std::size_t i = begin; i < characters.size(); ++i) {
        part += characters[i];
        CAPTURE(text);
        CAPTURE(part);
        CHECK(finds(part, text));
        CHECK(finds(part, "before" + text + "after"));
        CHECK(finds('"' + part + '"', text));
        CHECK_FALSE(finds(part + "乙", text));
      }
    }
  }
  CHECK_FALSE(finds("牛乳酸", "牛乳 乳酸"));
  CHECK_FALSE(finds("牛買", "牛乳を買う"));
}

TEST_CASE("support/words: nothing that is typed has a meaning but words and quotation marks") {
  CHECK(finds("milk AND", "milk and bread"));
  CHECK_FALSE(finds("milk OR bread", "bread or cheese"));
  CHECK(finds("-milk", "milk"));
  CHECK(finds("title:milk", "milk title"));
  CHECK(finds("milk*", "milk"));
  CHECK(finds("(milk", "milk"));
  CHECK(finds("^milk + NEAR(x, 5)", "near milk: x, 5"));
  CHECK(parse_search("").empty());
  CHECK(parse_search(" \n*()-+:^\"").empty());
}

TEST_CASE("support/words: a search has limited terms and words, and each of them once") {
  std::string typed;
  for (int i = 0; i < 100; ++i) typed += " a" + std::to_string(i);
  CHECK(parse_search(typed).size() == max_search_terms);
  CHECK(parse_search(repeated("milk Milk ", 50)).size() == 1);
  const auto words_in = [](const std::string& text) {
    std::size_t count = 0;
    for (const SearchTerm& term : parse_search(text)) count += term.words.size();
    return count;
  };
  CHECK(words_in(repeated("牛乳", 100)) == max_searched_words);
  CHECK(words_in('"' + repeated("milk ", 100) + '"') == max_searched_words);
  CHECK(words_in(repeated("\"a b c d e f\" x y ", 100)) <= max_searched_words);
  CHECK(finds(repeated("牛乳", 100), repeated("牛乳", 150)));
}

TEST_CASE("support/words: any text is found by each of its words, and by itself in quotes") {
  std::mt19937 random(20260106);
  const auto up_to = [&](char32_t bound) { return static_cast<char32_t>(random() % bound); };
  for (int round = 0; round < 10000; ++round) {
    std::string text;
    for (char32_t length = up_to(30); length > 0; --length) {
      const auto blocks = std::to_array<std::pair<char32_t, char32_t>>({{0x20, 0x7f},
                                                                        {0x20, 0x7f},
                                                                        {0xa0, 0x250},
                                                                        {0x300, 0x370},
                                                                        {0x370, 0x700},
                                                                        {0x900, 0xf00},
                                                                        {0x1000, 0x1200},
                                                                        {0x1780, 0x1800},
                                                                        {0x3040, 0x3100},
                                                                        {0x4e00, 0x4e40},
                                                                        {0xac00, 0xac40},
                                                                        {0xf900, 0x10000},
                                                                        {0x1f300, 0x1f400},
                                                                        {0x1, 0xd800}});
      const auto [first, last] = blocks[up_to(blocks.size())];
      text += utf8(first + up_to(last - first));
    }
    CAPTURE(text);
    const Strings words = find_words(text);
    for (const std::string& word : words) {
      REQUIRE(is_utf8(word));
      REQUIRE_FALSE(word.empty());
      REQUIRE(fold(word) == word);
      REQUIRE(finds(word, text));
      // What the index's tokenizer must leave whole.
      REQUIRE(std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               static_cast<unsigned char>(c) >= 0x80;
      }));
    }
    REQUIRE(finds(text, text));
    REQUIRE(finds(fold(text), text));
    if (text.find('"') == std::string::npos) REQUIRE(finds('"' + text + '"', text));
  }
}

}  // namespace taskdock::support
