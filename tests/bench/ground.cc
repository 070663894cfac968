// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/ground.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/document.h"
#include "tests/bench/figure.h"

namespace relais::bench {
namespace {

// The demo's nodes are kept small, for three on a laptop, and quick to try again; here they take
// what a node takes by default, so those lines go.
Result<void> use_defaults(const demo::Seat& seat, const std::string& outbox) {
  RELAIS_TRY(text, policy::read_file(seat.config()));
  std::ofstream file(seat.config(), std::ios::trunc);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    bool demos_own = false;
    for (const char* key :
         {"workers", "pool", "first_retry_ms", "longest_retry_seconds", "call_timeout_ms"}) {
      demos_own = demos_own || line.starts_with(std::string(key) + " = ");
    }
    if (demos_own) continue;
    file << line << '\n';
    if (line == "[outbox]") file << outbox;
  }
  file.close();
  if (file) return {};
  return fail(FaultKind::unavailable, "the file cannot be written", seat.config());
}

}  // namespace

Result<Folder> Folder::make() {
  const char* parent = std::getenv("TMPDIR");
  std::string pattern = std::string(parent == nullptr ? "/tmp" : parent) + "/relais-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return fail(FaultKind::unavailable, "no temporary folder", pattern);
  }
  std::filesystem::permissions(pattern, std::filesystem::perms{0711});
  return Folder(pattern);
}

Folder::~Folder() {
  if (path_.empty()) return;
  if (std::getenv("RELAIS_BENCH_KEEP") != nullptr) {
    note("kept: " + path_);
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<std::unique_ptr<demo::Federation>> found(const Options& options, const Folder& folder,
                                                const std::string& more) {
  demo::FederationSettings settings;
  settings.folder = folder.path();
  settings.programs = options.programs;
  settings.source = options.source;
  settings.progress = note;
  RELAIS_TRY(federation, demo::Federation::found(std::move(settings)));
  for (const char* agency : {kSender, kRecipient}) {
    RELAIS_TRY_VOID(use_defaults(federation->seat(agency), more));
  }
  return std::move(federation);
}

}  // namespace relais::bench
