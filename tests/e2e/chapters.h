// SPDX-License-Identifier: Apache-2.0
// The chapters of the end-to-end test of one federation, in the order they are told: each leaves it
// running and sound for the next. Free functions over the stage; one thread.
#pragma once

#include "tests/e2e/stage.h"

namespace relais::e2e {

void tell_story(Stage& stage);      // every expectation of admin/story
void tell_statement(Stage& stage);  // the person's account, in both languages and three formats
void tell_receipts(Stage& stage);   // a person's receipts, a stranger's audit, openssl and Go
void tell_foreign_client(Stage& stage);  // tests/e2e/client/desk.mjs
void tell_metrics(Stage& stage);         // Debian's Prometheus scrapes three nodes
void tell_consent(Stage& stage);         // runs out between record and delivery
void tell_directory(Stage& stage);       // rolled back, an agency suspended, gone; renewed
void tell_rollover(Stage& stage);        // a directory from a peer and the web; another signing key
void tell_directory_job(Stage& stage);   // a node that asks for newer directories by itself
void tell_law(Stage& stage);             // activated, changed under load, forged, rolled back
void tell_database(Stage& stage);        // away, and back
void tell_load(Stage& stage);            // a full queue; a node that drains
void tell_set_up_mistakes(Stage& stage);  // configurations, keys, certificates, misspelt commands
void tell_replay(Stage& stage);           // every recorded decision made again
void tell_erasure(Stage& stage);          // a person erased; the key epoch turned
// A node killed at this step of an erasure, in a federation whose nodes come back.
void tell_erasure_crash(Stage& stage, const std::string& step);
void tell_witnesses(Stage& stage);       // cosigned, an old backup, a flipped bit, a pair compared
void tell_ledgers(Stage& stage);         // every ledger derived again
void tell_nothing_leaked(Stage& stage);  // logs, metrics, errors, the database's files

}  // namespace relais::e2e
