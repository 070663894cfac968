// SPDX-License-Identifier: Apache-2.0
#include "policy/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "policy/digest.h"
#include "policy/law_loader.h"

namespace relais::policy {
namespace {

constexpr const char* kPack = ".toml";
constexpr const char* kEdition = ".law";

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  bool write(const std::string& content) const {
    size_t written = 0;
    while (written < content.size()) {
      const ssize_t got = ::write(descriptor_, content.data() + written, content.size() - written);
      if (got <= 0) return false;
      written += static_cast<size_t>(got);
    }
    return sync();
  }
  bool sync() const { return descriptor_ >= 0 && ::fsync(descriptor_) == 0; }
  bool let_others_read() const { return ::fchmod(descriptor_, 0644) == 0; }

 private:
  int descriptor_;
};

// Written beside its place under a name of its own, then put there; the name survives a power cut.
bool write_in_one_step(const std::string& folder, const std::string& path,
                       const std::string& content) {
  std::string beside = folder + "/.new-XXXXXX";
  const OpenFile file(::mkstemp(beside.data()));
  const bool whole = file.write(content) && file.let_others_read() &&
                     std::rename(beside.c_str(), path.c_str()) == 0;
  if (!whole) ::unlink(beside.c_str());
  return whole && OpenFile(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)).sync();
}

// Rules may name rules of packs that are not part of the edition; that was checked when it was
// proposed, beside all the packs there were.
Result<std::shared_ptr<const Law>> build(const Vocabulary& words, const Edition& edition,
                                         const std::vector<PackText>& texts,
                                         const Parameters& parameters) {
  Problems problems;
  LawLoader loader(words, parameters, problems, [](const std::string&) { return true; });
  for (size_t i = 0; i < texts.size(); ++i) loader.read(texts[i], edition.packs[i].id);
  std::shared_ptr<const Law> law = loader.finish();
  if (law != nullptr) return law;
  return fail(FaultKind::invalid, "a law pack does not load", problems.sentences());
}

// The edition's values where they differ from what the packs state.
Parameters parameters_of(const Edition& edition, const Law& as_stated) {
  std::map<std::string, std::string> values;
  const Edition stated = edition_of(as_stated);
  for (size_t i = 0; i < edition.packs.size(); ++i) {
    const auto& before = stated.packs[i].parameters;
    for (const auto& [name, value] : edition.packs[i].parameters) {
      const auto same = before.find(name);
      if (same == before.end() || same->second != value) values[name] = value;
    }
  }
  return typed_parameters(values, as_stated);
}

}  // namespace

std::string LawArchive::path_of(const Digest& digest, const char* suffix) const {
  return folder_ + "/" + to_hex(view(digest)) + suffix;
}

Result<void> LawArchive::put(const std::string& content, const char* suffix) const {
  const Digest digest = sha256_of(content);
  if (get(digest, suffix)) return {};  // kept before; a damaged file is written anew
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed || !write_in_one_step(folder_, path_of(digest, suffix), content)) {
    return fail(FaultKind::unavailable, "the archive of the law cannot be written", folder_);
  }
  return {};
}

Result<std::string> LawArchive::get(const Digest& digest, const char* suffix) const {
  const std::string path = path_of(digest, suffix);
  RELAIS_TRY(content, read_file(path));
  if (sha256_of(content) != digest) {
    return fail(FaultKind::corrupt, "a file of the law's archive is not what its name says", path);
  }
  return content;
}

Result<void> LawArchive::keep_pack(const std::string& text) const { return put(text, kPack); }

Result<void> LawArchive::keep_edition(const Edition& edition) const {
  return put(edition.text(), kEdition);
}

Result<void> LawArchive::keep(const Law& law) const {
  for (const Pack& pack : law.packs()) {
    if (get(pack.digest, kPack)) continue;
    RELAIS_TRY(text, read_file(pack.file));
    if (sha256_of(text) != pack.digest) {
      return fail(FaultKind::precondition, "a pack changed after it was loaded", pack.file);
    }
    RELAIS_TRY_VOID(keep_pack(text));
  }
  return keep_edition(edition_of(law));
}

Result<std::string> LawArchive::pack(const Digest& digest) const { return get(digest, kPack); }

Result<Edition> LawArchive::edition(const Digest& digest) const {
  RELAIS_TRY(text, get(digest, kEdition));
  return parse_edition(text, path_of(digest, kEdition));
}

Result<std::shared_ptr<const Law>> LawArchive::load(const Vocabulary& words,
                                                    const Digest& digest) const {
  RELAIS_TRY(found, edition(digest));
  std::vector<PackText> texts;
  for (const PackEdition& one : found.packs) {
    RELAIS_TRY(text, pack(one.digest));
    texts.push_back({path_of(one.digest, kPack), text});
  }
  return load_edition(words, found, texts);
}

Result<std::shared_ptr<const Law>> load_edition(const Vocabulary& words, const Edition& edition,
                                                const std::vector<PackText>& texts) {
  RELAIS_CHECK(texts.size() == edition.packs.size());
  RELAIS_TRY(as_stated, build(words, edition, texts, {}));
  const Parameters parameters = parameters_of(edition, *as_stated);
  RELAIS_TRY(law, build(words, edition, texts, parameters));
  if (edition_of(*law) == edition) return law;
  return fail(FaultKind::precondition, "the packs do not make the law of this digest",
              to_hex(view(edition.digest())));
}

}  // namespace relais::policy
