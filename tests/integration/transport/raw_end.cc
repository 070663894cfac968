// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/transport/raw_end.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

#include "node/core/result.h"

namespace relais::test {
namespace {

constexpr std::string_view kHttp2 = "\x02h2";

int take_http2(SSL* /*tls*/, const unsigned char** out, unsigned char* length,
               const unsigned char* /*offered*/, unsigned int /*size*/, void* /*unused*/) {
  *out = reinterpret_cast<const unsigned char*>(kHttp2.data()) + 1;
  *length = 2;
  return SSL_TLSEXT_ERR_OK;
}

sockaddr_in here(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

}  // namespace

TlsSide tls_side(const Leaf& leaf, bool accepting) {
  ::signal(SIGPIPE, SIG_IGN);  // who is spoken to may have gone
  TlsSide side(SSL_CTX_new(accepting ? TLS_server_method() : TLS_client_method()), &SSL_CTX_free);
  RELAIS_CHECK(SSL_CTX_use_certificate_chain_file(side.get(), leaf.certificate.c_str()) == 1);
  RELAIS_CHECK(
      SSL_CTX_use_PrivateKey_file(side.get(), leaf.private_key.c_str(), SSL_FILETYPE_PEM) == 1);
  if (accepting) {
    SSL_CTX_set_alpn_select_cb(side.get(), &take_http2, nullptr);
  } else {
    SSL_CTX_set_alpn_protos(side.get(), reinterpret_cast<const unsigned char*>(kHttp2.data()),
                            static_cast<unsigned int>(kHttp2.size()));
  }
  return side;
}

RawEnd::RawEnd(int socket, TlsSide side) : socket_(socket), side_(std::move(side)) {
  const timeval patience{15, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}
RawEnd::~RawEnd() {
  tls_.reset();
  ::close(socket_);
}

bool RawEnd::shake_hands() {
  tls_.reset(SSL_new(side_.get()));
  SSL_set_fd(tls_.get(), socket_);
  const bool accepting = SSL_CTX_get_ssl_method(side_.get()) == TLS_server_method();
  return (accepting ? SSL_accept(tls_.get()) : SSL_connect(tls_.get())) == 1;
}

void RawEnd::say(std::string_view bytes) {
  if (tls_ != nullptr) {
    SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
  } else {
    static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
}

std::string RawEnd::hear() {
  std::array<char, 16 * 1024> bytes{};
  const auto got = tls_ != nullptr
                       ? SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                       : static_cast<int>(::recv(socket_, bytes.data(), bytes.size(), 0));
  return got > 0 ? std::string(bytes.data(), static_cast<size_t>(got)) : std::string();
}

void RawEnd::hear_out() {
  while (!hear().empty()) {
  }
}

// Linux sends RST for a connection whose socket is to be connected to nothing.
void RawEnd::reset() {
  sockaddr nothing{};
  nothing.sa_family = AF_UNSPEC;
  static_cast<void>(::connect(socket_, &nothing, sizeof nothing));
}

void RawEnd::cut_off() {
  cut_off_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

std::unique_ptr<RawEnd> call_out(int port, const Leaf& leaf) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = here(port);
  RELAIS_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return std::make_unique<RawEnd>(socket, tls_side(leaf, false));
}

RawPeer::RawPeer(const Leaf& leaf, Behaviour behaviour)
    : side_(tls_side(leaf, true)), behaviour_(std::move(behaviour)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = here(0);
  socklen_t size = sizeof address;
  RELAIS_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  RELAIS_CHECK(::listen(listener_, 16) == 0);
  RELAIS_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept(); });
}

RawPeer::~RawPeer() {
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  ::close(listener_);
  for (const auto& end : ends_) end->cut_off();
  for (std::thread& one : threads_) one.join();
}

void RawPeer::accept() {
  for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
       socket = ::accept(listener_, nullptr, nullptr)) {
    ++connections_;
    const auto end = std::make_shared<RawEnd>(socket, side_);
    const std::scoped_lock lock(mutex_);
    ends_.push_back(end);
    threads_.emplace_back([this, end] {
      behaviour_(*end);
      end->cut_off();
    });
  }
}

namespace h2 {
namespace {

uint32_t said_length(std::string_view bytes, int64_t announced) {
  return announced < 0 ? static_cast<uint32_t>(bytes.size()) : static_cast<uint32_t>(announced);
}

}  // namespace

std::string number(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string frame(Type type, uint8_t flags, uint32_t stream, std::string_view payload,
                  int64_t announced) {
  std::string bytes = number(said_length(payload, announced)).substr(1);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  return bytes + number(stream) + std::string(payload);
}

// Literals without indexing, names and values shorter than 127 bytes.
std::string block(const std::vector<Header>& all) {
  std::string bytes;
  for (const Header& one : all) {
    bytes += '\0';
    bytes += static_cast<char>(one.name.size()) + one.name;
    bytes += static_cast<char>(one.value.size()) + one.value;
  }
  return bytes;
}

std::string message(std::string_view bytes, int64_t announced) {
  return std::string(1, '\0') + number(said_length(bytes, announced)) + std::string(bytes);
}

std::string call(const std::string& path) {
  return frame(headers, end_headers, 1,
               block({{":method", "POST"},
                      {":scheme", "https"},
                      {":path", path},
                      {":authority", "localhost"},
                      {"te", "trailers"},
                      {"content-type", "application/grpc"},
                      {"grpc-timeout", "9S"}}));
}

std::string answer() {
  return frame(headers, end_headers, 1,
               block({{":status", "200"}, {"content-type", "application/grpc"}}));
}

namespace {

// Whether the frames after the preface hold the end of stream 1; false also while one is cut short.
bool holds_request(const std::string& bytes) {
  size_t at = std::string_view(kPreface).size();
  while (at + 9 <= bytes.size()) {
    const auto byte = [&](size_t i) -> size_t { return static_cast<uint8_t>(bytes[at + i]); };
    const size_t length = byte(0) << 16 | byte(1) << 8 | byte(2);
    if (at + 9 + length > bytes.size()) return false;
    if (byte(3) == data && (byte(4) & end_stream) != 0) return true;
    at += 9 + length;
  }
  return false;
}

}  // namespace

bool await_request(RawEnd& end) {
  if (!end.shake_hands()) return false;
  end.say(frame(settings, none, 0, "") + frame(settings, ack, 0, ""));
  std::string heard;
  while (!holds_request(heard)) {
    const std::string more = end.hear();
    if (more.empty()) return false;
    heard += more;
  }
  return true;
}

}  // namespace h2
}  // namespace relais::test
