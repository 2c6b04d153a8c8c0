#pragma once

#include <memory>
#include <optional>

/// Standard input, where a person or a program answers.
namespace taskdock::system {

/// Whether standard input is a terminal.
bool input_is_terminal() noexcept;

/// The next byte of standard input, waiting for it; nothing at its end. Throws std::system_error.
std::optional<char> read_input_byte();

/// While this exists, the terminal does not show what is typed, but for the ends of lines. A signal
/// that ends or stops the process makes it shown meanwhile. There may be one at a time.
class HiddenTyping {
 public:
  /// Throws std::system_error if the terminal does not allow it.
  HiddenTyping();
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;
  /// Discards what is left of a long answer, so that it does not end up in a shell.
  ~HiddenTyping();

 private:
  struct SignalHandlers;
  std::unique_ptr<SignalHandlers> before_;
};

}  // namespace taskdock::system
