// SPDX-License-Identifier: Apache-2.0
#include "node/ops/log.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <utility>

#include "node/ops/json_text.h"

namespace relais::ops {
namespace {

// A `where` longer than this is cut: the log is for finding the place, not for carrying a file.
constexpr size_t kLongestWhere = 512;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::invalid:
      return "invalid";
    case FaultKind::not_found:
      return "not_found";
    case FaultKind::already_exists:
      return "already_exists";
    case FaultKind::precondition:
      return "precondition";
    case FaultKind::unauthenticated:
      return "unauthenticated";
    case FaultKind::forbidden:
      return "forbidden";
    case FaultKind::exhausted:
      return "exhausted";
    case FaultKind::unavailable:
      return "unavailable";
    case FaultKind::deadline:
      return "deadline";
    case FaultKind::in_doubt:
      return "in_doubt";
    case FaultKind::corrupt:
      return "corrupt";
    case FaultKind::internal:
      return "internal";
  }
  return "internal";
}

template <class Number>
void append_number(std::string& line, Number number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  line.append(digits.data(), end);
}

struct Append {
  std::string& line;
  void operator()(bool value) const { line.append(value ? "true" : "false"); }
  void operator()(int64_t value) const { append_number(line, value); }
  void operator()(uint64_t value) const { append_number(line, value); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      line.append("null");  // JSON has no NaN
      return;
    }
    append_number(line, value);
  }
  void operator()(std::string_view value) const { append_json_text(line, value); }
  void operator()(const std::string& value) const { append_json_text(line, value); }
  void operator()(const Token& value) const { append_json_text(line, value.view()); }
  template <class FaultText>
  void operator()(const FaultText& fault) const {
    line.append("{\"kind\":");
    append_json_text(line, fault.kind);
    line.append(",\"message\":");
    append_json_text(line, fault.message);
    if (!fault.where.empty()) {
      line.append(",\"where\":");
      append_json_text(line, fault.where);
    }
    line.push_back('}');
  }
};

// RFC 3339 in UTC with milliseconds.
void append_time(std::string& line, Instant now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::hh_mm_ss time{now - day};
  std::array<char, 32> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "\"%sT%02d:%02d:%02d.%03dZ\"", Date::of(now).text().c_str(),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  line.append(text.data(), std::min(static_cast<size_t>(size), text.size() - 1));
}

}  // namespace

std::optional<Token> Token::trace_id(std::string_view text) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  Token token{std::string_view{}};
  if (text.size() != token.hex_.size() || !std::all_of(text.begin(), text.end(), hex)) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), token.hex_.begin());
  return token;
}

std::optional<Level> level_of(std::string_view name) {
  for (const Level level : {Level::info, Level::warning, Level::error}) {
    if (name_of(level) == name) return level;
  }
  return std::nullopt;
}

Attribute::FaultText Attribute::fault_text(const Fault& fault) {
  return {name_of(fault.kind), fault.message.view(), fault.where.substr(0, kLongestWhere)};
}

void Attribute::append_to(std::string& line) const {
  append_json_text(line, name_.view());
  line.push_back(':');
  std::visit(Append{line}, value_);
}

Log::Log(Clock& clock, const LogSettings& settings)
    : clock_(clock), settings_(settings), thread_([this] { run(); }) {}

Log::~Log() { stop(); }

void Log::write(Level level, Constant event, std::initializer_list<Attribute> attributes) {
  if (level < settings_.least) return;
  std::string line = format(level, event, attributes);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= settings_.most_queued) {
      ++dropped_;
      return;
    }
    queue_.push_back(std::move(line));
  }
  arrived_.notify_one();
}

std::string Log::format(Level level, Constant event, std::initializer_list<Attribute> attributes) {
  std::string line = "{\"time\":";
  line.reserve(256);
  append_time(line, clock_.now());
  line.append(",\"level\":");
  append_json_text(line, name_of(level));
  line.append(",\"event\":");
  append_json_text(line, event.view());
  for (const Attribute& attribute : attributes) {
    line.push_back(',');
    attribute.append_to(line);
  }
  line.append("}\n");
  return line;
}

// The only thread that writes. What it took is gone from the queue, so `writing_` says whether a
// flush still has to wait. Lines lost while it wrote are told with the next batch, or at the end.
void Log::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const uint64_t lost = dropped_ - dropped_told_;
    if (queue_.empty() && lost == 0) return;
    dropped_told_ = dropped_;
    std::deque<std::string> taken;
    taken.swap(queue_);
    writing_ = true;
    lock.unlock();
    if (lost > 0) put(format(Level::warning, "log_lines_dropped", {Attribute("lines", lost)}));
    uint64_t failed = 0;
    for (const std::string& line : taken) failed += put(line) ? 0U : 1U;
    lock.lock();
    dropped_ += failed;
    writing_ = false;
    written_.notify_all();
  }
}

// False when the descriptor is broken; the line is lost then.
bool Log::put(std::string_view line) const {
  while (!line.empty()) {
    const ssize_t size = ::write(settings_.descriptor, line.data(), line.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    line.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

void Log::flush() {
  std::unique_lock lock(mutex_);
  written_.wait(lock, [this] { return queue_.empty() && !writing_; });
}

void Log::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  const std::lock_guard joining(joining_);
  if (thread_.joinable()) thread_.join();
}

uint64_t Log::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace relais::ops
