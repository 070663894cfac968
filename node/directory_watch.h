// SPDX-License-Identifier: Apache-2.0
// DirectoryWatch: the directory the line asks for, and whoever looks after it: follows its file,
// asks web servers and peers for a newer one, and says in log and metrics what came into force,
// what was refused, and that its end is near. Whoever brings one is not believed, its stewards are.
// Owned by the node; current() and fetch() by any thread, look() by the follower's.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "node/flow/peer_directories.h"
#include "node/ops/config.h"
#include "node/ops/directory.h"
#include "node/ops/log.h"
#include "node/ops/metrics.h"

namespace relais {

class DirectoryWatch final : public Directories {
 public:
  DirectoryWatch(const ops::Config& config, ops::Log& log, ops::Metrics& metrics, Clock& clock)
      : config_(config), log_(log), metrics_(metrics), clock_(clock) {}

  // Before anything else; a directory that cannot be believed stops the node.
  Result<void> open(const std::vector<ledger::VerifierKey>& stewards,
                    const policy::Vocabulary& words, ops::DirectoryFile::See see);
  std::shared_ptr<const Directory> current() const override { return file_->current(); }
  std::string note() const { return *file_->note(); }
  // Reads the file now and looks at the clock. False: it has expired.
  bool look();
  // Asks at this place for a newer one; whether one was taken.
  Result<bool> fetch(flow::PeerDirectories& peers, const flow::DirectoryPlace& place);
  // One of the places that node.toml names, in turn, when it is time again. They may all be away.
  void fetch_in_turn(flow::PeerDirectories& peers);

 private:
  Result<std::string> ask(flow::PeerDirectories& peers, const flow::DirectoryPlace& place) const;
  void tell_in_force();

  const ops::Config& config_;
  ops::Log& log_;
  ops::Metrics& metrics_;
  Clock& clock_;
  std::unique_ptr<ops::DirectoryFile> file_;
  bool ends_soon_ = false;
  size_t turn_ = 0;
  std::optional<std::chrono::steady_clock::time_point> asked_;
};

}  // namespace relais
