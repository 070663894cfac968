// SPDX-License-Identifier: Apache-2.0
// policy mutate: the packs with one thing wrong at a time; some case must notice each. Those that
// none can are listed in a file, each with its reason: a survivor that is not there, and a reason
// for what is killed or does not exist, are both found.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "policy/analyse/hunt.h"
#include "policy/commands/verbs.h"
#include "policy/table_reader.h"

namespace relais::policy {
namespace {

using nlohmann::json;

using Reasons = std::map<std::string, std::string>;

Result<Reasons> reasons_of(const std::string& path) {
  Reasons reasons;
  if (path.empty()) return reasons;
  RELAIS_TRY(text, read_file(path));
  Problems problems;
  const auto root = parse_toml(text, path, problems);
  if (root) {
    TableReader table(*root, path, problems);
    const Node* list = table.node("survivor");
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      TableReader one(list->items[i], path, problems);
      const std::string mutant = one.text("mutant");
      const bool is_new = reasons.emplace(mutant, one.text("reason")).second;
      if (!is_new) one.complain(one.at(), "\"" + mutant + "\" is listed twice");
      one.finish();
    }
    table.finish();
  }
  if (problems.empty()) return reasons;
  return fail(FaultKind::invalid, "the reasons cannot be read", problems.sentences());
}

std::string rate(size_t killed, size_t all) {
  const size_t tenths = all == 0 ? 1000 : killed * 1000 / all;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string line_of(const HuntResult& result) {
  std::string line = result.pack + ": " + std::to_string(result.all_killed()) + " of " +
                     std::to_string(result.all()) + " killed, " +
                     rate(result.all_killed(), result.all()) + " (";
  const char* between = "";
  for (const auto& [mutation, bred] : result.bred) {
    const auto killed = result.killed.find(mutation);
    line += between + std::string(text_of(mutation)) + " " +
            std::to_string(killed == result.killed.end() ? 0 : killed->second) + "/" +
            std::to_string(bred);
    between = ", ";
  }
  return line + ")";
}

// What is wrong: survivors without a reason, reasons without a survivor.
std::vector<std::string> findings(const std::vector<HuntResult>& results, const Reasons& reasons,
                                  bool all_packs) {
  std::vector<std::string> lines;
  std::set<std::string> survivors;
  for (const HuntResult& result : results) {
    for (const std::string& name : result.survivors) {
      survivors.insert(name);
      if (!reasons.contains(name)) lines.push_back("survives without a reason: " + name);
    }
  }
  for (const auto& [name, reason] : reasons) {
    if (all_packs && !survivors.contains(name)) {
      lines.push_back("has a reason, and is killed or does not exist: " + name);
    }
  }
  return lines;
}

json json_of(const std::vector<HuntResult>& results, const std::vector<std::string>& lines) {
  json packs = json::object();
  for (const HuntResult& result : results) {
    packs[result.pack] = {{"mutants", result.all()},
                          {"killed", result.all_killed()},
                          {"survivors", result.survivors}};
  }
  return {{"packs", packs}, {"findings", lines}};
}

// For each survivor a case that would notice it, or that none could.
void suggest(const Call& call, const Hunt& hunt, const HuntResult& result, const Reasons& reasons) {
  Progress progress(call.err, "survivors", result.survivors.size());
  size_t done = 0;
  for (const std::string& name : result.survivors) {
    progress.step(++done);
    if (reasons.contains(name)) continue;
    const auto text = hunt.case_for(result.pack, name, Date::of(2026, 11, 1));
    if (!text) continue;
    call.out << (text->empty() ? "# no request notices: " + name + "\n" : *text) << "\n";
  }
}

}  // namespace

int run_mutate(const Call& call) {
  const auto reasons = reasons_of(call.given.one("--reasons"));
  if (!reasons) return call.fault(reasons.error());
  const auto hunt = Hunt::prepare(call.words, call.given.law());
  if (!hunt) return call.fault(hunt.error());
  std::vector<HuntResult> results;
  size_t all = 0;
  size_t killed = 0;
  const auto packs = call.given.has("--packs") ? call.given.all("--packs") : hunt->packs();
  for (const std::string& pack : packs) {
    const auto known = hunt->packs();
    if (std::find(known.begin(), known.end(), pack) == known.end()) {
      return call.usage("no such pack: " + pack);
    }
    std::unique_ptr<Progress> progress;
    results.push_back(hunt->run(pack, [&](size_t done, size_t of) {
      if (!progress) progress = std::make_unique<Progress>(call.err, "mutants of " + pack, of);
      progress->step(done);
    }));
    all += results.back().all();
    killed += results.back().all_killed();
    if (!call.json()) call.out << line_of(results.back()) << "\n";
    if (call.given.has("--suggest")) suggest(call, *hunt, results.back(), *reasons);
  }
  const auto lines = findings(results, *reasons, !call.given.has("--packs"));
  if (call.json()) {
    call.out << json_of(results, lines).dump(2) << "\n";
  } else {
    for (const std::string& line : lines) call.out << line << "\n";
    call.out << killed << " of " << all << " mutants killed, " << rate(killed, all) << "; "
             << lines.size() << " findings\n";
  }
  return lines.empty() && killed * 100 >= all * 95 ? kDone : kFound;
}

}  // namespace relais::policy
