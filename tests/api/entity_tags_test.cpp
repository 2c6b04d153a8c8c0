#include "api/entity_tags.h"

#include <doctest/doctest.h>

#include <string>

namespace taskdock::api {

TEST_CASE("api/entity_tags: a tag is found in a list, wherever it stands") {
  for (const char* list :
       {R"("7")", R"(W/"7")", R"("6", "7")", R"("7","8")", R"( "6" ,	W/"7" , "8" )",
        R"(, ,"7",,)", R"(W/"6",W/"7")", R"("a,b", "7")", R"("W/", "7")"}) {
    CAPTURE(list);
    CHECK(lists_etag(list, R"("7")", Comparison::weak) == true);
    CHECK(lists_etag(list, R"(W/"7")", Comparison::weak) == true);
    CHECK(lists_etag(list, R"("9")", Comparison::weak) == false);
  }
  CHECK(lists_etag(R"("6, 7")", R"("6, 7")", Comparison::strong) == std::nullopt);  // has a space
  CHECK(lists_etag(R"("6,7")", R"("6,7")", Comparison::strong) == true);
  CHECK(lists_etag(R"("6,"7","8")", R"("7")", Comparison::weak) == std::nullopt);
  CHECK(lists_etag("\"\xc3\xa9\"", "\"\xc3\xa9\"", Comparison::strong) == true);  // obs-text
  CHECK(lists_etag(R"("")", R"("")", Comparison::strong) == true);
}

TEST_CASE("api/entity_tags: a weak tag equals none strongly, not even itself") {
  CHECK(lists_etag(R"("7")", R"("7")", Comparison::strong) == true);
  CHECK(lists_etag(R"(W/"7")", R"("7")", Comparison::strong) == false);
  CHECK(lists_etag(R"("7")", R"(W/"7")", Comparison::strong) == false);
  CHECK(lists_etag(R"(W/"7")", R"(W/"7")", Comparison::strong) == false);
  CHECK(lists_etag(R"(W/"7", "7")", R"("7")", Comparison::strong) == true);
}

TEST_CASE("api/entity_tags: an asterisk stands for what exists, and no list for what does not") {
  for (const Comparison comparison : {Comparison::strong, Comparison::weak}) {
    CHECK(lists_etag("*", R"("7")", comparison) == true);
    CHECK(lists_etag(" * ", R"(W/"7")", comparison) == true);
    CHECK(lists_etag("*", std::nullopt, comparison) == false);
    CHECK(lists_etag(R"("7")", std::nullopt, comparison) == false);
  }
}

TEST_CASE("api/entity_tags: what is no list of tags is told from one without the tag") {
  for (const std::string list :
       {"",          " ",        ",",          ", ,",       "7",          "'7'",
        R"("7)",     R"(7")",    R"("7" "7")", R"("7""7")", R"("7";"8")", R"(*, "7")",
        R"("7", *)", "**",       R"(w/"7")",   R"(W/ "7")", R"(W/7)",     "W/",
        "W/*",       R"(W"7")",  R"(/"7")",    R"("7", 8)", R"("7", W/)", R"("a b")",
        "\"a\tb\"",  "\"\x7f\"", "\"\x1f\"",   R"("7"x)"}) {
    CAPTURE(list);
    CHECK_FALSE(lists_etag(list, R"("7")", Comparison::weak));
    CHECK_FALSE(lists_etag(list, R"("7")", Comparison::strong));
    CHECK_FALSE(lists_etag(list, std::nullopt, Comparison::weak));
  }
  CHECK_FALSE(lists_etag(std::string_view("\"\0\"", 3), "\"7\"", Comparison::weak));
}

}  // namespace taskdock::api
