#include <cstdint>

#include "store/sqlite/task_list_sql.h"

namespace taskdock::store::sqlite {

namespace {

/// A number in which each value has bits of its own.
class Bits {
 public:
  template <class Value>
  Bits& add(Value value, int width) {
    bits_ = bits_ << width | static_cast<std::uint64_t>(value);
    return *this;
  }
  std::uint64_t bits() const { return bits_; }

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace

std::uint64_t TaskSelection::shape() const {
  return Bits()
      .add(way, 2)
      .add(part, 2)
      .add(driver, 3)
      .add(completed.has_value(), 1)
      .add(order.key, 3)
      .add(order.descending, 1)
      .add(after != nullptr, 1)
      .add(after != nullptr && after->value.index() != 0, 1)
      .add(tag_keys.size(), 5)
      .add(without_tag_keys.size(), 5)
      .add(filter->priorities.value_or(0), value_count<Priority> + 1)
      .add(filter->has_due_date ? 1 + int{*filter->has_due_date} : 0, 2)
      .add(filter->due_before.has_value(), 1)
      .add(filter->due_from.has_value(), 1)
      .add(filter->updated_since.has_value(), 1)
      .add(!match.empty(), 1)
      .add(match_is_slow, 1)
      .bits();
}

}  // namespace taskdock::store::sqlite
