// SPDX-License-Identifier: Apache-2.0
#include "admin/directory_draft.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "admin/files.h"
#include "node/core/rfc3339.h"
#include "node/core/text.h"
#include "node/ledger/encoding.h"
#include "node/ops/directory.h"
#include "policy/document.h"

namespace relais::admin {
namespace {

// From here up to there, in bytes.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

size_t line_start(const std::string& text, size_t at) {
  const size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  return before == std::string::npos ? 0 : before + 1;
}

size_t next_line(const std::string& text, size_t at) {
  return std::min(text.find('\n', at), text.size() - 1) + 1;
}

size_t offset_of(const std::string& text, policy::Position at) {
  size_t line = 0;
  for (int number = 1; number < at.line; ++number) line = next_line(text, line);
  return line + static_cast<size_t>(at.column) - 1;
}

// Of a value that is a number, a flag or a time.
Span value_at(const std::string& text, policy::Position at) {
  const size_t begin = offset_of(text, at);
  const size_t stop = std::min(text.find_first_of("#\r\n", begin), text.size());
  return {begin, text.find_last_not_of(" \t", stop - 1) + 1};
}

bool is_remark(const std::string& text, size_t line) {
  const size_t first = text.find_first_not_of(" \t\r", line);
  return first != std::string::npos && (text[first] == '#' || text[first] == '\n');
}

// Where the entry with this header begins: remarks and empty lines above it belong to it.
size_t entry_start(const std::string& text, size_t header) {
  size_t start = line_start(text, header);
  while (start > 0 && is_remark(text, line_start(text, start - 1))) {
    start = line_start(text, start - 1);
  }
  return start;
}

std::optional<policy::Node> document_of(const std::string& text, const std::string& name) {
  policy::Problems problems;  // none: the node's own reader took this text
  return policy::parse_toml(text, name, problems);
}

std::string suggestion(const std::string& agency, const Directory& directory) {
  std::vector<std::string> ids;
  for (const Agency& one : directory.agencies) ids.push_back(one.id.text());
  const std::string near = closest_match(agency, ids);
  return near.empty() ? agency : agency + " (did you mean '" + near + "'?)";
}

}  // namespace

std::optional<Instant> expiry_of(const Arguments& given) {
  const auto days = ledger::from_decimal(given.one("days", "365"));
  if (!days || *days == 0 || *days > 3650) return std::nullopt;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return Date::of(now).plus_days(static_cast<int>(*days)).start();
}

Parameter days_option() { return option("days", "from today until it expires (default 365)"); }

Result<DirectoryDraft> DirectoryDraft::read(const Arguments& given,
                                            const policy::Vocabulary& words) {
  const std::string path = given.one("DIRECTORY");
  RELAIS_TRY(text, read_text(path));
  RELAIS_TRY(directory, ops::parse_directory(text, path, words));
  return DirectoryDraft(path, std::move(text), std::move(directory), words);
}

// Its number among the entries of the text.
Result<size_t> DirectoryDraft::entry_of(const std::string& agency) const {
  for (size_t i = 0; i < directory_.agencies.size(); ++i) {
    if (directory_.agencies[i].id.text() == agency) return i;
  }
  return fail(FaultKind::not_found, "no such agency in the directory",
              suggestion(agency, directory_));
}

Result<void> DirectoryDraft::suspend(const std::string& agency, bool suspended) {
  RELAIS_TRY(number, entry_of(agency));
  if (directory_.agencies[number].suspended == suspended) {
    if (suspended) return fail(FaultKind::precondition, "it is suspended already", agency);
    return fail(FaultKind::precondition, "it is not suspended", agency);
  }
  const auto document = document_of(text_, path_);
  const policy::Node& entry = document->find("agency")->items[number];
  std::string text = text_;
  if (const policy::Node* said = entry.find("suspended")) {
    const Span value = value_at(text, said->at);
    text.replace(value.begin, value.end - value.begin, suspended ? "true" : "false");
  } else {
    text.insert(next_line(text, offset_of(text, entry.at)), "suspended = true\n");
  }
  return next(std::move(text), path_);
}

Result<void> DirectoryDraft::remove(const std::string& agency) {
  RELAIS_TRY(number, entry_of(agency));
  const auto document = document_of(text_, path_);
  const auto& entries = document->find("agency")->items;
  const auto start = [&](size_t i) { return entry_start(text_, offset_of(text_, entries[i].at)); };
  const size_t begin = start(number);
  const size_t end = number + 1 < entries.size() ? start(number + 1) : text_.size();
  std::string text = text_;
  return next(text.erase(begin, end - begin), path_);
}

Result<void> DirectoryDraft::renew(Instant expires) {
  if (expires <= directory_.expires) {
    return fail(FaultKind::precondition, "it lives as long as that already", path_);
  }
  const auto document = document_of(text_, path_);
  const Span value = value_at(text_, document->find("expires")->at);
  std::string text = text_;
  return next(text.replace(value.begin, value.end - value.begin, rfc3339(expires)), path_);
}

Result<void> DirectoryDraft::append(const std::string& entry, const std::string& name) {
  const char* between = text_.ends_with('\n') ? "\n" : "\n\n";
  const char* after = entry.ends_with('\n') ? "" : "\n";
  return next(text_ + between + entry + after, path_ + " with " + name);
}

// Raises the version in the changed text; nothing is taken that the node's own reader refuses.
Result<void> DirectoryDraft::next(std::string text, const std::string& name) {
  RELAIS_TRY_VOID(ops::parse_directory(text, name, words_));
  const auto document = document_of(text, path_);
  const Span value = value_at(text, document->find("version")->at);
  const std::string version = std::to_string(directory_.version + 1);
  text.replace(value.begin, value.end - value.begin, version);
  RELAIS_TRY(directory, ops::parse_directory(text, name, words_));
  text_ = std::move(text);
  directory_ = std::move(directory);
  return {};
}

Result<void> DirectoryDraft::write() const { return replace_text(path_, text_); }

}  // namespace relais::admin
