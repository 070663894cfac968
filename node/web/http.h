// SPDX-License-Identifier: Apache-2.0
// HttpServer: a few fixed pages over plain HTTP/1.1, for probes and scrapers on the host or behind
// the cluster's own walls; it never carries a person's data. Everything is bounded: threads,
// connections, memory and idle time of each. Paths as they were sent; GET, and POST to the few
// paths that take a body, whose bytes a page judges; what a caller sends is never echoed or logged.
// Owned by main; pages run on the server's threads, several at once, and must not throw (a page
// that does ends the process). A crash leaves nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "node/core/result.h"

struct MHD_Daemon;

namespace relais::web {

struct Response {
  unsigned status = 200;  // HTTP status code
  Constant type = "text/plain; charset=utf-8";
  std::string body = {};
  Constant cache = "no-store";  // Cache-Control
  unsigned retry_after_s = 0;   // 0: says nothing of it
};

using Page = std::function<Response()>;
using Routes = std::map<std::string, Page, std::less<>>;  // by exact path, without query
// Whatever begins with a path, given whole. The longest beginning answers.
using Section = std::function<Response(std::string_view path)>;
using Sections = std::map<std::string, Section, std::less<>>;

// What takes a body, by exact path; larger than kMostBodyBytes is 413 and never given whole.
using Inlet = std::function<Response(std::string_view body)>;
using Inlets = std::map<std::string, Inlet, std::less<>>;
inline constexpr size_t kMostBodyBytes = 64 * 1024;
inline constexpr size_t kMostReadBytes = 1024 * 1024;  // beyond that the connection is closed

struct HttpSettings {
  std::string listen = {};  // "127.0.0.1:7102", "[::1]:7102", "localhost:…"; port 0: a free one
  unsigned threads = 2;
  unsigned connections = 64;                  // over all threads; more are closed at once
  unsigned connections_per_address = 32;      // one that never ends its requests leaves the rest
  size_t connection_memory_bytes = 32 << 10;  // request headers and reply headers
  std::chrono::seconds idle{10};              // a connection that says nothing is closed
};

class HttpServer {
 public:
  // Serves at once. Faults: `invalid` (`where`: the address) when it is not an address,
  // `unavailable` when it cannot be listened on.
  static Result<std::unique_ptr<HttpServer>> start(const HttpSettings& settings, Routes routes,
                                                   Sections sections = {}, Inlets inlets = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Finishes the pages under way and closes every connection.
  ~HttpServer();

  uint16_t port() const { return port_; }
  // The page of `path`, or the 404 every unknown path gets.
  Response respond(std::string_view path) const;
  // What takes a body at `path`; nullptr: nothing does.
  const Inlet* inlet(std::string_view path) const;

 private:
  HttpServer(Routes routes, Sections sections, Inlets inlets)
      : routes_(std::move(routes)), sections_(std::move(sections)), inlets_(std::move(inlets)) {}

  const Routes routes_;
  const Sections sections_;
  const Inlets inlets_;
  uint16_t port_ = 0;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace relais::web
