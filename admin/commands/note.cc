// SPDX-License-Identifier: Apache-2.0
// note verify: any signed note (a checkpoint, a directory) against the keys given.
#include "node/ledger/note.h"

#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/commands/log.h"
#include "admin/files.h"

namespace relais::admin {
namespace {

// Who signed stands first: the text could say anything, and could say that, too.
std::string words_of(const ledger::OpenNote& opened) {
  std::string words;
  for (const ledger::Verified& one : opened.by) words += "signed by " + one.key.name() + "\n";
  return words + "\n" + opened.text;
}

int run_verify(const Arguments& given, Output& output) {
  const auto known = keys_of(given);
  if (!known) return output.fault(known.error());
  const auto bytes = read_text(given.one("FILE"));
  if (!bytes) return output.fault(bytes.error());
  const auto opened = ledger::open_note(*bytes, *known);
  if (!opened) return output.fault(opened.error());
  nlohmann::json names = nlohmann::json::array();
  for (const ledger::Verified& one : opened->by) names.push_back(one.key.name());
  return output.done({{"text", opened->text}, {"signed_by", names}}, words_of(*opened));
}

}  // namespace

std::vector<Command> note_commands() {
  return {{"note",
           "verify",
           "verify a signed note and print its text",
           {operand("FILE", "the note"), several("key", "a verifier key (vkey) to believe", true)},
           run_verify}};
}

}  // namespace relais::admin
