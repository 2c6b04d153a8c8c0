#include "api/negotiation.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace taskdock::api {

TEST_CASE("api/negotiation: an option has the weight that the list gives it by name") {
  for (const auto& [list, expected] : std::map<std::string, int>{{"gzip", 1000},
                                                                 {"br, GZIP", 1000},
                                                                 {"gzip;q=1", 1000},
                                                                 {"gzip;q=1.000", 1000},
                                                                 {"gzip;q=0.5, br", 500},
                                                                 {"gzip ; q=0.25", 250},
                                                                 {"gzip;Q=0.125", 125},
                                                                 {"gzip;level=9;q=0.001", 1},
                                                                 {"gzip;q=0", 0},
                                                                 {"gzip;q=0.", 0},
                                                                 {"gzip;q=0.000", 0},
                                                                 {"gzip;q=junk", 1000},
                                                                 {"gzip;q=0x5", 1000},
                                                                 {"gzip;q=", 1000},
                                                                 {"gzip;q=0.1, gzip;q=0.9", 100}}) {
    CAPTURE(list);
    CHECK(weight(list, "gzip") == expected);
    CHECK(names_acceptable(list, "gzip") == (expected > 0));
  }
  for (const char* list : {"", "br", "*", "xgzip", "gzip2", "gzi p", ";gzip", "q=gzip"}) {
    CAPTURE(list);
    CHECK_FALSE(weight(list, "gzip"));
    CHECK_FALSE(names_acceptable(list, "gzip"));
  }
}

TEST_CASE("api/negotiation: an option is accepted by its name, unless its weight is zero") {
  for (const char* list :
       {"gzip", "GZIP", "br, gzip", "gzip;q=1", "gzip ; q=0.5", "gzip;q=0.001", "gzip;level=9;q=1",
        "gzip;xq=0", "gzip;q0=0", "gzip;x=q=0", "gzip;q=1;xq=0", "gzip;seq=0;q=0.3"}) {
    CAPTURE(list);
    CHECK(names_acceptable(list, "gzip"));
  }
  for (const char* list : {"", "br", "*", "gzipped", "x-gzip", "gzip;q=0", "gzip; q=0.000",
                           "gzip;Q=0", "gzip;xq=1;q=0", "br, gzip;q=0.0"}) {
    CAPTURE(list);
    CHECK_FALSE(names_acceptable(list, "gzip"));
  }
}

TEST_CASE("api/negotiation: a preference is found by its name, in any case") {
  for (const char* prefer :
       {"handling=strict", "Handling=strict", "HANDLING = strict", "handling\t=\tstrict",
        "handling=\"strict\"", "handling=\"st\\rict\"", "respond-async, handling=strict",
        "respond-async,handling=strict,wait=10", ", ,handling=strict,", "handling=strict; x=1",
        "handling=strict;x=\"a, handling=lenient\"", "wait=10; handling=lenient, handling=strict",
        R"(x="handling=lenient, \", handling=lenient", handling=strict)"}) {
    CAPTURE(prefer);
    CHECK(preference(prefer, "handling") == "strict");
  }
}

TEST_CASE("api/negotiation: the first of several preferences of one name counts") {
  CHECK(preference("handling=lenient, handling=strict", "handling") == "lenient");
  CHECK(preference("handling=strict, HANDLING=lenient", "handling") == "strict");
  CHECK(preference("handling, handling=strict", "handling") == "");
}

TEST_CASE("api/negotiation: what is no preference of that name is none") {
  for (const char* prefer :
       {"", ",", ";", "=", "=strict", "strict", "xhandling=strict", "handling2=strict",
        "wait=10; handling=strict", "x=\"handling=strict\"", "x=\"a, handling=strict\"",
        "x=\"handling=strict, handling=strict", "hand ling=strict", "\"handling\"=strict",
        "x=\"\\"}) {
    CAPTURE(prefer);
    CHECK_FALSE(preference(prefer, "handling"));
  }
  for (const char* prefer : {"handling", "handling=", "handling=\"\""}) {
    CHECK(preference(prefer, "handling") == "");
  }
}

}  // namespace taskdock::api
