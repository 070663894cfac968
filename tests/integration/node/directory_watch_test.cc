// SPDX-License-Identifier: Apache-2.0
// The node looks after its directory by itself: asks a real web server and a peer in turn, takes
// what is newer, keeps what it has when somebody brings anything else or nobody answers, and warns
// before the end.
#include "node/directory_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>

#include "node/web/http.h"
#include "tests/support/certificates.h"
#include "tests/unit/ops/directory_texts.h"

namespace relais {
namespace {

using ops::kFirst;
using ops::kSecond;
using ops::replaced;
using ops::signed_by;
using ops::text_of;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class HandClock final : public Clock {
 public:
  Instant now() override { return time; }
  Instant time = Date::parse("2026-11-23")->start();
};

// A web server that hands out whatever was put there last, and may be away.
class NoteServer {
 public:
  NoteServer() { start("127.0.0.1:0"); }
  void put(const std::string& note) {
    const std::lock_guard lock(mutex_);
    note_ = note;
  }
  void go_away() { server_.reset(); }
  void come_back() { start("127.0.0.1:" + std::to_string(port_)); }
  int asked() const { return asked_; }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/directory.note";
  }

 private:
  void start(const std::string& where) {
    web::Routes routes{{"/directory.note", [this] {
                          ++asked_;
                          const std::lock_guard lock(mutex_);
                          return web::Response{200, "text/plain; charset=utf-8", note_};
                        }}};
    auto server = web::HttpServer::start({where}, std::move(routes));
    ASSERT_TRUE(server.has_value()) << server.error().where;
    server_ = std::move(*server);
    port_ = server_->port();
  }
  std::mutex mutex_;
  std::string note_;
  std::atomic<int> asked_{0};
  uint16_t port_ = 0;
  std::unique_ptr<web::HttpServer> server_;
};

struct Peer final : flow::PeerDirectories {
  Result<std::string> directory(const PeerAddress& peer, int64_t known) override {
    asked.push_back(peer.endpoint + " " + std::to_string(known));
    return answer();
  }
  std::vector<std::string> asked;
  std::function<Result<std::string>()> answer = [] { return Result<std::string>(""); };
};

struct DirectoryWatching : testing::Test {
  DirectoryWatching() {
    config.agency.id = "a";
    config.agency.federation = "test";
    config.directory.path = folder.file("directory.note");
    config.directory.threshold = 2;
    config.directory.urls = {web.url()};
    config.directory.fetch_seconds = 0;  // each call is a turn; the pace has a test of its own
    config.directory.grace_hours = 48;
    put(note(2));
    const auto opened = watch.open(ops::stewards(), ops::words(),
                                   [](int64_t, const Digest&) { return Result<void>(); });
    EXPECT_TRUE(opened.has_value()) << opened.error().message.view();
  }
  ~DirectoryWatching() override {
    log.stop();
    ::close(log_file);
  }
  static std::string note(int version) { return signed_by(text_of(version), {kFirst, kSecond}); }
  static std::string ending(int version, const std::string& day) {
    return signed_by(replaced(text_of(version), "2026-12-31", day), {kFirst, kSecond});
  }
  void put(const std::string& bytes) {
    std::ofstream(config.directory.path, std::ios::binary) << bytes;
  }
  static std::string bytes_of(const std::string& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  }
  std::string on_disk() const { return bytes_of(config.directory.path); }
  // What was logged since the last call.
  std::string logged() {
    log.flush();
    const std::string all = bytes_of(folder.file("log"));
    return all.substr(std::exchange(read, all.size()));
  }
  double metric(const std::string& name) const {
    const std::string page = "\n" + metrics.expose();
    const size_t at = page.find("\n" + name + " ");
    EXPECT_NE(at, std::string::npos) << name;
    return at == std::string::npos ? -1 : std::atof(page.c_str() + at + name.size() + 2);
  }
  double refusals(const std::string& reason) const {
    return metric("relais_directory_refused_total{reason=\"" + reason + "\"}");
  }
  int64_t turn() {
    watch.fetch_in_turn(peer);
    return watch.current()->version;
  }

