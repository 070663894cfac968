// SPDX-License-Identifier: Apache-2.0
// Replay: decisions made again from what the ledger's records keep of them: the facts, the packs by
// digest, the parameters, the date. The law of the day is put together from packs found by their
// digest; a decision that comes out otherwise is told difference by difference. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/law.h"

namespace relais::policy {

// What a record says of a withheld category: the first rule only.
struct RecordedStop {
  std::string category;
  std::string stop;
  std::string rule;
  friend bool operator==(const RecordedStop&, const RecordedStop&) = default;
};

struct RecordedPack {
  std::string id;
  std::string version;
  std::string digest;  // hex
};

struct Recorded {
  std::string entry;  // its id
  std::string event;  // disclosed, obliged, refused, received
  std::string status;
  std::string facts;         // canonical
  std::string facts_digest;  // hex
  std::string law_date;
  std::string law_digest;  // hex; of all packs and parameters of the node
  std::string engine;
  std::vector<RecordedPack> packs;                // the engaged ones
  std::map<std::string, std::string> parameters;  // "fr.name" → value as text
  std::vector<std::string> released;
  std::vector<RecordedStop> withheld;
  std::vector<Ground> grounds;
  std::string secrecy_ground;
  std::vector<std::string> attachments;

  bool has_decision() const { return !facts.empty(); }
  bool left() const { return event == "disclosed"; }
  bool arrived() const { return event == "received"; }
};

// One object; what is empty is left out. from_json takes exactly such objects, one a line.
std::string to_json(const Recorded& recorded);
Result<std::vector<Recorded>> recorded_from_json(const std::string& lines, const std::string& name);

class Replay {
 public:
  explicit Replay(const Vocabulary& words) : words_(words) {}

  // Packs to find by digest: every file of a directory that ends in .toml.
  void add_packs(const std::string& directory);
  // A law to use for the records that name it, whatever else is known.
  void add_law(std::shared_ptr<const Law> law);

  // `not_found` when a pack of that day is not here; `invalid` when the record is not readable.
  Result<std::shared_ptr<const Law>> law_for(const Recorded& recorded);
  // The decision again, without its search for counterfactuals.
  Result<Decision> decide(const Recorded& recorded, const Law& law) const;
  // How they differ; empty: they agree.
  std::vector<std::string> differences(const Recorded& recorded, const Decision& decision) const;

 private:
  Result<std::shared_ptr<const Law>> assemble(const Recorded& recorded) const;

  const Vocabulary& words_;
  std::map<std::string, PackText> packs_;  // by digest
  std::map<std::string, std::shared_ptr<const Law>> laws_;
};

}  // namespace relais::policy
