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

}  // namespace taskdock::api
