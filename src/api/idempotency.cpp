#include "api/idempotency.h"

#include <string_view>

#include "api/errors.h"
#include "api/idempotency_key.h"
#include "security/base64url.h"
#include "store/errors.h"
#include "support/json_value.h"
#include "support/json_writer.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

constexpr const char* key_header = "Idempotency-Key";

/// Of the method, the path with the query, what says how the body is to be read, and the body, none
/// of which can be taken for a part of another.
security::Digest hash_of(const Call& call) {
  const security::Digest body = security::sha256(call.sent_body());
  std::string text(call.request.method);
  text.append(" ").append(call.request.path);
  for (const auto& [name, value] : call.request.query) {
    for (const std::string& part : {name, value}) {
      text.append("\n").append(std::to_string(part.size())).append(" ").append(part);
    }
  }
  const std::string type = support::to_lower_ascii(media_type_of(call.request));
  if (type != "application/json") text.append("\n").append(type);
  text.append("\n").append(security::as_text(body));
  return security::sha256(text);
}

std::string headers_to_json(const ResponseHeaders& headers) {
  std::string json = "{";
  for (const auto& [name, value] : headers) {
    if (json.size() > 1) json += ',';
    support::append_json_string(json, name);
    json += ':';
    support::append_json_string(json, value);
  }
  return json += '}';
}

ResponseHeaders headers_from_json(const std::string& json) {
  ResponseHeaders headers;
  support::JsonMembers members(support::parse_json(json).value);
  support::JsonValue name;
  support::JsonValue value;
  while (members.next(name, value)) {
    headers.emplace_back(support::decode_json_string(name), support::decode_json_string(value));
  }
  return headers;
}

}  // namespace

std::optional<std::string> read_idempotency_key(Call& call) {
  const auto value = call.request.header(key_header);
  if (!value) return std::nullopt;
  auto key = parse_idempotency_key(*value);
  if (!key) {
    call.add_value_error({Source::header, key_header},
                         "must be 1 to 255 visible ASCII characters, without quotation marks "
                         "around them or as a quoted string");
  }
  return key;
}

KeyedRequest::KeyedRequest(const Call& call, const std::string& key)
    : user_(call.caller.id), key_(key), hash_(hash_of(call)), now_(call.services.clock.now()) {}

std::optional<Response> KeyedRequest::find_answer(store::Changes& changes) const {
  try {
    auto kept = changes.find_answer(user_, key_, hash_, now_);
    if (!kept) return std::nullopt;
    Response answer{.status = static_cast<int>(kept->status),
                    .body = std::move(kept->body),
                    .headers = headers_from_json(kept->headers)};
    answer.headers.emplace_back("Idempotency-Replayed", "true");
    return answer;
  } catch (const store::KeyTaken&) {
    Faults faults;
    add_value_error({Source::header, key_header}, "Idempotency-Key was used for another request",
                    faults);
    throw ValidationError(std::move(faults));
  }
}

void KeyedRequest::keep(store::Changes& changes, const Response& answer) const {
  changes.keep_answer(
      user_, key_, hash_,
      {.status = answer.status, .headers = headers_to_json(answer.headers), .body = answer.body},
      now_);
}

}  // namespace taskdock::api
