// SPDX-License-Identifier: Apache-2.0
// The federation's directory from draft to signed note, and what is in one. The draft is TOML, with
// the stewards' remarks; how it changes is in directory_changes.cc.
#include "node/ops/directory.h"

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/directory_draft.h"
#include "admin/directory_file.h"
#include "admin/files.h"
#include "admin/signing.h"
#include "admin/steward.h"
#include "node/core/rfc3339.h"
#include "policy/text.h"

namespace relais::admin {
namespace {

Instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

int run_new(const Arguments& given, Output& output) {
  const auto expires = expiry_of(given);
  if (!expires) return output.usage(kDaysWanted);
  const std::string federation = given.one("federation");
  if (federation.find_first_of("\"\\\n/ ") != std::string::npos) {
    return output.usage("--federation is a name such as example.org");
  }
  const std::string text =
      "# The federation's directory. `relaisctl directory add` appends agencies and raises the\n"
      "# version; `directory sign` turns it into the signed note that nodes read.\n"
      "federation = \"" +
      federation + "\"\nversion = 1\nexpires = " + rfc3339(*expires) + "\n";
  const auto made = create_text(given.one("FILE"), text);
  if (!made) return output.fault(made.error());
  return output.done({{"file", given.one("FILE")}, {"version", 1}}, given.one("FILE"));
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

// So long before its end somebody should renew it: as the node of -c has it, else as by default.
Result<std::chrono::hours> grace_of(const Arguments& given) {
  if (given.config.empty()) return std::chrono::hours{ops::Config{}.directory.grace_hours};
  RELAIS_TRY(config, node_config(given));
  return std::chrono::hours{config.directory.grace_hours};
}

int report(const Directory& directory, std::chrono::hours grace, Output& output) {
  const Instant at = now();
  const bool expired = at >= directory.expires;
  const bool ends_soon = directory.expires - at < grace;
  nlohmann::json agencies = nlohmann::json::array();
  std::string text = directory.federation + " version " + std::to_string(directory.version) +
                     (expired     ? ", EXPIRED "
                      : ends_soon ? ", ENDS SOON "
                                  : ", expires ") +
                     rfc3339(directory.expires) + "\n";
  for (const Agency& one : directory.agencies) {
    agencies.push_back({{"id", one.id.text()},
                        {"standing", standing(one, at)},
                        {"services", one.services.size()}});
    text += "  " + one.id.text() + "  " + standing(one, at) + "  " + one.name.en + ", " +
            std::to_string(one.services.size()) + " services\n";
  }
  const nlohmann::json object{{"federation", directory.federation},
                              {"version", directory.version},
                              {"expires", rfc3339(directory.expires)},
                              {"expired", expired},
                              {"ends_soon", ends_soon},
                              {"agencies", agencies}};
  return expired ? output.refused(object, text) : output.done(object, text);
}

int run_check(const Arguments& given, Output& output) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto grace = grace_of(given);
  if (!grace) return output.fault(grace.error());
  const auto directory = directory_of(given, *words);
  return directory ? report(*directory, *grace, output) : output.fault(directory.error());
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
  std::vector<Command> all{
      {"directory",
       "new",
       "begin a directory",
       {operand("FILE", "the TOML file to create"),
        needed("federation", "the federation's name, e.g. example.org"), days_option()},
       run_new},
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
  const std::vector<Command> changes = directory_change_commands();
  all.insert(all.begin() + 1, changes.begin(), changes.end());
  return all;
}

}  // namespace relais::admin