  test::TestFolder folder;
  NoteServer web;
  Peer peer;
  HandClock clock;
  ops::Config config;
  const int log_file = ::open(folder.file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ops::Log log{clock, {.descriptor = log_file}};
  ops::Metrics metrics{{}, "0.1.0"};
  size_t read = 0;
  DirectoryWatch watch{config, log, metrics, clock};
};

TEST_F(DirectoryWatching,
       a_newer_one_on_the_web_is_in_force_and_in_the_file_without_anybodys_doing) {
  web.put(note(3));
  EXPECT_EQ(turn(), 3);
  EXPECT_EQ(on_disk(), note(3));
  EXPECT_EQ(watch.note(), note(3));
  EXPECT_THAT(logged(), HasSubstr("\"event\":\"directory_in_force\",\"version\":3"));
  EXPECT_EQ(metric("relais_directory_fetch_timestamp_seconds"), unix_ms(clock.time) / 1000);
  EXPECT_EQ(turn(), 3);  // the same one again is no news
  EXPECT_EQ(logged(), "");
}

TEST_F(DirectoryWatching, a_newer_one_comes_from_a_peer_which_is_told_what_is_known) {
  config.directory.urls.clear();
  config.directory.peers = {"b"};
  EXPECT_EQ(turn(), 2);  // it has none that is newer
  EXPECT_EQ(logged(), "");
  peer.answer = [] { return Result<std::string>(note(3)); };
  EXPECT_EQ(turn(), 3);
  EXPECT_EQ(on_disk(), note(3));
  EXPECT_THAT(peer.asked, testing::ElementsAre("host:1 2", "host:1 2"));
}

TEST_F(DirectoryWatching, whatever_else_is_brought_is_refused_counted_said_and_the_old_one_stays) {
  const std::string forged = replaced(note(3), "host:1", "host:9");
  const std::string foreign =
      replaced(replaced(text_of(3, "other"), "spiffe://test/agency/a", "spiffe://other/agency/a"),
               "spiffe://test/agency/b", "spiffe://other/agency/b");
  const std::vector<std::pair<std::string, std::string>> brought{
      {note(1), "older"},
      {signed_by(replaced(text_of(2), "host:1", "host:9"), {kFirst, kSecond}), "older"},
      {forged, "not_signed"},
      {signed_by(text_of(3), {kFirst}), "not_signed"},
      {signed_by(text_of(3), {kFirst, kFirst}), "not_signed"},
      {"<html>not found</html>", "not_signed"},
      {ending(3, "2026-11-22"), "expired"},
      {signed_by(text_of(3) + "unknown = 1\n", {kFirst, kSecond}), "unusable"},
      {signed_by(foreign, {kFirst, kSecond}), "foreign"}};
  for (const auto& [bytes, reason] : brought) {
    web.put(bytes);
    const double before = refusals(reason);
    EXPECT_EQ(turn(), 2) << reason;
    EXPECT_EQ(refusals(reason), before + 1) << reason;
    EXPECT_EQ(on_disk(), note(2)) << reason;
    const std::string said = logged();
    EXPECT_THAT(said, HasSubstr("\"event\":\"directory_refused\",\"reason\":\"" + reason + "\""));
    EXPECT_THAT(said, HasSubstr("\"event\":\"directory_not_fetched\"")) << reason;
    EXPECT_TRUE(watch.look()) << reason;  // and goes on serving
  }
  web.put(note(3));
  EXPECT_EQ(turn(), 3);
}

TEST_F(DirectoryWatching, a_place_that_is_away_is_said_and_asked_again_after_the_others) {
  config.directory.peers = {"b", "gone"};
  web.put(note(4));
  web.go_away();
  peer.answer = [] { return Result<std::string>(note(3)); };
  EXPECT_EQ(turn(), 2);
  EXPECT_THAT(logged(), HasSubstr("\"event\":\"directory_not_fetched\",\"fault\":{"
                                  "\"kind\":\"unavailable\""));
  EXPECT_TRUE(std::isnan(metric("relais_directory_fetch_timestamp_seconds")));  // nobody answered
  EXPECT_EQ(turn(), 3);
  logged();
  EXPECT_EQ(turn(), 3);  // a peer that the directory does not list
  EXPECT_THAT(logged(), HasSubstr("\"kind\":\"not_found\""));
  web.come_back();
  EXPECT_EQ(turn(), 4);
}

TEST_F(DirectoryWatching, a_server_that_is_there_and_has_none_is_said) {
  config.directory.urls = {web.url() + "s"};
  EXPECT_EQ(turn(), 2);
  EXPECT_THAT(logged(), HasSubstr("the web server has no directory there"));
}

TEST_F(DirectoryWatching, between_two_questions_lies_the_time_that_was_set) {
  config.directory.fetch_seconds = 1;
  web.put(note(2));
  for (int i = 0; i < 50; ++i) turn();
  EXPECT_EQ(web.asked(), 1);
  std::this_thread::sleep_for(milliseconds{1050});
  for (int i = 0; i < 50; ++i) turn();
  EXPECT_EQ(web.asked(), 2);
}

// The directory ends on 2026-12-31 at 12:30.
TEST_F(DirectoryWatching, it_warns_once_when_less_than_the_grace_is_left_and_a_renewal_ends_that) {
  const Instant end = watch.current()->expires;
  clock.time = end - hours{48};
  EXPECT_TRUE(watch.look());
  EXPECT_EQ(metric("relais_directory_ends_soon"), 0);
  EXPECT_EQ(metric("relais_directory_expiry_timestamp_seconds"), unix_ms(end) / 1000);
  EXPECT_EQ(logged(), "");
  clock.time = end - hours{48} + seconds{1};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(watch.look());
  EXPECT_EQ(metric("relais_directory_ends_soon"), 1);
  const std::string said = logged();
  EXPECT_THAT(said, HasSubstr("\"level\":\"warning\",\"event\":\"directory_ends_soon\","
                              "\"version\":2,\"left_seconds\":172799"));
  EXPECT_EQ(said.find('\n'), said.size() - 1) << "once";
  web.put(ending(3, "2027-12-31"));
  EXPECT_EQ(turn(), 3);
  EXPECT_TRUE(watch.look());
  EXPECT_EQ(metric("relais_directory_ends_soon"), 0);
  logged();
  clock.time = watch.current()->expires - hours{1};
  EXPECT_TRUE(watch.look());
  EXPECT_THAT(logged(), HasSubstr("\"event\":\"directory_ends_soon\",\"version\":3"));
}

TEST_F(DirectoryWatching, at_its_end_it_is_over_until_a_living_one_comes) {
  const Instant end = watch.current()->expires;
  clock.time = end - milliseconds{1};
  EXPECT_TRUE(watch.look());
  clock.time = end;
  EXPECT_FALSE(watch.look());
  EXPECT_EQ(metric("relais_directory_ends_soon"), 1);
  web.put(ending(3, "2026-12-30"));  // another that has ended is no help
  EXPECT_EQ(turn(), 2);
  EXPECT_FALSE(watch.look());
  web.put(ending(4, "2027-12-31"));
  EXPECT_EQ(turn(), 4);
  EXPECT_TRUE(watch.look());
  EXPECT_EQ(metric("relais_directory_ends_soon"), 0);
}

}  // namespace
}  // namespace relais
