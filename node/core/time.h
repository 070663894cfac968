// SPDX-License-Identifier: Apache-2.0
// Instants (UTC, milliseconds) and civil dates, and the clock as a port: core and flow never read
// the system's clock themselves, so tests and the simulator own time.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace relais {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

inline int64_t unix_ms(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant from_unix_ms(int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

// A civil date without a zone. Ordered; always a real calendar day.
class Date {
 public:
  static std::optional<Date> of(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month},
                                          std::chrono::day{day}};
    if (!ymd.ok()) return std::nullopt;
    return Date{ymd};
  }
  // Exactly "YYYY-MM-DD".
  static std::optional<Date> parse(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int parts[3] = {0, 0, 0};
    const size_t starts[3] = {0, 5, 8};
    const size_t ends[3] = {4, 7, 10};
    for (int p = 0; p < 3; ++p) {
      for (size_t i = starts[p]; i < ends[p]; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        parts[p] = parts[p] * 10 + (text[i] - '0');
      }
    }
    return of(parts[0], static_cast<unsigned>(parts[1]), static_cast<unsigned>(parts[2]));
  }
  static Date of(Instant instant) {
    return Date{std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(instant)}};
  }
  // Days since 1970-01-01; what comparisons in law packs use.
  int32_t days() const {
    return static_cast<int32_t>(std::chrono::sys_days{ymd_}.time_since_epoch().count());
  }
  Date plus_days(int n) const {
    return Date{std::chrono::year_month_day{std::chrono::sys_days{ymd_} + std::chrono::days{n}}};
  }
  Instant start() const { return Instant{std::chrono::sys_days{ymd_}}; }
  std::string text() const {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(ymd_.year()),
                  static_cast<unsigned>(ymd_.month()), static_cast<unsigned>(ymd_.day()));
    return buffer;
  }
  friend bool operator==(const Date&, const Date&) = default;
  friend std::strong_ordering operator<=>(const Date& a, const Date& b) {
    return a.days() <=> b.days();
  }

 private:
  explicit Date(std::chrono::year_month_day ymd) : ymd_(ymd) {}
  std::chrono::year_month_day ymd_;
};

// Port. Thread-safe. May go backwards: order comes from the ledger, never from here.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

}  // namespace relais
