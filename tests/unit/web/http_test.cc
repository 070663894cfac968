// SPDX-License-Identifier: Apache-2.0
// The HTTP server over real sockets: what it answers, what it refuses, and that it is bounded.
#include "node/web/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/web/log_pages.h"
#include "node/web/ops_pages.h"

namespace relais::web {
namespace {

// One connection to the server on this host; reads until it is closed or nothing comes for a while.
class Client {
 public:
  explicit Client(uint16_t port, const char* from = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in source{};
    source.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, from, &source.sin_addr), 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&source), sizeof source), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }
  // False: the server closed the connection.
  bool say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      text.remove_prefix(static_cast<size_t>(size));
    }
    return true;
  }
  std::string hear(std::chrono::milliseconds patience = std::chrono::seconds(5)) const {
    const timeval limit{patience.count() / 1000, patience.count() % 1000 * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string all;
    char some[4096];
    ssize_t size = 0;
    while ((size = ::recv(socket_, some, sizeof some, 0)) > 0) {
      all.append(some, static_cast<size_t>(size));
    }
    ended_ = size == 0;
    return all;
  }
  bool ended() const { return ended_; }  // by the server, not by our patience

 private:
  int socket_;
  mutable bool ended_ = false;
};

std::string request(uint16_t port, const std::string& method, const std::string& path,
                    const std::string& more = "") {
  const Client client(port);
  client.say(method + " " + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + more +
             "\r\n");
  return client.hear();
}

