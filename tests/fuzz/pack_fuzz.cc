// SPDX-License-Identifier: Apache-2.0
// A text as a law pack: it is refused with a place for every complaint, or it loads and decides,
// and then nothing leaves that was not asked for, nothing of tier 4, and a replay decides the same.
// The same text is tried as a case file, whose cases are then decided, as a file of facts in TOML
// and in JSON, and as canonical facts: each complaint has its place.
#include <string>

#include "policy/case_file.h"
#include "policy/fact_table.h"
#include "policy/judge.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::policy;

namespace {

const Vocabulary& words() {
  static const Vocabulary loaded = [] {
    auto result = Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml");
    RELAIS_CHECK(result.has_value());
    return std::move(*result);
  }();
  return loaded;
}

// A referral with everything asked for; half of what it says is unknown.
Facts some_facts() {
  Facts facts;
  facts.set(FactKey::date, *Date::of(2026, 11, 1));
  facts.set(FactKey::data, words().all());
  facts.set(FactKey::need, words().decidable());
  facts.set(FactKey::recipient_named, true);
  facts.set(FactKey::objection, false);
  facts.set_raw(FactKey::purpose, 1);
  facts.set_raw(FactKey::sender_jurisdiction, *encode_jurisdiction("FR"));
  return facts;
}

void check_decision(const Law& law, const Facts& facts) {
  const Decision decision = evaluate(law, facts);
  RELAIS_CHECK(decision.released.within(facts.categories(FactKey::data)));
  RELAIS_CHECK((decision.released & words().tier(4)).empty());
  RELAIS_CHECK(decision.verdicts.size() == static_cast<size_t>(words().all().count()));
  RELAIS_CHECK(judge(law, facts).released == decision.released);
}

void check_places(const Problems& problems) {
  for (const Problem& problem : problems.list()) {
    RELAIS_CHECK(problem.at.line >= 0 && !problem.text.empty());
    RELAIS_CHECK(problem.sentence().starts_with(problem.file + ":"));
  }
}

void try_as_cases(const std::string& text, const Law* law) {
  const auto file = CaseFile::parse(words(), text, "fuzz.cases.toml");
  if (!file || law == nullptr) return;
  for (const Case& one : file->cases) {
    if (one.mistakes.empty()) (void)differences(*law, one, evaluate(*law, one.facts));
  }
}

void try_as_facts(const std::string& text) {
  for (const bool toml : {true, false}) {
    Problems problems;
    Facts facts;
    Parameters parameters;
    const auto root =
        toml ? parse_toml(text, "fuzz.facts", problems) : parse_json(text, "fuzz.facts", problems);
    RELAIS_CHECK(root.has_value() == problems.empty());
    if (root) read_facts(words(), *root, "fuzz.facts", facts, parameters, problems);
    check_places(problems);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(fuzz_text(data, size));
  Problems problems;
  const auto law = Law::parse(words(), {{"fuzz.toml", text}}, {}, &problems);
  RELAIS_CHECK(law.has_value() == problems.empty());
  if (law) check_decision(**law, some_facts());
  check_places(problems);
  try_as_cases(text, law ? law->get() : nullptr);
  try_as_facts(text);
  const auto facts = Facts::from_canonical(text, words());
  if (facts) RELAIS_CHECK(facts->canonical(words()) == text);
  return 0;
}
