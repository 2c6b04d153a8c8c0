#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "api/call.h"
#include "api/response.h"
#include "security/digest.h"
#include "store/changes.h"
#include "support/clock.h"

/// Requests that may be sent again without being done again
/// (draft-ietf-httpapi-idempotency-key-header).
namespace taskdock::api {

/// The key that the request of `call` has, if any. What is wrong with it is added to the call's
/// faults.
std::optional<std::string> read_idempotency_key(Call& call);

/// A request with a key, in the change that it makes. Neither the key nor the answer may be logged.
class KeyedRequest {
 public:
  /// Both must outlive this. The body of `call` must have been received.
  KeyedRequest(const Call& call, const std::string& key);

  /// The answer that this request had before, if it had one. Its body is no larger than the handler
  /// has to expect of any answer to this request. Throws ValidationError if another request had
  /// this key.
  std::optional<Response> find_answer(store::Changes& changes) const;

  /// Keeps `answer`, a success whose body is a text.
  void keep(store::Changes& changes, const Response& answer) const;

 private:
  const support::Uuid& user_;
  const std::string& key_;
  const security::Digest hash_;  // of what must be the same
  const support::Timestamp now_;
};

/// The answer to `call`, which makes one change: `answer_to(result)` of what `work(Changes&)`
/// returns. With a key all of it is done once: then the answer is made in the change, and kept with
/// its effects, and the same request gets it again. Neither may wait for anything. Without one the
/// answer is made after the change, so that no other waits for that. `size` is that of the work.
template <class Work, class AnswerTo>
Response change_once(const Call& call, const std::optional<std::string>& key, Work work,
                     AnswerTo answer_to, store::ChangeSize size = store::ChangeSize::usual) {
  store::Store& store = call.services.store;
  if (!key) return answer_to(store.change(std::move(work), size));
  const KeyedRequest request(call, *key);
  return store.change(
      [&](store::Changes& changes) {
        if (auto known = request.find_answer(changes)) return *std::move(known);
        Response answer = answer_to(work(changes));
        request.keep(changes, answer);
        return answer;
      },
      std::max(size, store::ChangeSize::usual));
}

}  // namespace taskdock::api
