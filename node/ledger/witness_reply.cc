// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/witness_reply.h"

#include <algorithm>

namespace relais::ledger {
namespace {

bool signed_by(std::string_view note, const VerifierKey& log, const VerifierKey& witness) {
  const auto opened = open_checkpoint(note, log, {&witness, 1});
  return opened && std::any_of(opened->by().begin(), opened->by().end(), [&](const Verified& one) {
           return one.key.text() == witness.text();
         });
}

// Of the lines that hold, the first: a witness that wrote its word a hundred times would fill every
// receipt beyond the signatures a note may have.
WitnessReading read_cosigned(const WitnessReply& reply, const WitnessAsked& asked,
                             const VerifierKey& log, const VerifierKey& witness) {
  const auto whole = with_cosignatures(asked.note, reply.lines, log, {&witness, 1});
  if (!whole || !signed_by(*whole, log, witness)) return {WitnessStanding::faulty};
  const Bytes lines = whole->substr(asked.note.size());
  return {WitnessStanding::cosigned, asked.checkpoint.size, lines.substr(0, lines.find('\n') + 1)};
}

// What it says without showing why: believed of a witness whose way shows nothing.
WitnessReading read_claim(const WitnessReply& reply, const WitnessAsked& asked) {
  if (reply.status == static_cast<uint16_t>(WitnessAnswer::inconsistent)) {
    return {WitnessStanding::different, asked.old_size};
  }
  if (reply.known > asked.checkpoint.size) return {WitnessStanding::ahead, reply.known};
  if (reply.known == asked.old_size) return {WitnessStanding::different, reply.known};
  return {WitnessStanding::retry, reply.known};
}

// What it shows: this log's own signature decides, and nothing that the witness says.
WitnessReading read_shown(const WitnessReply& reply, const WitnessAsked& asked,
                          const VerifierKey& log, const std::optional<Digest>& root_at_held) {
  if (reply.held->empty()) {
    return {asked.old_size == 0 ? WitnessStanding::faulty : WitnessStanding::retry, 0};
  }
  const auto held = held_by(reply, log);
  if (!held) return {WitnessStanding::faulty};
  if (held->size > asked.checkpoint.size) return {WitnessStanding::ahead, held->size, {}, true};
  if (!root_at_held) return {WitnessStanding::faulty};
  if (*root_at_held != held->root) return {WitnessStanding::different, held->size, {}, true};
  if (held->size == asked.old_size) return {WitnessStanding::faulty, held->size};
  return {WitnessStanding::retry, held->size};
}

}  // namespace

std::string_view code_of(WitnessStanding standing) {
  switch (standing) {
    case WitnessStanding::cosigned:
      return "cosigned";
    case WitnessStanding::retry:
      return "retry";
    case WitnessStanding::ahead:
      return "ahead";
    case WitnessStanding::different:
      return "different";
    case WitnessStanding::faulty:
      return "faulty";
    case WitnessStanding::refused:
      break;
  }
  return "refused";
}

std::optional<Checkpoint> held_by(const WitnessReply& reply, const VerifierKey& log) {
  if (!reply.held) return std::nullopt;
  const auto opened = open_checkpoint(*reply.held, log);
  if (!opened) return std::nullopt;
  return opened->checkpoint();
}

WitnessReading read_reply(const WitnessReply& reply, const WitnessAsked& asked,
                          const VerifierKey& log, const VerifierKey& witness,
                          const std::optional<Digest>& root_at_held) {
  switch (static_cast<WitnessAnswer>(reply.status)) {
    case WitnessAnswer::cosign:
      return read_cosigned(reply, asked, log, witness);
    case WitnessAnswer::conflict:
    case WitnessAnswer::inconsistent:
      break;
    default:
      return {WitnessStanding::refused};
  }
  return reply.held ? read_shown(reply, asked, log, root_at_held) : read_claim(reply, asked);
}

}  // namespace relais::ledger
