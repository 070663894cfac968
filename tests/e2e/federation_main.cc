// SPDX-License-Identifier: Apache-2.0
// e2e_federation: three real nodes over mutual TLS, the story, a foreign client, Prometheus, and
// what happens when something breaks. Prints "ok NAME" / "not ok NAME".
#include "tests/e2e/chapters.h"

int main() {
  using namespace relais::e2e;
  const auto stage = set_stage(2000);
  if (!stage) return 1;
  tell_story(*stage);
  tell_statement(*stage);
  tell_receipts(*stage);
  tell_foreign_client(*stage);
  tell_metrics(*stage);
  tell_consent(*stage);
  tell_directory(*stage);
  tell_rollover(*stage);
  tell_directory_job(*stage);
  tell_law(*stage);
  tell_database(*stage);
  tell_load(*stage);
  tell_set_up_mistakes(*stage);
  tell_replay(*stage);
  tell_erasure(*stage);
  tell_witnesses(*stage);
  tell_ledgers(*stage);
  tell_nothing_leaked(*stage);
  return stage->tap.status();
}
