#include "api/negotiation.h"

#include <doctest/doctest.h>

namespace taskdock::api {

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

}  // namespace taskdock::api
