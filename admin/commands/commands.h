// SPDX-License-Identifier: Apache-2.0
// The rows each file of this folder adds to the table of commands. Values, made anew at each call;
// any thread.
#pragma once

#include <vector>

#include "admin/command.h"

namespace relais::admin {

std::vector<Command> keys_commands();       // keys.cc: keys new|show|authority|certificate
std::vector<Command> directory_commands();  // directory.cc: the verbs of directory
// directory_changes.cc: directory add|suspend|resume|leave|renew
std::vector<Command> directory_change_commands();
std::vector<Command> replay_commands();      // replay.cc: policy replay|explain
std::vector<Command> policy_commands();      // policy.cc: the verbs of policy
std::vector<Command> activation_commands();  // activation.cc: policy propose|sign|activate
std::vector<Command> config_commands();      // config.cc: config check
std::vector<Command> database_commands();    // database.cc: migrate
std::vector<Command> person_commands();   // person.cc: consent list|give|withdraw, access statement
std::vector<Command> access_commands();   // access.cc: access accounting|suspend-accounting|export
std::vector<Command> erasure_commands();  // erasure.cc: access erase|erasure-status|overdue
std::vector<Command> epoch_commands();    // epochs.cc: keys rotate|restore
std::vector<Command> ledger_commands();   // ledgers.cc: ledger verify|list|seal
std::vector<Command> node_commands();     // node.cc: outbox list, status
std::vector<Command> note_commands();     // note.cc: note verify
std::vector<Command> receipt_commands();  // receipt.cc: receipt export|verify

// questions.cc: directory questions
int run_questions(const Arguments& given, Output& output);

}  // namespace relais::admin
