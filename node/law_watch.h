// SPDX-License-Identifier: Apache-2.0
// LawWatch: the law the line asks for, and whoever looks after it: reads the activation again when
// told to, and says in log and metrics what came into force, what was refused, and which packs on
// disk nobody activated. Owned by the node; current() by any thread, look() too.
#pragma once

#include <atomic>
#include <memory>

#include "node/flow/line.h"
#include "node/ops/law_file.h"
#include "node/ops/log.h"
#include "node/ops/metrics.h"

namespace relais {

class LawWatch final : public flow::Laws {
 public:
  LawWatch(ops::Log& log, ops::Metrics& metrics, Clock& clock)
      : log_(log), metrics_(metrics), clock_(clock) {}

  // Before anything else; a law that cannot be believed stops the node.
  Result<void> open(ops::LawSettings settings, const policy::Vocabulary& words,
                    ops::LawFile::See see);
  std::shared_ptr<const policy::Law> current() const override { return file_->current().law; }
  // Of the activation in force; 0: none.
  int64_t version() const { return file_->current().version; }
  // Reads the activation now; the version in force. On a Fault the law before stays.
  Result<int64_t> look();

 private:
  void tell_in_force();

  ops::Log& log_;
  ops::Metrics& metrics_;
  Clock& clock_;
  std::unique_ptr<ops::LawFile> file_;
  std::atomic<size_t> told_changed_{0};
};

}  // namespace relais
