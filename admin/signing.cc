// SPDX-License-Identifier: Apache-2.0
#include "admin/signing.h"

#include "admin/files.h"
#include "node/ops/keys.h"

namespace relais::admin {
namespace {

// The note to add signatures to: `out` when it holds this very text, else a fresh one.
ledger::Note note_for(const std::string& text, const std::string& out) {
  const auto bytes = read_text(out);
  if (bytes) {
    auto parsed = ledger::parse_note(*bytes);
    if (parsed && parsed->text == text) return std::move(*parsed);
  }
  return ledger::Note{text, {}};
}

Result<void> add_signature(ledger::Note& note, const std::string& key_file) {
  RELAIS_TRY(signer, ops::read_signer(key_file, ledger::SignatureType::ed25519));
  RELAIS_TRY(signature, ledger::sign_text(note.text, signer));
  for (const ledger::NoteSignature& one : note.signatures) {
    if (one.name == signature.name && one.key_id == signature.key_id) return {};
  }
  note.signatures.push_back(std::move(signature));
  return {};
}

}  // namespace

Result<ledger::Note> sign_into(const std::string& out, const std::string& text,
                               const std::vector<std::string>& key_files) {
  ledger::Note note = note_for(text, out);
  for (const std::string& key : key_files) RELAIS_TRY_VOID(add_signature(note, key));
  RELAIS_TRY_VOID(replace_text(out, ledger::print_note(note)));
  return note;
}

std::vector<std::string> signers_of(const ledger::Note& note) {
  std::vector<std::string> names;
  for (const ledger::NoteSignature& one : note.signatures) names.push_back(one.name);
  return names;
}

}  // namespace relais::admin
