// SPDX-License-Identifier: Apache-2.0
// policy replay: records of a ledger, from a file with one a line.
#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/commands/replay_run.h"
#include "policy/commands/verbs.h"

namespace relais::policy {

void ReplayRun::tell(const Recorded& recorded, const std::string& what) {
  told_.push_back(recorded.entry + ": " + what);
  if (!json_) out_ << told_.back() << "\n";
}

void ReplayRun::take(const Recorded& recorded) {
  if (!recorded.has_decision()) {
    ++without_;
    return;
  }
  const auto law = replay_.law_for(recorded);
  if (!law) {
    ++unavailable_;
    return tell(recorded, std::string(law.error().message.view()) + ": " + law.error().where);
  }
  const auto decision = replay_.decide(recorded, **law);
  const std::vector<std::string> differences =
      decision ? replay_.differences(recorded, *decision)
               : std::vector<std::string>{std::string(decision.error().message.view()) + ": " +
                                          decision.error().where};
  ++(differences.empty() ? agree_ : differ_);
  for (const std::string& line : differences) tell(recorded, line);
}

int ReplayRun::finish() {
  if (json_) {
    const nlohmann::json object{{"agree", agree_},
                                {"differ", differ_},
                                {"without_decision", without_},
                                {"law_not_here", unavailable_},
                                {"not_opened", closed_},
                                {"differences", told_}};
    out_ << object.dump(2) << "\n";
  } else {
    out_ << agree_ << " agree, " << differ_ << " differ, " << without_ << " hold no decision, of "
         << unavailable_ << " the law is not here, " << closed_ << " could not be opened\n";
  }
  if (differ_ > 0) return kFound;
  return unavailable_ + closed_ > 0 ? kUnavailable : kDone;
}

int run_replay(const Call& call) {
  if (call.given.operands.size() != 1) return call.usage("replay takes one file of records");
  const auto text = read_file(call.given.operands[0]);
  if (!text) return call.fault(text.error());
  const auto records = recorded_from_json(*text, call.given.operands[0]);
  if (!records) return call.fault(records.error());
  const auto law = law_of(call);
  if (!law) return call.fault(law.error());
  ReplayRun run(call.words, call.out, call.json());
  run.replay().add_law(*law);
  run.replay().add_packs(call.given.law());
  for (const std::string& directory : call.given.all("--archive")) {
    run.replay().add_packs(directory);
  }
  Progress progress(call.err, "records", records->size());
  for (size_t i = 0; i < records->size(); ++i) {
    run.take((*records)[i]);
    progress.step(i + 1);
  }
  return run.finish();
}

}  // namespace relais::policy
