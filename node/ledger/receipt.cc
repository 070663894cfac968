// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/receipt.h"

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr size_t kMaxProofHashes = 64;

// The next line without its newline, taken off the text; nothing when there is no whole line left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// Hash lines up to and including the blank line that ends them.
std::optional<Proof> take_proof(std::string_view& text) {
  Proof proof;
  for (auto line = take_line(text); line; line = take_line(text)) {
    if (line->empty()) return proof;
    const auto bytes = from_base64(*line);
    const auto hash = bytes ? digest_of(*bytes) : std::nullopt;
    if (!hash || proof.size() == kMaxProofHashes) return std::nullopt;
    proof.push_back(*hash);
  }
  return std::nullopt;
}

}  // namespace

Result<Receipt> parse_receipt(std::string_view text) {
  const auto malformed = fail(FaultKind::invalid, "a malformed receipt", "receipt");
  Receipt receipt;
  if (take_line(text) != kHeader) return malformed;
  auto line = take_line(text);
  if (line && line->starts_with(kExtra)) {
    receipt.extra = from_base64(line->substr(kExtra.size()));
    // Without extra data there is no such line, so an empty one is not ours to write either.
    if (!receipt.extra || receipt.extra->empty()) return malformed;
    line = take_line(text);
  }
  if (!line || !line->starts_with(kIndex)) return malformed;
  const auto index = from_decimal(line->substr(kIndex.size()));
  auto proof = take_proof(text);
  if (!index || !proof) return malformed;
  receipt.index = *index;
  receipt.proof = std::move(*proof);
  RELAIS_TRY(note, parse_note(text));
  RELAIS_TRY_VOID(parse_checkpoint(note.text));
  receipt.checkpoint = Bytes(text);
  return receipt;
}

std::string print_receipt(const Receipt& receipt) {
  std::string text(kHeader);
  text += "\n";
  if (receipt.extra) text += std::string(kExtra) + base64(*receipt.extra) + "\n";
  text += std::string(kIndex) + std::to_string(receipt.index) + "\n";
  for (const Digest& hash : receipt.proof) text += base64(view(hash)) + "\n";
  return text + "\n" + receipt.checkpoint;
}

Result<SignedCheckpoint> verify_receipt(const Receipt& receipt, std::string_view leaf_data,
                                        const VerifierKey& log,
                                        std::span<const VerifierKey> witnesses) {
  RELAIS_TRY(open, open_checkpoint(receipt.checkpoint, log, witnesses));
  const Checkpoint& checkpoint = open.checkpoint();
  RELAIS_TRY_VOID(verify_inclusion(receipt.index, checkpoint.size, leaf_hash(leaf_data),
                                   receipt.proof, checkpoint.root));
  return open;
}

}  // namespace relais::ledger
