// SPDX-License-Identifier: Apache-2.0
#include "node/ops/directory.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "node/core/step.h"
#include "node/ledger/crypto.h"
#include "node/ops/secret_file.h"
#include "node/ops/stewards.h"

namespace relais::ops {
namespace {

Result<std::string> read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (file) return bytes.str();
  return fail(FaultKind::precondition, "a file cannot be read", path);
}

// In one step, durable when it returns.
Result<void> write_whole(const std::string& path, const std::string& note) {
  if (replace_secret(path, note)) return {};
  return fail(FaultKind::unavailable, "the directory cannot be written beside its file", path);
}

void remove(const std::string& path) {
  std::error_code ignored;  // one that stays is looked at again at the next start
  std::filesystem::remove(path, ignored);
}

}  // namespace

Result<Directory> open_directory(const std::string& note, const std::string& name,
                                 const std::vector<ledger::VerifierKey>& stewards, int threshold,
                                 const policy::Vocabulary& words) {
  RELAIS_TRY(text, open_signed(note, name, stewards, threshold));
  RELAIS_TRY(directory, parse_directory(text, name, words));
  directory.digest = ledger::sha256(text);
  return directory;
}

std::string_view code_of(Disbelief why) {
  switch (why) {
    case Disbelief::not_signed:
      return "not_signed";
    case Disbelief::unusable:
      return "unusable";
    case Disbelief::foreign:
      return "foreign";
    case Disbelief::older:
      return "older";
    case Disbelief::expired:
      return "expired";
  }
  return "other";
}

DirectoryFile::Believed<Directory> DirectoryFile::believe(const std::string& note,
                                                          const std::string& place) const {
  const auto text = open_signed(note, place, settings_.stewards, settings_.threshold);
  if (!text) return tl::unexpected(Disbelieved{Disbelief::not_signed, text.error()});
  auto directory = parse_directory(*text, place, words_);
  if (!directory) return tl::unexpected(Disbelieved{Disbelief::unusable, directory.error()});
  directory->digest = ledger::sha256(*text);
  if (directory->federation == settings_.federation) return std::move(*directory);
  return tl::unexpected(
      Disbelieved{Disbelief::foreign,
                  {FaultKind::precondition, "the directory is another federation's", place}});
}

DirectoryFile::Believed<std::optional<Directory>> DirectoryFile::newer(
    const std::string& note, const std::string& place) const {
  auto directory = believe(note, place);
  if (!directory) return tl::unexpected(std::move(directory.error()));
  const auto before = current();
  if (before && before->digest == directory->digest) return std::nullopt;
  if (!before || directory->version > before->version) return std::move(*directory);
  return tl::unexpected(Disbelieved{
      Disbelief::older,
      {FaultKind::precondition, "an older directory, or another one of this version", place}});
}

Result<std::unique_ptr<DirectoryFile>> DirectoryFile::open(DirectorySettings settings,
                                                           const policy::Vocabulary& words,
                                                           See see) {
  std::unique_ptr<DirectoryFile> opened(
      new DirectoryFile(std::move(settings), words, std::move(see)));
  RELAIS_TRY_VOID(opened->go_on());
  RELAIS_TRY_VOID(opened->reload());
  const DirectorySettings& wanted = opened->settings_;
  if (opened->current()->find(wanted.agency) == nullptr) {
    return fail(FaultKind::precondition, "this agency is not in the directory", wanted.path);
  }
  return opened;
}

// A crash in offer(): its version may be remembered already, and then no older file is believed.
Result<void> DirectoryFile::go_on() {
  std::error_code ignored;
  if (!std::filesystem::exists(beside(), ignored)) return {};
  const auto left = read_whole(beside());
  const auto there = read_whole(settings_.path);
  const auto next = believe(left.value_or(""), beside());
  const auto before = believe(there.value_or(""), settings_.path);
  if (next && (!before || next->version > before->version)) {
    RELAIS_TRY_VOID(see_(next->version, next->digest));
    RELAIS_TRY_VOID(write_whole(settings_.path, *left));
  }
  remove(beside());
  return {};
}

Result<bool> DirectoryFile::reload() {
  const std::lock_guard one_at_a_time(changing_);
  auto note = read_whole(settings_.path);
  if (!note) {
    return fail(FaultKind::precondition, "the directory cannot be read", settings_.path);
  }
  auto directory = newer(*note, settings_.path);
  if (!directory) return refuse_file(*note, std::move(directory.error()));
  if (!*directory) return false;
  const auto seen = see_((*directory)->version, (*directory)->digest);
  if (!seen && seen.error().kind == FaultKind::precondition) {
    return refuse_file(*note, {Disbelief::older, seen.error()});
  }
  if (!seen) return tl::unexpected(seen.error());
  put_in_force(std::move(**directory), std::move(*note));
  return true;
}

Result<bool> DirectoryFile::offer(const std::string& note, const std::string& place, Instant now) {
  const std::lock_guard one_at_a_time(changing_);
  auto directory = newer(note, place);
  if (!directory) return refuse(std::move(directory.error()));
  if (!*directory) return false;
  if ((*directory)->expires <= now) {
    return refuse({Disbelief::expired, {FaultKind::precondition, "it has expired", place}});
  }
  RELAIS_TRY_VOID(keep(note, **directory));
  put_in_force(std::move(**directory), note);
  return true;
}

Result<void> DirectoryFile::keep(const std::string& note, const Directory& directory) {
  RELAIS_TRY_VOID(write_whole(beside(), note));
  at_step("directory.before_see");
  const auto seen = see_(directory.version, directory.digest);
  if (!seen) {
    remove(beside());
    // A database that is away says nothing about the directory.
    if (seen.error().kind != FaultKind::precondition) return tl::unexpected(seen.error());
    return refuse({Disbelief::older, seen.error()});
  }
  at_step("directory.after_see");
  RELAIS_TRY_VOID(write_whole(settings_.path, note));
  remove(beside());
  return {};
}

void DirectoryFile::put_in_force(Directory directory, std::string note) {
  const std::lock_guard lock(mutex_);
  current_ = std::make_shared<const Directory>(std::move(directory));
  note_ = std::make_shared<const std::string>(std::move(note));
}

tl::unexpected<Fault> DirectoryFile::refuse(Disbelieved disbelieved) const {
  if (settings_.refused) settings_.refused(disbelieved.why);
  return tl::unexpected(std::move(disbelieved.fault));
}

// The file is read again and again: what stays there is one refusal.
tl::unexpected<Fault> DirectoryFile::refuse_file(const std::string& note, Disbelieved disbelieved) {
  const Digest digest = ledger::sha256(note);
  if (std::exchange(refused_, digest) == digest) return tl::unexpected(disbelieved.fault);
  return refuse(std::move(disbelieved));
}

std::shared_ptr<const Directory> DirectoryFile::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::shared_ptr<const std::string> DirectoryFile::note() const {
  const std::lock_guard lock(mutex_);
  return note_;
}

}  // namespace relais::ops
