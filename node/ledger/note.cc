// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/note.h"

#include <algorithm>
#include <optional>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr std::string_view kSignatureMark = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kEd25519Bytes = 64;
constexpr uint64_t kLatestTime = INT64_MAX;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\n'; });
}

bool is_key_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && !has_control(name) && !has_unicode_space(name) &&
         name.find('+') == std::string_view::npos;
}

std::optional<SignatureType> type_of(char byte) {
  switch (static_cast<uint8_t>(byte)) {
    case 0x01:
      return SignatureType::ed25519;
    case 0x04:
      return SignatureType::cosignature;
    default:
      return std::nullopt;
  }
}

// type || public key, as it stands in a verifier key and under the key id.
Bytes typed_key(SignatureType type, const PublicKey& key) {
  Bytes bytes(1, static_cast<char>(type));
  bytes += view(key.raw());
  return bytes;
}

// What a cosigner signs: the checkpoint's text under its own header and time.
Bytes cosigned_message(std::string_view text, uint64_t time_s) {
  Bytes message = "cosignature/v1\ntime " + std::to_string(time_s) + "\n";
  message += text;
  return message;
}

// The line without its newline.
Result<NoteSignature> parse_signature(std::string_view line) {
  const auto malformed = fail(FaultKind::invalid, "a malformed signature line", "note");
  if (!line.starts_with(kSignatureMark)) return malformed;
  line.remove_prefix(kSignatureMark.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return malformed;
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdBytes) return malformed;
  NoteSignature signature{std::string(line.substr(0, space)), {}, bytes->substr(kKeyIdBytes)};
  std::copy_n(bytes->begin(), kKeyIdBytes, signature.key_id.begin());
  return signature;
}

// The time the signature states (0 for a plain one), or nothing when it does not verify.
std::optional<uint64_t> verify_signature(std::string_view text, const NoteSignature& signature,
                                         const VerifierKey& key) {
  if (key.type() == SignatureType::ed25519) {
    if (!key.key().verify(text, signature.bytes)) return std::nullopt;
    return 0;
  }
  if (signature.bytes.size() != 8 + kEd25519Bytes) return std::nullopt;
  const uint64_t time_s = get_u64(signature.bytes);
  if (time_s > kLatestTime) return std::nullopt;
  const auto raw = std::string_view(signature.bytes).substr(8);
  if (!key.key().verify(cosigned_message(text, time_s), raw)) return std::nullopt;
  return time_s;
}

NoteSignature signature_by(const VerifierKey& key, Bytes bytes) {
  return {key.name(), key.id(), std::move(bytes)};
}

}  // namespace

VerifierKey::VerifierKey(std::string name, SignatureType type, PublicKey key)
    : name_(std::move(name)), type_(type), key_(std::move(key)) {
  const Digest digest = sha256({name_, "\n", typed_key(type_, key_)});
  std::copy_n(digest.begin(), id_.size(), id_.begin());
}

Result<VerifierKey> VerifierKey::make(std::string name, SignatureType type, PublicKey key) {
  if (!is_key_name(name)) return fail(FaultKind::invalid, "not a key name", "verifier key");
  return VerifierKey(std::move(name), type, std::move(key));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto malformed = fail(FaultKind::invalid, "a malformed verifier key", "verifier key");
  const size_t first = text.find('+');
  if (first == std::string_view::npos) return malformed;
  const size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return malformed;
  const auto typed = from_base64(text.substr(second + 1));
  if (!typed || typed->empty()) return malformed;
  const auto type = type_of(typed->front());
  if (!type) return fail(FaultKind::invalid, "a key of an unknown type", "verifier key");
  RELAIS_TRY(raw, PublicKey::parse(std::string_view(*typed).substr(1)));
  RELAIS_TRY(key, make(std::string(text.substr(0, first)), *type, std::move(raw)));
  // The id repeats what follows it: one that differs is a damaged key, not another one.
  if (key.text() != text) return malformed;
  return key;
}

std::string VerifierKey::text() const {
  const std::string_view id(reinterpret_cast<const char*>(id_.data()), id_.size());
  return name_ + "+" + to_hex(id) + "+" + base64(typed_key(type_, key_));
}

Result<Ed25519Signer> Ed25519Signer::make(std::string name, SignatureType type, PrivateKey key) {
  RELAIS_TRY(verifier, VerifierKey::make(std::move(name), type, key.public_key()));
  return Ed25519Signer(std::move(verifier), std::move(key));
}

Result<Note> parse_note(std::string_view bytes) {
  const auto malformed = fail(FaultKind::invalid, "a malformed signed note", "note");
  if (bytes.size() > kMaxNoteBytes || !is_utf8(bytes) || has_control(bytes)) return malformed;
  const size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return malformed;
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  std::string_view rest = bytes.substr(split + 2);
  if (rest.empty() || rest.back() != '\n') return malformed;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    RELAIS_TRY(signature, parse_signature(rest.substr(0, end)));
    if (note.signatures.size() == kMaxNoteSignatures) return malformed;
    note.signatures.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
  }
  return note;
}

std::string print_note(const Note& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes bytes(signature.key_id.begin(), signature.key_id.end());
    bytes += signature.bytes;
    text += kSignatureMark;
    text += signature.name + " " + base64(bytes) + "\n";
  }
  return text;
}

Result<OpenNote> open_note(std::string_view bytes, std::span<const VerifierKey> known) {
  RELAIS_TRY(note, parse_note(bytes));
  OpenNote open{note.text, {}};
  for (const NoteSignature& signature : note.signatures) {
    for (const VerifierKey& key : known) {
      if (key.name() != signature.name || key.id() != signature.key_id) continue;
      const auto time_s = verify_signature(note.text, signature, key);
      if (!time_s) {
        return fail(FaultKind::invalid, "a known key's signature does not verify", "note");
      }
      const bool seen = std::any_of(open.by.begin(), open.by.end(), [&](const Verified& other) {
        return other.key.text() == key.text();
      });
      if (!seen) open.by.push_back({key, *time_s});
    }
  }
  if (open.by.empty()) return fail(FaultKind::invalid, "not signed by any known key", "note");
  return open;
}

bool is_note_text(std::string_view text) {
  return !text.empty() && text.back() == '\n' && is_utf8(text) && !has_control(text);
}

Result<NoteSignature> sign_text(std::string_view text, const Signer& signer) {
  if (!is_note_text(text)) return fail(FaultKind::invalid, "not the text of a note", "note");
  if (signer.verifier().type() == SignatureType::cosignature) {
    return fail(FaultKind::invalid, "a witness's key signs cosignatures only", "note");
  }
  return signature_by(signer.verifier(), signer.sign(text));
}

Result<NoteSignature> cosign(std::string_view checkpoint_text, const Signer& witness,
                             uint64_t time_s) {
  if (!is_note_text(checkpoint_text) || time_s > kLatestTime) {
    return fail(FaultKind::invalid, "not a checkpoint and time to cosign", "note");
  }
  if (witness.verifier().type() != SignatureType::cosignature) {
    return fail(FaultKind::invalid, "a cosignature needs a witness's own key", "note");
  }
  Bytes bytes;
  put_u64(bytes, time_s);
  bytes += witness.sign(cosigned_message(checkpoint_text, time_s));
  return signature_by(witness.verifier(), std::move(bytes));
}

}  // namespace relais::ledger
