// SPDX-License-Identifier: Apache-2.0
// Signed notes (c2sp.org/signed-note): a text, a blank line, and one line per signature.
// Checkpoints and the federation's directory are notes. Pure values, any thread; a note's text
// means nothing until open_note has verified it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/crypto.h"

namespace relais::ledger {

inline constexpr size_t kMaxNoteBytes = 1'000'000;
inline constexpr size_t kMaxNoteSignatures = 100;

// The signature types of c2sp.org/signed-note this node writes and verifies.
enum class SignatureType : uint8_t {
  ed25519 = 0x01,      // over the note's text
  cosignature = 0x04,  // c2sp.org/tlog-cosignature: a witness's word, with its time
};

// Whose signatures are believed: `name+hex8(key id)+base64(type || public key)`.
class VerifierKey {
 public:
  static Result<VerifierKey> make(std::string name, SignatureType type, PublicKey key);
  static Result<VerifierKey> parse(std::string_view text);
  std::string text() const;

  const std::string& name() const { return name_; }
  SignatureType type() const { return type_; }
  const std::array<uint8_t, 4>& id() const { return id_; }
  const PublicKey& key() const { return key_; }

 private:
  VerifierKey(std::string name, SignatureType type, PublicKey key);
  std::string name_;
  SignatureType type_;
  PublicKey key_;
  std::array<uint8_t, 4> id_;
};

// Port: a key that signs. The algorithm is the type byte's (ML-DSA-44 will be another), and the key
// may live in a file, a token or another process.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const VerifierKey& verifier() const = 0;
  virtual Bytes sign(std::string_view message) const = 0;
};

class Ed25519Signer final : public Signer {
 public:
  // `invalid` when the name cannot be a key name (empty, white space, '+').
  static Result<Ed25519Signer> make(std::string name, SignatureType type, PrivateKey key);
  const VerifierKey& verifier() const override { return verifier_; }
  Bytes sign(std::string_view message) const override { return key_.sign(message); }

 private:
  Ed25519Signer(VerifierKey verifier, PrivateKey key)
      : verifier_(std::move(verifier)), key_(std::move(key)) {}
  VerifierKey verifier_;
  PrivateKey key_;
};

struct NoteSignature {
  std::string name;
  std::array<uint8_t, 4> key_id{};
  Bytes bytes;  // for a cosignature: u64be time || 64 bytes
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends in '\n'
  std::vector<NoteSignature> signatures;
};

// Strict in form, silent about truth: no signature is looked at. print_note(parse_note(b)) == b.
Result<Note> parse_note(std::string_view bytes);
std::string print_note(const Note& note);

// Who verified: a key the caller named, and for a cosignature the time it states.
struct Verified {
  VerifierKey key;
  uint64_t time_s = 0;  // cosignatures only, seconds since 1970 UTC; otherwise 0
};
struct OpenNote {
  std::string text;
  std::vector<Verified> by;  // at least one; each key once
};

// Verifies every signature of a known key. Unknown keys are ignored; one known key that fails
// refuses the note, and so does a note without any known key.
Result<OpenNote> open_note(std::string_view bytes, std::span<const VerifierKey> known);

// Whether a text can be signed: non-empty, ends in '\n', UTF-8, no control characters but '\n'.
bool is_note_text(std::string_view text);
// Signs the text with one Ed25519 key. A cosignature key is refused: it signs checkpoints, see
// cosign.
Result<NoteSignature> sign_text(std::string_view text, const Signer& signer);

// cosignature/v1 over a checkpoint's text, by a witness's own key, at `time_s` (seconds, <=
// 2^63-1).
Result<NoteSignature> cosign(std::string_view checkpoint_text, const Signer& witness,
                             uint64_t time_s);

}  // namespace relais::ledger
