// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/checkpoint.h"

#include <algorithm>
#include <array>

#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"

namespace relais::ledger {

std::string print_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         base64(view(checkpoint.root)) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto malformed = fail(FaultKind::invalid, "a malformed checkpoint", "checkpoint");
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return malformed;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  const auto size = from_decimal(lines[1]);
  const auto root = from_base64(lines[2]);
  if (!text.empty() || lines[0].empty() || !size || !root) return malformed;
  const auto digest = digest_of(*root);
  if (!digest) return malformed;
  // The root of no leaves is known: a log that says otherwise has leaves it does not count.
  if (*size == 0 && *digest != empty_root()) return malformed;
  return Checkpoint{std::string(lines[0]), *size, *digest};
}

Result<SignedCheckpoint> open_checkpoint(std::string_view note, const VerifierKey& log,
                                         std::span<const VerifierKey> witnesses) {
  std::vector<VerifierKey> known(witnesses.begin(), witnesses.end());
  known.push_back(log);
  RELAIS_TRY(open, open_note(note, known));
  const bool by_log = std::any_of(open.by.begin(), open.by.end(), [&](const Verified& verified) {
    return verified.key.text() == log.text();
  });
  if (!by_log || log.type() != SignatureType::ed25519) {
    return fail(FaultKind::invalid, "a checkpoint its log did not sign", "checkpoint");
  }
  RELAIS_TRY(checkpoint, parse_checkpoint(open.text));
  if (checkpoint.origin != log.name()) {
    return fail(FaultKind::invalid, "a checkpoint of another log", "checkpoint");
  }
  return SignedCheckpoint(std::move(checkpoint), Bytes(note), std::move(open.by));
}

Result<Bytes> sign_checkpoint(const Checkpoint& checkpoint, const Signer& log) {
  if (checkpoint.origin != log.verifier().name()) {
    return fail(FaultKind::invalid, "a log signs its own checkpoints only", "checkpoint");
  }
  Note note{print_checkpoint(checkpoint), {}};
  RELAIS_TRY(signature, sign_text(note.text, log));
  note.signatures.push_back(std::move(signature));
  return print_note(note);
}

}  // namespace relais::ledger