std::unique_ptr<HttpServer> serve(Routes routes, HttpSettings settings = {},
                                  Sections sections = {}) {
  if (settings.listen.empty()) settings.listen = "127.0.0.1:0";
  auto server = HttpServer::start(settings, std::move(routes), std::move(sections));
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

Routes one_page() {
  return {{"/page", [] { return Response{200, "text/plain; charset=utf-8", "hello\n"}; }}};
}

TEST(HttpServer, an_exact_path_is_answered_with_its_page_and_strict_headers) {
  const auto server = serve(one_page());
  ASSERT_NE(server->port(), 0);
  const std::string reply = request(server->port(), "GET", "/page?x=1");
  EXPECT_EQ(reply.rfind("HTTP/1.1 200 ", 0), 0U) << reply;
  EXPECT_NE(reply.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(reply.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_NE(reply.find("\r\n\r\nhello\n"), std::string::npos);
}

TEST(HttpServer, any_other_path_gets_a_constant_404_that_echoes_nothing) {
  const auto server = serve(one_page());
  for (const char* path : {"/", "/page/", "/pagex", "/Amina", "/%2e%2e/page", "/page%00"}) {
    const std::string reply = request(server->port(), "GET", path);
    EXPECT_EQ(reply.rfind("HTTP/1.1 404 ", 0), 0U) << path << "\n" << reply;
    EXPECT_EQ(reply.find("Amina"), std::string::npos);
  }
}

TEST(HttpServer, only_get_is_answered_and_no_body_is_ever_read) {
  const auto server = serve(one_page());
  for (const char* method : {"HEAD", "PUT", "DELETE", "OPTIONS"}) {
    const std::string reply = request(server->port(), method, "/page");
    EXPECT_EQ(reply.rfind("HTTP/1.1 405 ", 0), 0U) << method << "\n" << reply;
    EXPECT_NE(reply.find("Allow: GET\r\n"), std::string::npos);
  }
  const std::string reply =
      request(server->port(), "POST", "/page", "Content-Length: 1000000000\r\n");
  EXPECT_EQ(reply.rfind("HTTP/1.1 405 ", 0), 0U) << reply;
}

TEST(HttpServer, headers_beyond_the_memory_of_a_connection_are_refused) {
  const auto server = serve(one_page(), {.connection_memory_bytes = 4096});
  const std::string reply =
      request(server->port(), "GET", "/page", "X-Long: " + std::string(100'000, 'a') + "\r\n");
  EXPECT_EQ(reply.find("hello"), std::string::npos);
  EXPECT_NE(request(server->port(), "GET", "/page").find("hello"), std::string::npos);
}

TEST(HttpServer, a_body_that_never_ends_is_not_read_for_ever) {
  std::atomic<int> given{0};
  Inlets inlets;
  inlets["/add"] = [&](std::string_view /*body*/) {
    ++given;
    return Response{200};
  };
  const auto server = HttpServer::start({"127.0.0.1:0"}, {}, {}, std::move(inlets)).value();
  const Client client(server->port());
  client.say("POST /add HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  int taken = 0;
  while (taken < 1000 && client.say(chunk)) ++taken;
  EXPECT_LT(taken, 1000) << "64 MB, and it still listened";
  EXPECT_EQ(given, 0);
}

TEST(HttpServer, a_connection_that_says_nothing_is_closed) {
  const auto server = serve(one_page(), {.idle = std::chrono::seconds(1)});
  const Client client(server->port());
  client.say("GET /pa");
  EXPECT_EQ(client.hear().find("hello"), std::string::npos);
  EXPECT_TRUE(client.ended());
}

TEST(HttpServer, a_connection_beyond_the_limit_is_not_served_before_one_within_it_ends) {
  const auto server = serve(one_page(), {.threads = 1, .connections = 2});
  std::vector<std::unique_ptr<Client>> seated;
  for (int i = 0; i < 2; ++i) {
    seated.push_back(std::make_unique<Client>(server->port()));
    seated.back()->say("GET /page HTTP/1.1\r\n");
  }
  ::usleep(100'000);  // until both are accepted
  const Client late(server->port());
  late.say("GET /page HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(late.hear(std::chrono::milliseconds(300)), "");
  seated[0]->say("Host: node\r\nConnection: close\r\n\r\n");
  EXPECT_NE(seated[0]->hear().find("hello"), std::string::npos);
  seated.clear();
  EXPECT_NE(request(server->port(), "GET", "/page").find("hello"), std::string::npos);
}

TEST(HttpServer, one_address_that_ends_no_request_leaves_connections_to_the_others) {
  const auto server = serve(one_page(), {.connections = 8, .connections_per_address = 4});
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 12; ++i) {
    slow.push_back(std::make_unique<Client>(server->port(), "127.0.0.2"));
    slow.back()->say("GET /page HTTP/1.1\r\n");
  }
  ::usleep(100'000);  // until those that may be are accepted
  EXPECT_NE(request(server->port(), "GET", "/page").find("hello"), std::string::npos);
}

TEST(HttpServer, an_address_that_is_none_or_is_taken_is_a_fault_that_names_it) {
  for (const char* address : {"", "7102", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                              "[127.0.0.1]:80", "node.example:80", "127.0.0.1:http", ":80"}) {
    const auto server = HttpServer::start({.listen = address}, one_page());
    ASSERT_FALSE(server.has_value()) << address;
    EXPECT_EQ(server.error().kind, FaultKind::invalid) << address;
    EXPECT_EQ(server.error().where, address);
  }
  const auto first = serve(one_page(), {.listen = "localhost:0"});
  const std::string taken = "127.0.0.1:" + std::to_string(first->port());
  const auto second = HttpServer::start({.listen = taken}, one_page());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, FaultKind::unavailable);
  EXPECT_EQ(second.error().message.view(), "the address is in use");
}

TEST(HttpServer, it_ends_at_once_with_connections_open) {
  auto server = serve(one_page(), {.idle = std::chrono::seconds(60)});
  const Client client(server->port());
  client.say("GET /page HTTP/1.1\r\n");
  const auto before = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST(OpsPages, ready_is_200_not_ready_is_503_and_alive_is_neither) {
  bool ready = false;
  const auto server = serve(ops_pages(
      {[] { return std::string("relais_build_info 1\n"); },
       [&] {
         return Readiness{ready, ready ? "{\"status\":\"ready\"}" : "{\"status\":\"failing\"}"};
       }}));
  EXPECT_EQ(request(server->port(), "GET", "/readyz").rfind("HTTP/1.1 503 ", 0), 0U);
  EXPECT_EQ(request(server->port(), "GET", "/livez").rfind("HTTP/1.1 200 ", 0), 0U);
  ready = true;
  const std::string reply = request(server->port(), "GET", "/readyz");
  EXPECT_EQ(reply.rfind("HTTP/1.1 200 ", 0), 0U);
  EXPECT_NE(reply.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(reply.find("{\"status\":\"ready\"}"), std::string::npos);
  const std::string metrics = request(server->port(), "GET", "/metrics");
  EXPECT_NE(metrics.find("Content-Type: text/plain; version=0.0.4"), std::string::npos);
  EXPECT_NE(metrics.find("\r\n\r\nrelais_build_info 1\n"), std::string::npos);
}

// A ledger whose pages say what was asked of them.
std::unique_ptr<HttpServer> serve_log(unsigned per_second) {
  LogSources sources;
  sources.origin = "current.example/2026";
  sources.checkpoint = [](const std::string& origin) -> Result<Bytes> {
    if (origin == "away.example") return fail(FaultKind::unavailable, "away");
    if (origin == "broken.example") return fail(FaultKind::corrupt, "broken");
    return "checkpoint of " + origin + "\n";
  };
  sources.tile = [](const std::string& origin, const ledger::TilePath& path) -> Result<Bytes> {
    if (path.index > 1) return fail(FaultKind::not_found, "no such tile");
    return print_tile_path(path) + " of " + origin;
  };
  return serve(one_page(), {}, log_pages(std::move(sources), per_second));
}

std::string status_of(const std::string& reply) { return reply.substr(9, 3); }

TEST(LogPages, a_watcher_reads_checkpoint_tiles_and_bundles_of_the_current_ledger) {
  const auto server = serve_log(1000);
  const std::string checkpoint = request(server->port(), "GET", "/checkpoint");
  EXPECT_NE(checkpoint.find("checkpoint of current.example/2026\n"), std::string::npos);
  EXPECT_NE(checkpoint.find("Content-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(checkpoint.find("Cache-Control: no-cache\r\n"), std::string::npos);
  const std::string tile = request(server->port(), "GET", "/tile/0/001");
  EXPECT_NE(tile.find("tile/0/001 of current.example/2026"), std::string::npos);
  EXPECT_NE(tile.find("Content-Type: application/octet-stream\r\n"), std::string::npos);
  EXPECT_NE(tile.find("Cache-Control: public, max-age=31536000, immutable\r\n"), std::string::npos);
  const std::string partial = request(server->port(), "GET", "/tile/entries/000.p/7");
  EXPECT_NE(partial.find("tile/entries/000.p/7 of"), std::string::npos);
  EXPECT_NE(partial.find("Cache-Control: public, max-age=3600\r\n"), std::string::npos);
}

TEST(LogPages, any_ledger_is_read_by_its_origin) {
  const auto server = serve_log(1000);
  for (const char* path : {"/ledger/old.example/disclosures/2025/checkpoint",
                           "/ledger/old.example/disclosures/2025/tile/1/000.p/3"}) {
    const std::string reply = request(server->port(), "GET", path);
    EXPECT_EQ(status_of(reply), "200") << path;
    EXPECT_NE(reply.find(" of old.example/disclosures/2025"), std::string::npos) << reply;
  }
  EXPECT_NE(request(server->port(), "GET", "/ledger/tile/0/x/tile/0/000").find("of tile/0/x"),
            std::string::npos);
}

TEST(LogPages, what_is_not_there_is_404_what_is_no_path_400_and_nothing_is_echoed) {
  const auto server = serve_log(1000);
  for (const char* path : {"/tile/0/002", "/checkpoint/Amina", "/ledger/", "/ledger/Amina",
                           "/ledger//checkpoint", "/ledger/checkpoint", "/tile"}) {
    const std::string reply = request(server->port(), "GET", path);
    EXPECT_EQ(status_of(reply), "404") << path;
    EXPECT_EQ(reply.find("Amina"), std::string::npos);
  }
  for (const char* path : {"/tile/", "/tile/0/1", "/tile/0/000.p/256", "/tile/0/../../etc",
                           "/tile/Amina", "/ledger/a.example/tile/64/000", "/tile/0/000/"}) {
    const std::string reply = request(server->port(), "GET", path);
    EXPECT_EQ(status_of(reply), "400") << path;
    EXPECT_EQ(reply.find("Amina"), std::string::npos);
  }
}

TEST(LogPages, more_than_the_pace_is_sent_away_and_probes_are_not) {
  const auto server = serve_log(3);
  int served = 0;
  std::string refused;
  for (int i = 0; i < 12; ++i) {
    const std::string reply = request(server->port(), "GET", "/checkpoint");
    status_of(reply) == "200" ? void(++served) : void(refused = reply);
    EXPECT_EQ(status_of(request(server->port(), "GET", "/page")), "200");
  }
  EXPECT_GE(served, 3);
  EXPECT_EQ(status_of(refused), "429");
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
}

TEST(LogPages, a_database_that_is_away_is_503_and_a_broken_ledger_500) {
  const auto server = serve_log(1000);
  const std::string away = request(server->port(), "GET", "/ledger/away.example/checkpoint");
  EXPECT_EQ(status_of(away), "503");
  EXPECT_NE(away.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(status_of(request(server->port(), "GET", "/ledger/broken.example/checkpoint")), "500");
}

}  // namespace
}  // namespace relais::web
