// SPDX-License-Identifier: Apache-2.0
// The node's secrets, from files that only the node's user may read. A file that anybody else could
// read, that belongs to somebody else, or that is not in its form stops the node: exit before
// serving. Formats, one line each:
//   relais-ed25519-seed+<key name>+<base64 of 32 bytes>
//   relais-kek+<epoch>+<base64 of 32 bytes>
//   relais-lookup+<base64 of 32 bytes>
// Plain functions, any thread; nothing read here is ever printed.
#pragma once

#include <string>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/entropy.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/ledger/note.h"

namespace relais::ops {

// `precondition` (`where`: the path) when missing, readable by group or others, or not this user's;
// `invalid` when not in its form.
Result<ledger::Ed25519Signer> read_signer(const std::string& path, ledger::SignatureType type);

// One a year. `precondition` also when two are of one name.
Result<std::vector<ledger::Ed25519Signer>> read_ledger_signers(
    const std::vector<std::string>& paths);

struct KeyEncryptionKey {
  int32_t epoch = 0;
  Digest key{};
};
Result<KeyEncryptionKey> read_key_encryption_key(const std::string& path);
Result<Digest> read_lookup_key(const std::string& path);

// Write a fresh key, mode 0600, never over an existing file (`already_exists`). The signer's
// verifier key is what others are given.
Result<ledger::VerifierKey> create_signer(const std::string& path, const std::string& name,
                                          ledger::SignatureType type, Entropy& entropy);
Result<void> create_key_encryption_key(const std::string& path, int32_t epoch, Entropy& entropy);
Result<void> create_lookup_key(const std::string& path, Entropy& entropy);

// A certificate as the node needs it: the key is its key, readable by its owner alone and under no
// passphrase, it is in date at `now`, it names exactly one URI, `identity`, and it chains to
// `roots`. An empty `identity` is a server only its own agency calls: `roots` are then those of its
// callers, and neither the name nor the chain is checked. `precondition`, `where`: the path of what
// is wrong. Returns when the certificate ends.
Result<Instant> check_certificate(const std::string& certificate, const std::string& key,
                                  const std::string& roots, const std::string& identity,
                                  Instant now);

}  // namespace relais::ops
