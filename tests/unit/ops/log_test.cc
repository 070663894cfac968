// SPDX-License-Identifier: Apache-2.0
// The operational log: what an attribute can never hold, the shape of a line, and that callers
// never wait for whoever reads it.
#include "node/ops/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "node/core/sensitive.h"

namespace relais::ops {
namespace {

template <class T>
constexpr bool kFits = std::is_constructible_v<Attribute, Constant, T>;

static_assert(kFits<Constant> && kFits<Token> && kFits<bool> && kFits<int> && kFits<uint64_t> &&
              kFits<double> && kFits<std::chrono::milliseconds> && kFits<Fault>);
static_assert(kFits<AgencyId> && kFits<DisclosureId> && kFits<ReferralId> && kFits<EntryId>);
static_assert(!kFits<std::string> && !kFits<std::string&> && !kFits<std::string_view>);
static_assert(!kFits<const char*> && !kFits<char*> && !kFits<const char (&)[4]> && !kFits<char>);
static_assert(!kFits<Sensitive<std::string>> && !kFits<Sensitive<int>> &&
              !kFits<Sensitive<AgencyId>>);
static_assert(!kFits<PersonId> && !kFits<PersonReference> && !kFits<Handle>);
static_assert(!kFits<void*> && !kFits<std::vector<std::string>>);
static_assert(!std::is_constructible_v<Token, std::string> &&
              !std::is_convertible_v<std::string_view, Token>);

class FixedClock final : public Clock {
 public:
  Instant now() override { return from_unix_ms(1'700'000'000'123); }
};

// A pipe whose reading end nobody empties until asked to.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    close_input();
  }
  int input() const { return ends_[1]; }
  void close_input() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  std::string read_some() const {
    std::string text(1 << 16, '\0');
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return text;
  }
  std::string read_all() {
    close_input();
    std::string all;
    for (std::string some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }

 private:
  int ends_[2] = {-1, -1};
};

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(Log, a_line_is_one_json_object_with_time_level_event_and_typed_attributes) {
  FixedClock clock;
  Pipe pipe;
  Log log(clock, {.descriptor = pipe.input()});
  const auto trace = Token::trace_id("0af7651916cd43dd8448eb211c80319c");
  ASSERT_TRUE(trace.has_value());
  log.info("call_answered", {{"method", Token::of_static("/relais.v1.DeskService/GetReferral")},
                             {"trace_id", *trace},
                             {"took_seconds", std::chrono::milliseconds(1500)},
                             {"entries", 7},
                             {"size", uint64_t{18'446'744'073'709'551'615U}},
                             {"ready", true},
                             {"ratio", 0.25},
                             {"peer", AgencyId("siao-69")},
                             {"version", Constant("0.1")}});
  log.stop();
  const auto lines = lines_of(pipe.read_all());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], nlohmann::json::parse(R"({
    "time": "2023-11-14T22:13:20.123Z", "level": "info", "event": "call_answered",
    "method": "/relais.v1.DeskService/GetReferral", "trace_id": "0af7651916cd43dd8448eb211c80319c",
    "took_seconds": 1.5, "entries": 7, "size": 18446744073709551615, "ready": true, "ratio": 0.25,
    "peer": "siao-69", "version": "0.1"})"));
}

TEST(Log, a_fault_is_its_kind_its_constant_message_and_its_place_on_one_line) {
  FixedClock clock;
  Pipe pipe;
  Log log(clock, {.descriptor = pipe.input()});
  const Fault fault{FaultKind::invalid, "unknown \"key\"", "node.toml:3:1\nnode.toml:4:1\x01\xff"};
  log.error("start_failed", {{"fault", fault}});
  log.error("start_failed", {{"fault", Fault{FaultKind::corrupt, "head", {}}}});
  log.stop();
  const auto lines = lines_of(pipe.read_all());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["fault"]["kind"], "invalid");
  EXPECT_EQ(lines[0]["fault"]["message"], "unknown \"key\"");
  EXPECT_EQ(lines[0]["fault"]["where"], "node.toml:3:1\nnode.toml:4:1??");
  EXPECT_EQ(lines[1]["fault"], nlohmann::json::parse(R"({"kind":"corrupt","message":"head"})"));
}

TEST(Log, only_a_well_formed_trace_id_becomes_a_token) {
  EXPECT_TRUE(Token::trace_id("0af7651916cd43dd8448eb211c80319c").has_value());
  EXPECT_FALSE(Token::trace_id("").has_value());
  EXPECT_FALSE(Token::trace_id("0AF7651916CD43DD8448EB211C80319C").has_value());
  EXPECT_FALSE(Token::trace_id("0af7651916cd43dd8448eb211c80319").has_value());
  EXPECT_FALSE(Token::trace_id("Amina Diallo, +33 6 12 34 56 78 ").has_value());
}

TEST(Log, a_quieter_level_than_asked_for_is_not_written) {
  FixedClock clock;
  Pipe pipe;
  Log log(clock, {.least = *level_of("warning"), .descriptor = pipe.input()});
  log.info("one");
  log.warning("two");
  log.error("three");
  log.stop();
  const auto lines = lines_of(pipe.read_all());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["event"], "two");
  EXPECT_EQ(lines[1]["level"], "error");
  EXPECT_FALSE(level_of("verbose").has_value());
}

TEST(Log, a_reader_that_stalls_costs_lines_but_never_a_callers_time_and_the_loss_is_told) {
  FixedClock clock;
  Pipe pipe;
  ASSERT_GT(::fcntl(pipe.input(), F_SETPIPE_SZ, 4096), 0);
  Log log(clock, {.most_queued = 10, .descriptor = pipe.input()});
  for (int i = 0; i < 1000; ++i) log.info("tick", {{"number", i}});  // returns: nothing waits
  const uint64_t dropped = log.dropped();
  EXPECT_GT(dropped, 800U);
  std::string text;
  std::thread reader([&] {
    for (std::string some = pipe.read_some(); !some.empty(); some = pipe.read_some()) text += some;
  });
  log.stop();
  pipe.close_input();
  reader.join();
  uint64_t ticks = 0;
  uint64_t told = 0;
  for (const auto& line : lines_of(text)) {
    if (line["event"] == "tick") ++ticks;
    if (line["event"] == "log_lines_dropped") told += line["lines"].get<uint64_t>();
  }
  EXPECT_EQ(told, dropped);
  EXPECT_EQ(ticks + dropped, 1000U);
}

TEST(Log, flush_returns_when_what_was_queued_is_written) {
  FixedClock clock;
  Pipe pipe;
  Log log(clock, {.descriptor = pipe.input()});
  log.info("one");
  log.flush();
  EXPECT_EQ(lines_of(pipe.read_some()).size(), 1U);
  log.stop();
  log.info("after the end");
  EXPECT_EQ(log.dropped(), 1U);
}

TEST(Log, a_broken_descriptor_ends_nothing_and_is_counted) {
  FixedClock clock;
  Log log(clock, {.descriptor = -1});
  log.info("one");
  log.flush();
  log.stop();
  EXPECT_EQ(log.dropped(), 1U);
}

}  // namespace
}  // namespace relais::ops
