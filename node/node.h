// SPDX-License-Identifier: Apache-2.0
// Node: one agency's node, assembled from its configuration. Wiring only: every part is made here,
// once, in the order it depends on, and ended in the opposite order. start() refuses whatever a
// node must not serve with (keys others can read, a certificate of somebody else, a law pack that
// does not load, a database with other migrations, a directory that cannot be believed).
#pragma once

#include <memory>

#include "node/core/result.h"
#include "node/ops/config.h"

namespace relais {

class Node {
 public:
  // Serves when it returns. `unavailable`: the database is away; everything else is a set-up to
  // mend.
  static Result<std::unique_ptr<Node>> start(const ops::Config& config);
  ~Node();

  // Not ready ─▶ no more claims ─▶ calls under way end ─▶ the appender writes what is queued. Loses
  // nothing: what was not answered is repeated by its caller, what is recorded waits in the outbox.
  void drain();
  // Log line of the fault that ended a start.
  static void tell(const Fault& fault);

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace relais
