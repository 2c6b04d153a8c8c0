// Lists of entity tags. Whatever tag there is, whether a list is one does not depend on it, and a
// strong match is a weak one.
#include "api/entity_tags.h"

#include <string>

#include "property.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view list = taskdock::fuzz::as_text(data, size);
  const auto none = api::lists_etag(list, std::nullopt, api::Comparison::weak);
  require(none != true, "what does not exist is in no list");
  for (const char* const etag : {"\"7\"", "W/\"8\"", "\"a,b\""}) {
    const auto weak = api::lists_etag(list, etag, api::Comparison::weak);
    const auto strong = api::lists_etag(list, etag, api::Comparison::strong);
    require(weak.has_value() == none.has_value() && strong.has_value() == none.has_value(),
            "a list is one, whatever is looked for");
    require(strong != true || weak == true, "a strong match is a weak one");
    if (!none || list.find('*') != std::string_view::npos) continue;
    const auto longer =
        api::lists_etag(std::string(list) + ',' + etag, etag, api::Comparison::weak);
    require(longer == true, "what is added to a list is in it");
  }
  return 0;
}
