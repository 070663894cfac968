// SPDX-License-Identifier: Apache-2.0
// A text as a law pack: it is refused with a place for every complaint, or it loads and decides,
// and then nothing leaves that was not asked for, nothing of tier 4, and a replay decides the same.
// The same text is tried as a case file and as canonical facts.
#include <string>

#include "policy/case_file.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(fuzz_text(data, size));
  Problems problems;
  const auto law = Law::parse(words(), {{"fuzz.toml", text}}, {}, &problems);
  RELAIS_CHECK(law.has_value() == problems.empty());
  if (law) check_decision(**law, some_facts());
  (void)CaseFile::parse(words(), text, "fuzz.cases.toml");
  const auto facts = Facts::from_canonical(text, words());
  if (facts) RELAIS_CHECK(facts->canonical(words()) == text);
  return 0;
}
