// SPDX-License-Identifier: Apache-2.0
// The federation's directory from draft to signed note. The draft is TOML that people edit; add
// appends an agency's own text as it stands, comments and all. Nothing is written that the node
// would not read.
#include "node/ops/directory.h"

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/commands/commands.h"
#include "admin/directory_file.h"
#include "admin/files.h"
#include "admin/signing.h"
#include "admin/steward.h"
#include "node/ledger/encoding.h"
#include "policy/text.h"

namespace relais::admin {
namespace {

Instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string day_text(Instant instant) { return Date::of(instant).text() + "T00:00:00Z"; }

int run_new(const Arguments& given, Output& output) {
  const auto days = ledger::from_decimal(given.one("days", "365"));
  if (!days || *days == 0 || *days > 3650) {
    return output.usage("--days is a whole number from 1 to 3650");
  }
  const std::string federation = given.one("federation");
  if (federation.find_first_of("\"\\\n/ ") != std::string::npos) {
    return output.usage("--federation is a name such as example.org");
  }
  const Date last = Date::of(now()).plus_days(static_cast<int>(*days));
  const std::string text =
      "# The federation's directory. `relaisctl directory add` appends agencies and raises the\n"
      "# version; `directory sign` turns it into the signed note that nodes read.\n"
      "federation = \"" +
      federation + "\"\nversion = 1\nexpires = " + day_text(last.start()) + "\n";
  const auto made = create_text(given.one("FILE"), text);
  if (!made) return output.fault(made.error());
  return output.done({{"file", given.one("FILE")}, {"version", 1}}, given.one("FILE"));
}

// Where the number of the line "version = N" stands: begin and end.
std::optional<std::pair<size_t, size_t>> version_place(const std::string& text) {
  size_t line = 0;
  while (line < text.size() && text[line] != '[') {
    const size_t end = std::min(text.find('\n', line), text.size());
    size_t at = line;
    const std::string key = "version";
    if (text.compare(at, key.size(), key) == 0) {
      at = text.find_first_not_of(" \t", at + key.size());
      if (at < end && text[at] == '=') {
        const size_t begin = text.find_first_not_of(" \t", at + 1);
        const size_t stop = std::min(text.find_first_not_of("0123456789", begin), text.size());
        if (begin < end && stop > begin) return std::pair{begin, stop};
      }
    }
    line = end + 1;
  }
  return std::nullopt;
}

int run_add(const Arguments& given, Output& output) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const std::string path = given.one("DIRECTORY");
  auto text = read_text(path);
  if (!text) return output.fault(text.error());
  const auto agency = read_text(given.one("AGENCY"));
  if (!agency) return output.fault(agency.error());
  const auto before = ops::parse_directory(*text, path, *words);
  if (!before) return output.fault(before.error());
  const auto place = version_place(*text);
  if (!place) {
    return output.fault({FaultKind::invalid, "a line 'version = N' is expected", path});
  }
  const int64_t version = before->version + 1;
  text->replace(place->first, place->second - place->first, std::to_string(version));
  *text += (text->back() == '\n' ? "\n" : "\n\n") + *agency;
  if (text->back() != '\n') *text += '\n';
  const auto after = ops::parse_directory(*text, path + " with " + given.one("AGENCY"), *words);
  if (!after) return output.fault(after.error());
  const auto written = replace_text(path, *text);
  if (!written) return output.fault(written.error());
  const size_t agencies = after->agencies.size();
  return output.done(
      {{"file", path}, {"version", version}, {"agencies", agencies}},
      "version " + std::to_string(version) + ", " + std::to_string(agencies) + " agencies");
}

int run_sign(const Arguments& given, Output& output) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto text = read_text(given.one("DIRECTORY"));
  if (!text) return output.fault(text.error());
  const auto directory = ops::parse_directory(*text, given.one("DIRECTORY"), *words);
  if (!directory) return output.fault(directory.error());
  if (directory->agencies.empty()) {
    return output.fault(
        {FaultKind::invalid, "a directory without agencies", given.one("DIRECTORY")});
  }
  const auto note = sign_into(given.one("out"), *text, given.all("key"));
  if (!note) return output.fault(note.error());
  return output.done({{"file", given.one("out")},
                      {"version", directory->version},
                      {"signed_by", signers_of(*note)}},
                     "version " + std::to_string(directory->version) + ", signed by " +
                         policy::join(signers_of(*note), " "));
}

std::string standing(const Agency& agency, Instant at) {
  if (agency.suspended) return "suspended";
  return agency.current(at) ? "current" : "outside its dates";
}

int report(const Directory& directory, Output& output) {
  const Instant at = now();
  const bool expired = at >= directory.expires;
  nlohmann::json agencies = nlohmann::json::array();
  std::string text = directory.federation + " version " + std::to_string(directory.version) +
                     (expired ? ", EXPIRED " : ", expires ") + Date::of(directory.expires).text() +
                     "\n";
  for (const Agency& one : directory.agencies) {
    agencies.push_back({{"id", one.id.text()},
                        {"standing", standing(one, at)},
                        {"services", one.services.size()}});
    text += "  " + one.id.text() + "  " + standing(one, at) + "  " + one.name.en + ", " +
            std::to_string(one.services.size()) + " services\n";
  }
  const nlohmann::json object{{"federation", directory.federation},
                              {"version", directory.version},
                              {"expires", day_text(directory.expires)},
                              {"expired", expired},
                              {"agencies", agencies}};
  return expired ? output.refused(object, text) : output.done(object, text);
}

int run_check(const Arguments& given, Output& output) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto directory = directory_of(given, *words);
  return directory ? report(*directory, output) : output.fault(directory.error());
}

// Through the running node, which verifies it, remembers its version and puts it in its place.
int run_fetch(const Arguments& given, Output& output) {
  if (given.has("url") == given.has("peer")) return output.usage("either --url or --peer");
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::FetchDirectoryRequest request;
  request.set_url(given.one("url"));
  request.set_peer(given.one("peer"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  const std::string version = std::to_string(reply->directory_version());
  return output.done({{"version", reply->directory_version()}, {"taken", reply->taken()}},
                     reply->taken() ? "version " + version + " is in force now"
                                    : "nothing newer; version " + version + " stays in force");
}

}  // namespace

std::vector<Command> directory_commands() {
  return {
      {"directory",
       "new",
       "begin a directory",
       {operand("FILE", "the TOML file to create"),
        needed("federation", "the federation's name, e.g. example.org"),
        option("days", "until it expires (default 365)")},
       run_new},
      {"directory",
       "add",
       "append an agency and raise the version",
       {operand("AGENCY", "TOML of one [[agency]]"), operand("DIRECTORY", "the TOML directory"),
        vocabulary_option()},
       run_add},
      {"directory",
       "sign",
       "sign a directory; signatures already on the same text are kept",
       {operand("DIRECTORY", "the TOML directory"), needed("out", "the signed note"),
        several("key", "a steward's key file", true), vocabulary_option()},
       run_sign},
      {"directory", "check", "verify a signed directory and say what is in it",
       directory_parameters(), run_check},
      {"directory",
       "fetch",
       "ask a web server or a peer for a newer directory now",
       {option("url", "where the signed note is, http:// or https://"),
        option("peer", "an agency's directory id"), socket_option()},
       run_fetch,
       false,
       true},
      {"directory", "questions",
       "what each service asks of a person, how much of it must be answered, and why",
       directory_parameters(), run_questions},
  };
}

}  // namespace relais::admin
