#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "api/describe.h"
#include "api/openapi_schema.h"
#include "reading.h"

namespace taskdock::api {

namespace {

struct Circle {
  std::monostate kind = {};
  std::int64_t radius = 0;
};

struct Square {
  std::monostate kind = {};
  std::string color;
};

struct Drawing {
  std::vector<std::variant<Circle, Square>> shapes;
};

}  // namespace

template <>
inline constexpr auto schema<Circle> =
    object("Circle", member("kind", &Circle::kind, Discriminator{"circle"}, "Round", R"("circle")"),
           member("radius", &Circle::radius, Integer{}, "How large it is", "1"));

template <>
inline constexpr auto schema<Square> = object(
    "Square", member("kind", &Square::kind, Discriminator{"square"}, "Not round", R"("square")"),
    member("color", &Square::color, Text{}, "What it looks like", R"("red")"));

inline constexpr List<OneOf> shape_list{.min_count = 0, .max_count = 3};

template <>
inline constexpr auto schema<Drawing> = object("Drawing", member("shapes", &Drawing::shapes,
                                                                 shape_list, "All of them"));

namespace {

/// The last step and the type of each fault.
std::vector<std::string> shape_faults(const std::string& shape) {
  std::vector<std::string> list;
  for (const Fault& fault : read_faults<Drawing>(R"({"shapes":[)" + shape + "]}")) {
    const Step& last = fault.location.steps.back();
    const auto* name = std::get_if<std::string_view>(&last);
    list.push_back((name ? std::string(*name) : "[]") + ' ' + std::string(fault.type));
  }
  return list;
}

}  // namespace

TEST_CASE("api/read_one_of: the type of a value follows from its discriminator") {
  const auto drawing = read_whole<Drawing>(
      R"({"shapes":[{"color":"red","kind":"square"},{"kind":"circle","radius":2,"color":3}]})");
  REQUIRE(drawing.shapes.size() == 2);
  CHECK(std::get<Square>(drawing.shapes[0]).color == "red");
  CHECK(std::get<Circle>(drawing.shapes[1]).radius == 2);
}

TEST_CASE(
    "api/read_one_of: a fault of the discriminator is the only one, and that of a member is at "
    "it") {
  CHECK(shape_faults("{}") == std::vector<std::string>{"kind missing"});
  CHECK(shape_faults(R"({"kind":null})") == std::vector<std::string>{"kind string_type"});
  CHECK(shape_faults(R"({"kind":"Circle"})") == std::vector<std::string>{"kind enum"});
  CHECK(shape_faults(R"({"kind":"circle","kind":"line"})") ==
        std::vector<std::string>{"kind enum"});
  CHECK(shape_faults("1") == std::vector<std::string>{"[] model_attributes_type"});
  CHECK(shape_faults("null") == std::vector<std::string>{"[] model_attributes_type"});
  CHECK(shape_faults(R"({"kind":"circle","color":"red"})") ==
        std::vector<std::string>{"radius missing"});
  CHECK(shape_faults(R"({"kind":"square","color":1,"radius":"x"})") ==
        std::vector<std::string>{"color string_type"});
}

TEST_CASE("api/read_one_of: the discriminator is a member that is known") {
  Faults faults;
  Strictness strictness;
  read_body<Drawing>(R"({"shapes":[{"kind":"circle","radius":1,"color":"red"}]})", faults,
                     &strictness);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].location.unknown == "color");
}

TEST_CASE("api/read_one_of: the document has all types, and how to tell them apart") {
  const TypeDescription& type = describe<Drawing>();
  REQUIRE(type.members.size() == 1);
  CHECK(type.members[0].alternatives ==
        std::vector<const TypeDescription*>{&describe<Circle>(), &describe<Square>()});
  const Json items = schema_of_member(type.members[0])["items"];
  CHECK(items["oneOf"].size() == 2);
  CHECK(items["discriminator"]["propertyName"] == "kind");
  CHECK(items["discriminator"]["mapping"]["square"] == "#/components/schemas/Square");
}

}  // namespace taskdock::api
