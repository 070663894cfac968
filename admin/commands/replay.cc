// SPDX-License-Identifier: Apache-2.0
// policy replay and explain over a node's database: the decisions its ledger records, made again
// from the record and the law of its day. Without -c both read files, in the policy room.
#include <fstream>
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "admin/node_database.h"
#include "node/ledger/crypto.h"
#include "node/storage/records.h"
#include "policy/commands/commands.h"
#include "policy/commands/explanation.h"
#include "policy/commands/replay_run.h"

namespace relais::admin {
namespace {

constexpr std::string_view kParameter = "parameter.";

std::string hex_of(const std::optional<Digest>& digest) {
  return digest ? to_hex(view(*digest)) : std::string();
}

policy::Recorded recorded_from(const ledger::SharedPart& shared, const ledger::PrivatePart& kept) {
  policy::Recorded one;
  one.entry = shared.entry_id;
  one.event = std::string(ledger::code_of(shared.event));
  one.status = shared.status;
  one.facts = kept.facts;
  one.facts_digest = hex_of(kept.facts_digest);
  one.law_date = kept.law_date;
  one.law_digest = hex_of(kept.packs_digest);
  one.engine = kept.engine_version;
  for (const ledger::PackVersion& pack : kept.packs) {
    one.packs.push_back({pack.id, pack.version, hex_of(pack.digest)});
  }
  one.attachments = shared.attachments;
  for (const auto& [key, value] : kept.details) {
    if (key.starts_with(kParameter)) one.parameters[key.substr(kParameter.size())] = value;
    if (key == ledger::kAttachedByNode) std::erase(one.attachments, value);
  }
  one.released = shared.categories_released;
  for (const ledger::Withheld& stop : kept.categories_withheld) {
    one.withheld.push_back({stop.category, stop.stop, stop.rule});
  }
  one.grounds = shared.grounds;
  one.secrecy_ground = shared.secrecy_ground;
  return one;
}

Result<storage::RecordsRead> read_all(const ops::Config& config, const Arguments& given,
                                      const storage::VisitRecord& visit) {
  ledger::SystemEntropy entropy;
  RELAIS_TRY(keyring, keyring_of(config, entropy));
  storage::Pool pool(pool_of(given, config));
  std::optional<EntryId> only;
  if (given.has("entry")) only = EntryId(given.one("entry"));
  return storage::read_records(pool, keyring, only, visit);
}

bool is_entry_id(const std::string& text) {
  return text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

// What the commands of this file have alike: the node's words, and its packs of all days.
struct Opened {
  ops::Config config;
  policy::Vocabulary words;
};

Result<Opened> open_node(const Arguments& given) {
  RELAIS_TRY(config, node_config(given));
  RELAIS_TRY(words, policy::Vocabulary::load(config.law.vocabulary));
  return Opened{std::move(config), std::move(words)};
}

void add_packs(const Opened& node, const Arguments& given, policy::Replay& replay) {
  replay.add_packs(node.config.law.path);
  if (!node.config.law.archive.empty()) replay.add_packs(node.config.law.archive);
  for (const std::string& directory : given.all("archive")) replay.add_packs(directory);
}

int replay_node(const Arguments& given, Output& output) {
  const auto node = open_node(given);
  if (!node) return output.fault(node.error());
  policy::ReplayRun run(node->words, output.out(), output.json());
  add_packs(*node, given, run.replay());
  std::ofstream saved;
  if (given.has("save")) saved.open(given.one("save"));
  policy::Progress progress(output.err(), "records", 0);
  size_t done = 0;
  const auto visit = [&](const auto& shared, const auto& kept) {
    const policy::Recorded recorded = recorded_from(shared, kept);
    if (saved.is_open() && recorded.has_decision()) saved << policy::to_json(recorded) << "\n";
    run.take(recorded);
    progress.step(++done);
  };
  const auto read = read_all(node->config, given, visit);
  if (!read) return output.fault(read.error());
  if (given.has("save") && !saved.flush()) {
    return output.fault({FaultKind::unavailable, "cannot write the records", given.one("save")});
  }
  run.could_not_open(read->closed);
  return run.finish();
}

int explain_entry(const Arguments& given, Output& output) {
  const auto node = open_node(given);
  if (!node) return output.fault(node.error());
  policy::Replay replay(node->words);
  add_packs(*node, given, replay);
  policy::Recorded recorded;
  const auto read = read_all(node->config, given, [&](const auto& shared, const auto& kept) {
    recorded = recorded_from(shared, kept);
  });
  if (!read) return output.fault(read.error());
  if (!recorded.has_decision()) {
    return output.fault({FaultKind::invalid, "this entry records no decision", recorded.entry});
  }
  const auto law = replay.law_for(recorded);
  if (!law) return output.fault(law.error());
  const auto decision = replay.decide(recorded, **law);
  if (!decision) return output.fault(decision.error());
  policy::print_explanation(node->words, output.out(), output.json(), recorded.entry, *decision);
  return kDone;
}

// Without a node: the words of the command line for the policy room, as they stand.
int offline(const std::string& verb, const Arguments& given, Output& output) {
  std::vector<std::string> words{verb};
  if (given.has("FILE")) words.push_back(given.one("FILE"));
  for (const char* name : {"law", "vocabulary", "packs", "param", "archive"}) {
    for (const std::string& value : given.all(name)) {
      words.push_back("--" + std::string(name));
      words.push_back(value);
    }
  }
  if (output.json()) words.emplace_back("--json");
  return policy::run_policy(words, output.out(), output.err());
}

int run_replay(const Arguments& given, Output& output) {
  if (given.has("entry") && !is_entry_id(given.one("entry"))) {
    return output.usage("--entry is the id of an entry");
  }
  if (given.has("FILE")) return offline("replay", given, output);
  if (!given.config.empty()) return replay_node(given, output);
  return output.usage("replay takes a file of records, or -c node.toml for a node's database");
}

int run_explain(const Arguments& given, Output& output) {
  if (!given.has("entry")) return offline("explain", given, output);
  if (!is_entry_id(given.one("entry"))) return output.usage("--entry is the id of an entry");
  if (given.config.empty()) return output.usage("--entry needs -c node.toml");
  return explain_entry(given, output);
}

}  // namespace

std::vector<Command> replay_commands() {
  const Parameter file{Parameter::Shape::operand, "FILE", "records, or facts", false, false, {}};
  const std::vector<Parameter> common{
      file,
      option("entry", "one entry of the node's ledger"),
      option("connection", "another database than node.toml's"),
      several("archive", "folder with packs of other days"),
      option("law", "the law packs (policy/law)"),
      several("param", "NAME=VALUE: another value than the packs' for a parameter"),
      vocabulary_option()};
  Command replay{"policy", "replay", "decide again what ledger records say was decided", common,
                 run_replay};
  replay.parameters.push_back(flag("all", "every entry (without --entry)"));
  replay.parameters.push_back(option("save", "write the records here, for a replay elsewhere"));
  Command explain{"policy", "explain", "a decision in sentences, for person and professional",
                  common, run_explain};
  explain.parameters.push_back(option("packs", "A,B: only these packs"));
  return {replay, explain};
}

}  // namespace relais::admin
