// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

namespace relais::demo {
namespace {

std::string ask(int connection, const std::string& request) {
  std::string answer;
  if (send(connection, request.data(), request.size(), MSG_NOSIGNAL) < 0) return answer;
  std::array<char, 8192> buffer{};
  for (ssize_t got; (got = recv(connection, buffer.data(), buffer.size(), 0)) > 0;) {
    answer.append(buffer.data(), static_cast<size_t>(got));
  }
  return answer;
}

}  // namespace

Result<std::string> http_get(uint16_t port, const std::string& path, const std::string& host) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{2, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // and of the connection
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(connection);
    return fail(FaultKind::unavailable, "nobody listens on this port", std::to_string(port));
  }
  const std::string answer =
      ask(connection, "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
  close(connection);
  const size_t status = answer.find(' ');
  const size_t body = answer.find("\r\n\r\n");
  if (status == std::string::npos || body == std::string::npos) {
    return fail(FaultKind::unavailable, "no HTTP answer", std::to_string(port));
  }
  if (answer.compare(status + 1, 3, "200") != 0) {
    return fail(FaultKind::precondition, "the page says no", answer.substr(0, answer.find('\r')));
  }
  return answer.substr(body + 4);
}

}  // namespace relais::demo
