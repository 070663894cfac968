// SPDX-License-Identifier: Apache-2.0
// What lies between a node and a database on another machine: everything that is said arrives later
// by `delay`, each way, and the trips are counted. Unix sockets on both sides, in a folder of its
// own that goes with it. To be used from any thread; a client that goes away ends its server's
// side.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace relais::test {

class FarPostgres {
 public:
  // `near`: the folder of the server's socket.
  FarPostgres(const std::string& near, std::chrono::microseconds delay);
  ~FarPostgres();
  FarPostgres(const FarPostgres&) = delete;
  FarPostgres& operator=(const FarPostgres&) = delete;

  const std::string& folder() const { return folder_; }
  // How often the client spoke after the server did: each time it waited.
  uint64_t trips() const { return trips_.load(); }

 private:
  void accept_all();
  void carry(int client);

  std::string near_;
  std::chrono::microseconds delay_;
  std::string folder_;
  int listening_ = -1;
  int ending_[2] = {-1, -1};  // a pipe: closed at its writing end, all threads end
  std::atomic<uint64_t> trips_{0};
  std::vector<std::thread> carriers_;
  std::thread accepting_;
};

}  // namespace relais::test
