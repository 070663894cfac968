// SPDX-License-Identifier: Apache-2.0
// Call: one verb of `relaisctl policy` with what was given to it, and what every verb does alike:
// find the vocabulary and the packs, read facts, report faults. Borrowed streams; one thread.
#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/time.h"
#include "policy/facts.h"
#include "policy/law.h"
#include "policy/vocabulary.h"

namespace relais::policy {

enum Exit : int { kDone = 0, kFound = 1, kUsage = 2, kUnavailable = 3 };

struct Option {
  std::string_view name;   // "--law"
  std::string_view value;  // "DIR"; empty: a flag
  std::string_view help;
};

struct Given {
  std::string verb;
  std::vector<std::string> operands;
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // a flag: one empty value

  bool has(std::string_view name) const { return options.find(name) != options.end(); }
  std::string one(std::string_view name, const std::string& otherwise = {}) const;
  // All values of an option, each split at its commas.
  std::vector<std::string> all(std::string_view name) const;
  std::string law() const { return one("--law", "policy/law"); }
};

struct Call {
  const Vocabulary& words;
  const Given& given;
  std::ostream& out;
  std::ostream& err;

  bool json() const { return given.has("--json"); }
  // Message and place on the error stream, as JSON when that was asked for. Returns the exit code.
  int fault(const Fault& fault) const;
  int usage(const std::string& message) const;
};

// Says on a stream how far a long work is, at most once a second and never in the first.
class Progress {
 public:
  Progress(std::ostream& err, std::string what, size_t all)
      : err_(err), what_(std::move(what)), all_(all) {}
  void step(size_t done);  // `all` 0: not known

 private:
  using Clock = std::chrono::steady_clock;
  std::ostream& err_;
  const std::string what_;
  const size_t all_;
  Clock::time_point told_ = Clock::now();
};

std::string vocabulary_path(const Given& given);
// The names in a directory that end so, sorted; none when it is not there.
std::vector<std::string> files_in(const std::string& directory, std::string_view suffix);
std::vector<std::string> packs_in(const std::string& directory);  // their ids
// --packs, or all of the directory's.
std::vector<std::string> packs_of(const Given& given);
// "name=value" of --param; true, false and whole numbers are what they look like.
Result<Parameters> parameters_of(const Given& given);
// The law of --law, --packs and --param, with `more` parameters.
Result<std::shared_ptr<const Law>> law_of(const Call& call, const Parameters& more = {});

// The day of --date: YYYY-MM-DD, today, or any (nothing).
Result<std::optional<Date>> date_of(const Call& call, const std::string& otherwise);

// The facts of a file (TOML by its name, else JSON), or of standard input when `name` is empty,
// with the parameters they set.
Result<Facts> facts_from(const Vocabulary& words, const std::string& name, Parameters& parameters);

}  // namespace relais::policy
