// SPDX-License-Identifier: Apache-2.0
// A witness that is shown a log's checkpoints with messages, too. For the tests here.
#pragma once

#include "tests/integration/storage/witnesses.h"

namespace relais::test {

inline const std::string kOverExchange = "exchange:agency-a";

struct WitnessesThatAreRecipients : Witnesses {
  static flow::Shown newest_of(Agency& sender) {
    storage::OwnLog log{sender.pool};
    const Bytes note = log.newest(kOrigin)->note;
    const auto opened = ledger::open_checkpoint(note, sender.signer.verifier()).value();
    return {{opened.checkpoint().size, opened.checkpoint().root}, note};
  }
  // A message comes, with the newest checkpoint of whoever sends it.
  void show(Agency& sender) { witness.shown.show(kOrigin, newest_of(sender)); }
  void append_and_show(int entries) {
    for (int i = 0; i < entries; ++i) append(agency, person);
    show(agency);
  }
  bool stopped() { return own.stopped(kOrigin).value(); }
  std::string held() {
    return PrivatePostgres::instance().sql(
        witness.database, "SELECT string_agg(size::text, ' ') FROM relais.witness_shown");
  }
  static testing::Matcher<std::vector<WitnessAnswer>> after_two_conflicts() {
    return testing::ElementsAre(WitnessAnswer::conflict, WitnessAnswer::conflict,
                                WitnessAnswer::cosign);
  }
};

}  // namespace relais::test
