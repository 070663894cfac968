// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's own programs, run by a test: to their end, or a server in the background that ends
// with the test. As root they run as the user `postgres`, which Debian's package made. Whatever
// cannot be run ends the test program. Any thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace relais::test {

struct Ran {
  int status = 0;
  std::string output;  // both streams
};

[[noreturn]] void give_up(const std::string& what, const std::string& why);
// Gives a file or folder to who runs PostgreSQL.
void hand_over(const std::string& path);
// The first word is looked for among PostgreSQL's programs.
Ran run_postgres(const std::vector<std::string>& words);
// SQL as the superuser; what it prints, without headings. Ends the test program on an error.
std::string run_sql(const std::string& connection, const std::string& statement);
// A server on this data folder, reachable by a socket in `socket`; ready when it returns.
pid_t start_server(const std::string& data, const std::string& socket, const std::string& log);

}  // namespace relais::test
