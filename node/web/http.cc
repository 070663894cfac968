// SPDX-License-Identifier: Apache-2.0
#include "node/web/http.h"

#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "node/core/bytes.h"

namespace relais::web {
namespace {

// A file descriptor that is closed unless it was given away.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int give() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// "host:port" or "[host]:port" with a port below 65536; null for anything else. Nothing is looked
// up: a probe's address must not depend on a resolver.
Addresses parse_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return nullptr;
  std::string host(text.substr(0, colon));
  const std::string port(text.substr(colon + 1));
  uint16_t number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) return nullptr;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (host.empty() || bracketed != (host.find(':') != std::string::npos)) return nullptr;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return nullptr;
  return Addresses(list);
}

Result<Socket> listen_on(const std::string& text) {
  const Addresses address = parse_address(text);
  if (!address) return fail(FaultKind::invalid, "not a numeric address and port", text);
  Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  const bool listening =
      socket.get() >= 0 &&
      ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      ::bind(socket.get(), address->ai_addr, address->ai_addrlen) == 0 &&
      ::listen(socket.get(), SOMAXCONN) == 0;
  if (!listening) {
    return fail(FaultKind::unavailable,
                errno == EADDRINUSE ? Constant("the address is in use")
                                    : Constant("the address cannot be listened on"),
                text);
  }
  return socket;
}

uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);  // the socket API's own cast
  if (::getsockname(socket, generic, &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

MHD_Result send(MHD_Connection* connection, const Response& response) {
  MHD_Response* out = MHD_create_response_from_buffer(
      response.body.size(), const_cast<char*>(response.body.data()), MHD_RESPMEM_MUST_COPY);
  if (out == nullptr) return MHD_NO;  // out of memory: the connection is closed
  const bool whole =
      MHD_add_response_header(out, "Content-Type", response.type.c_str()) == MHD_YES &&
      MHD_add_response_header(out, "Cache-Control", response.cache.c_str()) == MHD_YES &&
      MHD_add_response_header(out, "X-Content-Type-Options", "nosniff") == MHD_YES &&
      (response.retry_after_s == 0 ||
       MHD_add_response_header(out, "Retry-After",
                               std::to_string(response.retry_after_s).c_str()) == MHD_YES) &&
      (response.status != MHD_HTTP_METHOD_NOT_ALLOWED ||
       MHD_add_response_header(out, "Allow", "GET") == MHD_YES);
  const MHD_Result queued = whole ? MHD_queue_response(connection, response.status, out) : MHD_NO;
  MHD_destroy_response(out);
  return queued;
}

// A body that is coming in.
struct Upload {
  Bytes body;
  size_t size = 0;  // of all that came
  bool too_large() const { return size > kMostBodyBytes; }
};

// Called once for the headers, then for each piece, then once without one: the body is whole. What
// is too large is read on for a while, so that the caller hears the answer, and not kept; one that
// never ends would hold a thread and its connection for ever.
MHD_Result on_upload(const Inlet& inlet, MHD_Connection* connection, const char* piece,
                     size_t* piece_size, void** state) {
  if (*state == nullptr) {
    *state = new Upload;
    return MHD_YES;
  }
  auto& upload = *static_cast<Upload*>(*state);
  if (*piece_size == 0) {
    if (!upload.too_large()) return send(connection, inlet(upload.body));
    return send(connection,
                {MHD_HTTP_CONTENT_TOO_LARGE, "text/plain; charset=utf-8", "too large\n"});
  }
  upload.size += *piece_size;
  if (upload.size > kMostReadBytes) return MHD_NO;
  if (!upload.too_large()) upload.body.append(piece, *piece_size);
  *piece_size = 0;
  return MHD_YES;
}

void on_end(void* /*server*/, MHD_Connection* /*connection*/, void** state,
            MHD_RequestTerminationCode /*how*/) noexcept {
  delete static_cast<Upload*>(*state);
  *state = nullptr;
}

// Called by the library when a request's headers are complete. Answering a request that announces a
// body here makes the library close the connection, so no body is read that nothing takes.
// noexcept: nothing may be thrown through a C library's frames.
MHD_Result on_request(void* server, MHD_Connection* connection, const char* path,
                      const char* method, const char* /*version*/, const char* piece,
                      size_t* piece_size, void** state) noexcept {
  const Inlet* inlet = static_cast<const HttpServer*>(server)->inlet(path);
  if (inlet != nullptr && std::string_view(method) == "POST") {
    return on_upload(*inlet, connection, piece, piece_size, state);
  }
  if (std::string_view(method) != "GET") {
    return send(connection, {MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
                             "only GET is answered here\n"});
  }
  return send(connection, static_cast<const HttpServer*>(server)->respond(path));
}

// Paths are compared as they were sent: decoding would let "/page%00" pass for "/page".
size_t decode_nothing(void* /*unused*/, MHD_Connection* /*connection*/, char* text) noexcept {
  return std::strlen(text);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpSettings& settings, Routes routes,
                                                      Sections sections, Inlets inlets) {
  auto socket = listen_on(settings.listen);
  if (!socket) return tl::unexpected<Fault>(std::move(socket.error()));
  std::unique_ptr<HttpServer> server(
      new HttpServer(std::move(routes), std::move(sections), std::move(inlets)));
  server->port_ = port_of(socket->get());
  server->daemon_ = MHD_start_daemon(
      MHD_USE_AUTO_INTERNAL_THREAD, 0, nullptr, nullptr, &on_request, server.get(),
      MHD_OPTION_UNESCAPE_CALLBACK, &decode_nothing, nullptr, MHD_OPTION_NOTIFY_COMPLETED, &on_end,
      nullptr, MHD_OPTION_LISTEN_SOCKET, socket->get(), MHD_OPTION_THREAD_POOL_SIZE,
      settings.threads, MHD_OPTION_CONNECTION_LIMIT, settings.connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings.connections_per_address,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings.connection_memory_bytes,
      MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(settings.idle.count()),
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
  // The library closes the socket from here on. Where it cannot start, it may have closed it or
  // not; the node ends then, so leaving it open is the safe side.
  socket->give();
  if (server->daemon_ == nullptr) {
    return fail(FaultKind::unavailable, "the HTTP server does not start", settings.listen);
  }
  return server;
}

HttpServer::~HttpServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

const Inlet* HttpServer::inlet(std::string_view path) const {
  const auto found = inlets_.find(path);
  return found == inlets_.end() ? nullptr : &found->second;
}

Response HttpServer::respond(std::string_view path) const {
  const auto route = routes_.find(path);
  if (route != routes_.end()) return route->second();
  for (auto section = sections_.rbegin(); section != sections_.rend(); ++section) {
    if (path.starts_with(section->first)) return section->second(path);
  }
  return {MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8", "no such page\n"};
}

}  // namespace relais::web
