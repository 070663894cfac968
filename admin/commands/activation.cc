// SPDX-License-Identifier: Apache-2.0
// How a law comes into force: propose writes down which packs exactly, two stewards sign that, each
// beside the packs they read, and activate hands it to the node. Nothing is put in place that the
// node would not take, and what it does not take is taken away again.
#include "policy/activation.h"

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "admin/signing.h"
#include "admin/steward.h"
#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "node/ops/law_file.h"
#include "policy/archive.h"
#include "policy/text.h"

namespace relais::admin {
namespace {

using policy::Activation;

constexpr int64_t kMostVersions = INT64_MAX;

Date today() {
  return Date::of(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

nlohmann::json object_of(const Activation& activation) {
  nlohmann::json packs = nlohmann::json::array();
  for (const policy::PackEdition& pack : activation.edition.packs) {
    packs.push_back({{"id", pack.id},
                     {"version", pack.version},
                     {"sha256", to_hex(view(pack.digest))},
                     {"parameters", pack.parameters}});
  }
  return {{"version", activation.version},
          {"packs", packs},
          {"digest", to_hex(view(activation.edition.digest()))}};
}

// From -c where the options say nothing.
struct Proposal {
  policy::LawSource source;
  std::map<std::string, std::string> values;  // of --set
  std::string federation;
  int64_t version = 1;
};

// The version after the one of the note in place; 1 when there is none.
int64_t next_version(const std::string& path) {
  const auto bytes = read_text(path);
  const auto note = bytes ? ledger::parse_note(*bytes) : tl::unexpected<Fault>(bytes.error());
  if (!note) return 1;
  const auto before = policy::parse_activation(note->text, path);
  return before && before->version < kMostVersions ? before->version + 1 : 1;
}

Result<Proposal> read_proposal(const Arguments& given) {
  Proposal proposal;
  if (!given.config.empty()) {
    RELAIS_TRY(config, node_config(given));
    proposal = {{config.law.path, config.law.packs, {}},
                {},
                config.agency.federation,
                next_version(config.law.activation)};
  }
  proposal.source.directory = given.one("law", proposal.source.directory);
  proposal.federation = given.one("federation", proposal.federation);
  if (given.has("packs")) proposal.source.packs = policy::split(given.one("packs"), ',');
  if (given.has("version")) {
    const auto wanted = ledger::from_decimal(given.one("version"));
    if (!wanted || *wanted == 0 || *wanted > static_cast<uint64_t>(kMostVersions)) {
      return fail(FaultKind::invalid, "a whole number from 1", "--version");
    }
    proposal.version = static_cast<int64_t>(*wanted);
  }
  for (const std::string& text : given.all("set")) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return fail(FaultKind::invalid, "NAME=VALUE", "--set");
    proposal.values[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return proposal;
}

Result<policy::Edition> edition_of(const Proposal& proposal, const policy::Vocabulary& words) {
  policy::LawSource source = proposal.source;
  RELAIS_TRY(as_stated, policy::Law::load(words, source));
  source.parameters = policy::typed_parameters(proposal.values, *as_stated);
  RELAIS_TRY(law, policy::Law::load(words, source));
  return policy::edition_of(*law);
}

int run_propose(const Arguments& given, Output& output) {
  const auto proposal = read_proposal(given);
  if (!proposal) return output.fault(proposal.error());
  if (proposal->source.directory.empty() || proposal->source.packs.empty() ||
      proposal->federation.empty()) {
    return output.usage("--law, --packs and --federation are needed, or -c node.toml");
  }
  const auto day = given.has("not-before") ? Date::parse(given.one("not-before")) : std::nullopt;
  if (given.has("not-before") && !day) return output.usage("--not-before is a day, YYYY-MM-DD");
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto edition = edition_of(*proposal, *words);
  if (!edition) return output.fault(edition.error());
  const Activation activation{proposal->federation, proposal->version, day, *edition};
  // A pack's version or a value that has no place in a line is found here, not by a steward.
  const auto readable = policy::parse_activation(activation.text(), given.one("out"));
  if (!readable) return output.fault(readable.error());
  const auto written = replace_text(given.one("out"), activation.text());
  if (!written) return output.fault(written.error());
  return output.done(object_of(activation), activation.text());
}

// What is signed lies in front of the steward: these very files, and they load.
Result<void> check_packs(const Activation& activation, const std::string& folder,
                         const policy::Vocabulary& words) {
  std::vector<policy::PackText> texts;
  for (const policy::PackEdition& pack : activation.edition.packs) {
    const std::string path = folder + "/" + pack.id + ".toml";
    RELAIS_TRY(text, read_text(path));
    if (ledger::sha256(text) != pack.digest) {
      return fail(FaultKind::precondition, "this pack is not the one that was proposed", path);
    }
    texts.push_back({path, text});
  }
  RELAIS_TRY_VOID(policy::load_edition(words, activation.edition, texts));
  return {};
}

int run_sign(const Arguments& given, Output& output) {
  const std::string path = given.one("ACTIVATION");
  const auto text = read_text(path);
  if (!text) return output.fault(text.error());
  const auto activation = policy::parse_activation(*text, path);
  if (!activation) return output.fault(activation.error());
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto same = check_packs(*activation, given.one("law"), *words);
  if (!same) return output.fault(same.error());
  const auto note = sign_into(given.one("out"), *text, given.all("key"));
  if (!note) return output.fault(note.error());
  nlohmann::json object = object_of(*activation);
  object["file"] = given.one("out");
  object["signed_by"] = signers_of(*note);
  return output.done(object, "version " + std::to_string(activation->version) + ", signed by " +
                                 policy::join(signers_of(*note), " "));
}

// Puts the note where the node reads it; what stood there comes back unless keep() is called.
class InPlace {
 public:
  static Result<InPlace> put(const std::string& path, const std::string& note) {
    InPlace in_place(path);
    if (const auto before = read_text(path)) in_place.before_ = *before;
    RELAIS_TRY_VOID(replace_text(path, note));
    return in_place;
  }
  Result<void> take_back() const {
    if (before_) return replace_text(path_, *before_);
    return remove_text(path_);
  }

 private:
  explicit InPlace(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::optional<std::string> before_;
};

int tell(Output& output, const ops::ActivatedLaw& law, bool in_force) {
  const std::string digest = to_hex(view(law.law->digest()));
  return output.done(
      {{"version", law.version}, {"digest", digest}, {"in_force", in_force}},
      "version " + std::to_string(law.version) +
          (in_force ? " is in force, " : " comes into force when the node starts, ") + digest);
}

int run_activate(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  if (config->law.activation.empty()) {
    return output.fault(
        {FaultKind::precondition, "node.toml names no law.activation", given.config, nullptr});
  }
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto note = read_text(given.one("NOTE"));
  if (!note) return output.fault(note.error());
  auto settings = ops::law_settings(*config);
  if (!settings) return output.fault(settings.error());
  settings->note = given.one("NOTE");
  const auto law = ops::open_activation(*note, *settings, *words, today());
  if (!law) return output.fault(law.error());
  // A node that is not running would refuse it only when it starts.
  const auto before = read_text(config->law.activation);
  if (law->version < next_version(config->law.activation) && (!before || *before != *note)) {
    return output.fault({FaultKind::precondition,
                         "an older activation, or another one of this version", given.one("NOTE"),
                         nullptr});
  }
  const auto in_place = InPlace::put(config->law.activation, *note);
  if (!in_place) return output.fault(in_place.error());
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  const auto reply = steward->call(v1::ActivateLawRequest{});
  if (reply) return tell(output, *law, true);
  if (reply.error().kind == FaultKind::unavailable) return tell(output, *law, false);
  const auto taken_back = in_place->take_back();
  return output.fault(taken_back ? reply.error() : taken_back.error());
}

}  // namespace

std::vector<Command> activation_commands() {
  return {
      {"policy",
       "propose",
       "write down which law is to come into force, for stewards to sign",
       {needed("out", "the text to write"),
        option("law", "folder of the packs (default: the one of -c)"),
        option("packs", "ids, a,b (default: those of -c)"),
        option("federation", "its name (default: that of -c)"),
        option("version", "above every one before (default: the next after -c's, else 1)"),
        several("set", "NAME=VALUE of a pack's parameter"),
        option("not-before", "first day it may be put in force, YYYY-MM-DD"), vocabulary_option()},
       run_propose},
      {"policy",
       "sign",
       "sign what was proposed, beside the packs themselves; signatures on it are kept",
       {operand("ACTIVATION", "the text of policy propose"), needed("out", "the signed note"),
        needed("law", "folder of the packs you have read"),
        several("key", "a steward's key file", true), vocabulary_option()},
       run_sign},
      {"policy",
       "activate",
       "put a law in force that two stewards have signed",
       {operand("NOTE", "the signed note"), socket_option(), vocabulary_option()},
       run_activate,
       false,
       true},
  };
}

}  // namespace relais::admin
