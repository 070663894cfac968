// SPDX-License-Identifier: Apache-2.0
// Log: the operational log, one JSON object a line. An event has a constant name and attributes
// whose types are closed (see Attribute): there is no way from a std::string, a const char*, a
// Sensitive value or an id that points at a person, so a leak does not compile. Owned by main;
// thread-safe; callers never wait for the reader of the log: a full queue drops the line, and the
// number of dropped lines is itself a line. A crash loses what is queued, which is harmless: this
// is never the register of disclosures.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <variant>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/core/time.h"

namespace relais::ops {

// A text from a closed set that is not a Constant: the constants that other rooms hand over as
// string_view, and trace ids.
class Token {
 public:
  // `text` lives as long as the process: a method of the authorisation table, a status code's
  // name, a constant message. The caller answers for it; a test finds every use by this name.
  static constexpr Token of_static(std::string_view text) { return Token(text); }
  // A W3C trace id: exactly 32 lower-case hex digits, copied; nullopt for anything else.
  static std::optional<Token> trace_id(std::string_view text);

  std::string_view view() const {
    return hex_[0] == 0 ? static_text_ : std::string_view(hex_.data(), hex_.size());
  }

 private:
  constexpr explicit Token(std::string_view text) : static_text_(text) {}
  std::string_view static_text_;
  std::array<char, 32> hex_{};
};

namespace detail {
template <class T>
inline constexpr bool kLoggableId = false;
template <class Tag>
inline constexpr bool kLoggableId<Id<Tag>> = Tag::loggable;
template <class T>
inline constexpr bool kDuration = false;
template <class Rep, class Period>
inline constexpr bool kDuration<std::chrono::duration<Rep, Period>> = true;
template <class T>
inline constexpr bool kNumber = std::floating_point<T> ||
                                (std::integral<T> && sizeof(T) >= sizeof(int16_t) &&
                                 !std::same_as<T, wchar_t> && !std::same_as<T, char16_t> &&
                                 !std::same_as<T, char32_t>);
}  // namespace detail

// What an attribute's value may be. Exact types: nothing converts on its way in. Characters are not
// numbers here, so that no text can be spelt out of them.
template <class T>
concept LoggableValue =
    std::same_as<T, Constant> || std::same_as<T, Token> || std::same_as<T, bool> ||
    std::same_as<T, Fault> || detail::kNumber<T> || detail::kDuration<T> || detail::kLoggableId<T>;

// A name and a value. Durations are written in seconds, so their names end in _seconds. A Fault is
// written as {"kind", "message", "where"}; `where` names a field, file or identifier.
class Attribute {
 public:
  template <LoggableValue T>
  Attribute(Constant name, const T& value) : name_(name), value_(box(value)) {}

  // Appends `"name":value`.
  void append_to(std::string& line) const;

 private:
  struct FaultText {
    std::string_view kind;
    std::string_view message;
    std::string where;
  };
  using Value = std::variant<bool, int64_t, uint64_t, double, std::string_view, Token, std::string,
                             FaultText>;

  template <class T>
  static Value box(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      return value;
    } else if constexpr (std::same_as<T, Constant>) {
      return value.view();
    } else if constexpr (std::same_as<T, Token>) {
      return value;
    } else if constexpr (std::same_as<T, Fault>) {
      return fault_text(value);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<double>(value);
    } else if constexpr (std::signed_integral<T>) {
      return static_cast<int64_t>(value);
    } else if constexpr (std::unsigned_integral<T>) {
      return static_cast<uint64_t>(value);
    } else if constexpr (detail::kDuration<T>) {
      return std::chrono::duration<double>(value).count();
    } else {
      return value.text();
    }
  }
  static FaultText fault_text(const Fault& fault);

  Constant name_;
  Value value_;
};

enum class Level { info, warning, error };

struct LogSettings {
  Level least = Level::info;  // quieter levels are not written
  size_t most_queued = 8192;  // lines; more than that waiting are dropped
  int descriptor = 1;         // where lines go; stdout
};

class Log {
 public:
  Log(Clock& clock, const LogSettings& settings);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();  // stops

  void info(Constant event, std::initializer_list<Attribute> attributes = {}) {
    write(Level::info, event, attributes);
  }
  void warning(Constant event, std::initializer_list<Attribute> attributes = {}) {
    write(Level::warning, event, attributes);
  }
  void error(Constant event, std::initializer_list<Attribute> attributes = {}) {
    write(Level::error, event, attributes);
  }

  // Returns when everything queued before the call was written or could not be.
  void flush();
  // Writes what is queued and ends the thread. Later lines are dropped. May be called again.
  void stop();
  // Lines lost since the start: queue full, descriptor broken, or stopped.
  uint64_t dropped() const;

 private:
  void write(Level level, Constant event, std::initializer_list<Attribute> attributes);
  std::string format(Level level, Constant event, std::initializer_list<Attribute> attributes);
  void run();
  bool put(std::string_view line) const;

  Clock& clock_;
  const LogSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable written_;
  std::deque<std::string> queue_;
  bool writing_ = false;
  bool stopping_ = false;
  uint64_t dropped_ = 0;
  uint64_t dropped_told_ = 0;
  std::mutex joining_;
  std::thread thread_;
};

// "info", "warning", "error", as in node.toml; nullopt for anything else.
std::optional<Level> level_of(std::string_view name);

}  // namespace relais::ops
