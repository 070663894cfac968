// SPDX-License-Identifier: Apache-2.0
#include "node/ops/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"

namespace relais::ops {
namespace {

constexpr std::string_view kSeed = "relais-ed25519-seed";
constexpr std::string_view kKek = "relais-kek";
constexpr std::string_view kLookup = "relais-lookup";
constexpr size_t kMostBytes = 1024;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// The path with the system's last reason; to be called before anything else can fail.
std::string with_reason(const std::string& path) {
  return path + ": " + std::generic_category().message(errno);
}

Result<std::string> read_secret(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0)
    return fail(FaultKind::precondition, "a key file cannot be opened", with_reason(path));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(FaultKind::precondition, "a key must be a regular file", path);
  }
  if ((status.st_mode & 077) != 0) {
    return fail(FaultKind::precondition,
                "others may read this key: chmod 0600 it, and replace the key if they did", path);
  }
  if (status.st_uid != ::geteuid()) {
    return fail(FaultKind::precondition, "this key belongs to another user", path);
  }
  std::array<char, kMostBytes> buffer{};
  const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
  if (size <= 0 || static_cast<size_t>(size) == buffer.size()) {
    return fail(FaultKind::invalid, "a key file holds one line", path);
  }
  std::string line(buffer.data(), static_cast<size_t>(size));
  if (line.back() == '\n') line.pop_back();
  return line;
}

// Makes the name of a file in its folder survive a power cut; fsync of the file alone does not.
bool keep_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.get() >= 0 && ::fsync(opened.get()) == 0;
}

// The parts between the plus signs after `kind`: `names` of them, then 32 bytes in base64.
struct KeyLine {
  std::string name;
  Digest bytes{};
};
std::optional<KeyLine> parse_line(const std::string& line, std::string_view kind, bool named) {
  if (line.rfind(std::string(kind) + "+", 0) != 0) return std::nullopt;
  std::string rest = line.substr(kind.size() + 1);
  KeyLine parsed;
  if (named) {
    const size_t plus = rest.find('+');
    if (plus == std::string::npos || plus == 0) return std::nullopt;
    parsed.name = rest.substr(0, plus);
    rest = rest.substr(plus + 1);
  }
  const auto bytes = ledger::from_base64(rest);
  const auto digest = bytes ? digest_of(*bytes) : std::nullopt;
  if (!digest) return std::nullopt;
  parsed.bytes = *digest;
  return parsed;
}

}  // namespace

Result<ledger::Ed25519Signer> read_signer(const std::string& path, ledger::SignatureType type) {
  RELAIS_TRY(line, read_secret(path));
  const auto parsed = parse_line(line, kSeed, true);
  if (!parsed) {
    return fail(FaultKind::invalid, "expected: relais-ed25519-seed+<name>+<base64>", path);
  }
  RELAIS_TRY(key, ledger::PrivateKey::from_seed(view(parsed->bytes)));
  return ledger::Ed25519Signer::make(parsed->name, type, key);
}

Result<KeyEncryptionKey> read_key_encryption_key(const std::string& path) {
  RELAIS_TRY(line, read_secret(path));
  const auto parsed = parse_line(line, kKek, true);
  const auto epoch = parsed ? ledger::from_decimal(parsed->name) : std::nullopt;
  if (!epoch || *epoch == 0 || *epoch > 1'000'000) {
    return fail(FaultKind::invalid, "expected: relais-kek+<epoch>+<base64>", path);
  }
  return KeyEncryptionKey{static_cast<int32_t>(*epoch), parsed->bytes};
}

Result<Digest> read_lookup_key(const std::string& path) {
  RELAIS_TRY(line, read_secret(path));
  const auto parsed = parse_line(line, kLookup, false);
  if (!parsed) return fail(FaultKind::invalid, "expected: relais-lookup+<base64>", path);
  return parsed->bytes;
}

Result<void> write_secret(const std::string& path, const std::string& content) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0 && errno == EEXIST) {
    return fail(FaultKind::already_exists, "a file is there already: it is never overwritten",
                path);
  }
  if (file.get() < 0)
    return fail(FaultKind::precondition, "a key file cannot be created", with_reason(path));
  const bool written =
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file.get()) == 0 && keep_name(path);
  if (!written) {
    ::unlink(path.c_str());  // half a key would stand in the way of the next attempt
    return fail(FaultKind::unavailable, "a key file cannot be written", path);
  }
  return {};
}

Result<ledger::VerifierKey> create_signer(const std::string& path, const std::string& name,
                                          ledger::SignatureType type, Entropy& entropy) {
  const Digest seed = ledger::fresh_digest(entropy);
  RELAIS_TRY(key, ledger::PrivateKey::from_seed(view(seed)));
  RELAIS_TRY(signer, ledger::Ed25519Signer::make(name, type, key));
  RELAIS_TRY_VOID(write_secret(
      path, std::string(kSeed) + "+" + name + "+" + ledger::base64(view(seed)) + "\n"));
  return signer.verifier();
}

Result<void> create_key_encryption_key(const std::string& path, int32_t epoch, Entropy& entropy) {
  const Digest key = ledger::fresh_digest(entropy);
  return write_secret(path, std::string(kKek) + "+" + std::to_string(epoch) + "+" +
                                ledger::base64(view(key)) + "\n");
}

Result<void> create_lookup_key(const std::string& path, Entropy& entropy) {
  const Digest key = ledger::fresh_digest(entropy);
  return write_secret(path, std::string(kLookup) + "+" + ledger::base64(view(key)) + "\n");
}

}  // namespace relais::ops
