// SPDX-License-Identifier: Apache-2.0
// Connections spoken byte by byte, for peers that do what no library would: TLS with a certificate
// of the federation and HTTP/2's protocol name, and above it whatever a test says. A RawEnd is one
// thread's; cut_off() may come from any. A RawPeer behaves so towards everybody who connects.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/certificates.h"

namespace relais::test {

using TlsSide = std::shared_ptr<SSL_CTX>;
TlsSide tls_side(const Leaf& leaf, bool accepting);

class RawEnd {
 public:
  RawEnd(int socket, TlsSide side);
  ~RawEnd();  // closes
  RawEnd(const RawEnd&) = delete;
  RawEnd& operator=(const RawEnd&) = delete;

  bool shake_hands();                // TLS; afterwards everything is said and heard inside it
  void say(std::string_view bytes);  // what the other end does not take is lost
  std::string hear();  // what came; empty: the other end has closed or is silent for 15 s
  void hear_out();     // until the other end closes
  void reset();        // TCP's RST
  void cut_off();
  bool is_cut_off() const { return cut_off_; }

 private:
  const int socket_;
  const TlsSide side_;
  std::atomic<bool> cut_off_{false};
  std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, &SSL_free};
};

// To 127.0.0.1, with this certificate; no handshake yet.
std::unique_ptr<RawEnd> call_out(int port, const Leaf& leaf);

class RawPeer {
 public:
  using Behaviour = std::function<void(RawEnd&)>;
  RawPeer(const Leaf& leaf, Behaviour behaviour);
  ~RawPeer();  // cuts every connection off
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void accept();
  const TlsSide side_;
  const Behaviour behaviour_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<RawEnd>> ends_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// HTTP/2 (RFC 9113), as much of it as it takes to break it.
namespace h2 {

enum Type : uint8_t { data = 0, headers = 1, rst_stream = 3, settings = 4, goaway = 7 };
enum Flag : uint8_t { none = 0, end_stream = 1, ack = 1, end_headers = 4 };
inline constexpr const char* kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct Header {
  std::string name;
  std::string value;
};
// `announced`: the length the frame says it has; -1: the true one.
std::string frame(Type type, uint8_t flags, uint32_t stream, std::string_view payload,
                  int64_t announced = -1);
std::string number(uint32_t value);                                   // four bytes, big-endian
std::string block(const std::vector<Header>& all);                    // HPACK, nothing compressed
std::string message(std::string_view bytes, int64_t announced = -1);  // gRPC's five bytes before it
// The head of a call of this method, on stream 1.
std::string call(const std::string& path);
// The head of an answer on stream 1.
std::string answer();
// Greets, and listens until a whole request came on stream 1; false when the other end closed.
bool await_request(RawEnd& end);

}  // namespace h2
}  // namespace relais::test
