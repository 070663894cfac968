// SPDX-License-Identifier: Apache-2.0
// policy analyse: what can ever be, over every request there is.
#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/analyse/analysis.h"
#include "policy/analyse/coverage.h"
#include "policy/commands/verbs.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

using nlohmann::json;

constexpr const char* kQuestions =
    "a question is missing: never-releasable | who-can-ever-get CATEGORY | can-reach --category C "
    "--recipient R --purpose P | dead-rules | standoffs";

struct Inquiry {
  const Call& call;
  Analysis analysis;
  Scope scope;
  json object = json::object();
};

Result<std::optional<uint64_t>> value_of(const Call& call, const char* option, FactKey key) {
  if (!call.given.has(option)) return std::optional<uint64_t>();
  RELAIS_TRY(value, encode_value(call.words, key, call.given.one(option)));
  return std::optional<uint64_t>(value);
}

Result<Scope> scope_of(const Call& call) {
  Scope scope;
  RELAIS_TRY(recipient, value_of(call, "--recipient", FactKey::recipient_category));
  RELAIS_TRY(sender, value_of(call, "--sender", FactKey::sender_category));
  RELAIS_TRY(purpose, value_of(call, "--purpose", FactKey::purpose));
  RELAIS_TRY(jurisdiction, value_of(call, "--jurisdiction", FactKey::sender_jurisdiction));
  scope.recipient = recipient;
  scope.sender = sender;
  scope.purpose = purpose;
  scope.jurisdiction = jurisdiction;
  scope.without_consent = call.given.has("--without-consent");
  scope.free_parameters = call.given.has("--any-parameter");
  RELAIS_TRY(date, date_of(call, "today"));
  scope.date = date;
  return scope;
}

Result<CategoryBit> category_of(const Call& call, const std::string& code) {
  const auto bit = call.words.find(code);
  if (!bit) {
    return fail(FaultKind::invalid, "no such category",
                code + did_you_mean(call.words.nearest_category(code)));
  }
  return *bit;
}

std::string scope_text(const Inquiry& inquiry) {
  const Scope& scope = inquiry.scope;
  return "law of " + (scope.date ? scope.date->text() : std::string("any day")) +
         (scope.without_consent ? ", without consent" : "") +
         (scope.free_parameters ? ", whatever the parameters" : "");
}

// Prints one witness as a case; `id` names it.
void print_case(Inquiry& inquiry, const std::string& id, const std::string& note,
                const Witness& witness) {
  const Decision decision = inquiry.analysis.decide(witness);
  const std::string text = to_case(inquiry.analysis.law(), id, note, witness, decision);
  inquiry.object["witnesses"].push_back(text);
  if (!inquiry.call.json()) inquiry.call.out << text << "\n";
}

int finish(Inquiry& inquiry, const std::string& sentence, bool found) {
  inquiry.object["answer"] = sentence;
  inquiry.object["found"] = found;
  inquiry.object["scope"] = scope_text(inquiry);
  inquiry.object["questions_put"] = inquiry.analysis.questions();
  if (inquiry.call.json()) {
    inquiry.call.out << inquiry.object.dump(2) << "\n";
  } else {
    inquiry.call.out << "# " << sentence << " (" << scope_text(inquiry) << ")\n";
  }
  return found ? kFound : kDone;
}

int never_releasable(Inquiry& inquiry) {
  std::vector<std::string> never;
  Progress progress(inquiry.call.err, "categories",
                    static_cast<size_t>(inquiry.call.words.decidable().count()));
  size_t done = 0;
  inquiry.call.words.decidable().each([&](CategoryBit category) {
    const auto witness = inquiry.analysis.can_leave(category, inquiry.scope);
    const std::string& code = inquiry.call.words.at(category).code;
    if (!witness) never.push_back(code);
    inquiry.object["categories"][code] = witness.has_value();
    progress.step(++done);
  });
  const std::string by_form = join(inquiry.call.words.codes(inquiry.call.words.tier(4)), ", ");
  inquiry.object["never"] = never;
  if (!inquiry.call.json()) {
    inquiry.call.out << "# of tier 4, with no form on the wire: " << by_form << "\n";
  }
  return finish(inquiry,
                never.empty() ? "every other category can be released"
                              : "no request releases: " + join(never, ", "),
                !never.empty());
}

// The purposes for which the recipient can get it; each answered on its own.
std::vector<std::string> purposes_of(Inquiry& inquiry, CategoryBit category, Scope scope) {
  std::vector<std::string> purposes;
  const auto& all = inquiry.call.words.purposes();
  for (size_t i = 0; i < all.size(); ++i) {
    if (inquiry.scope.purpose && *inquiry.scope.purpose != uint64_t{1} << i) continue;
    scope.purpose = uint64_t{1} << i;
    if (inquiry.analysis.is_possible(category, scope)) purposes.push_back(all[i].code);
  }
  return purposes;
}

int who_can_ever_get(Inquiry& inquiry, CategoryBit category) {
  const std::string& code = inquiry.call.words.at(category).code;
  const auto recipients = allowed_values(FactKey::recipient_category);
  std::vector<std::string> can;
  std::vector<std::string> cannot;
  Progress progress(inquiry.call.err, "recipients", recipients.size());
  if (!inquiry.call.json()) inquiry.call.out << case_head(inquiry.analysis.law()) << "\n";
  for (size_t i = 0; i < recipients.size(); ++i) {
    Scope scope = inquiry.scope;
    const std::string recipient(recipients[i]);
    if (scope.recipient && *scope.recipient != uint64_t{1} << i) continue;
    scope.recipient = uint64_t{1} << i;
    const auto witness = inquiry.analysis.can_leave(category, scope);
    (witness ? can : cannot).push_back(recipient);
    progress.step(i + 1);
    if (!witness) continue;
    const auto purposes = purposes_of(inquiry, category, scope);
    inquiry.object["recipients"][recipient] = purposes;
    print_case(inquiry, code + "-" + recipient,
               recipient + " can get " + code + " for: " + join(purposes, ", "), *witness);
  }
  inquiry.object["can"] = can;
  inquiry.object["cannot"] = cannot;
  if (!inquiry.call.json() && !cannot.empty()) {
    inquiry.call.out << "# never, whatever the request: " << join(cannot, ", ") << "\n";
  }
  return finish(inquiry, code + " can reach: " + (can.empty() ? "nobody" : join(can, ", ")),
                !can.empty());
}

int can_reach(Inquiry& inquiry, CategoryBit category) {
  const std::string& code = inquiry.call.words.at(category).code;
  const std::string whom = code + " reaches " + inquiry.call.given.one("--recipient") + " for " +
                           inquiry.call.given.one("--purpose");
  const auto witness = inquiry.analysis.can_leave(category, inquiry.scope);
  if (!witness) return finish(inquiry, "no: in no request " + whom, false);
  if (!inquiry.call.json()) inquiry.call.out << case_head(inquiry.analysis.law()) << "\n";
  print_case(inquiry, code + "-" + inquiry.call.given.one("--recipient"), "", *witness);
  return finish(inquiry, "yes: " + whom, true);
}

int dead_rules(Inquiry& inquiry) {
  std::vector<std::string> lines;
  for (const DeadRule& dead : inquiry.analysis.dead_rules()) {
    lines.push_back(place_of(inquiry.analysis.law(), *dead.rule) + dead.why);
    if (!inquiry.call.json()) inquiry.call.out << lines.back() << "\n";
  }
  inquiry.object["rules"] = lines;
  inquiry.scope.date.reset();
  inquiry.scope.free_parameters = true;
  return finish(inquiry, std::to_string(lines.size()) + " rules can never do anything",
                !lines.empty());
}

int standoffs(Inquiry& inquiry) {
  size_t count = 0;
  if (!inquiry.call.json()) inquiry.call.out << case_head(inquiry.analysis.law()) << "\n";
  for (const Standoff& one : inquiry.analysis.duties_against_absolute_bars()) {
    print_case(inquiry, "standoff-" + std::to_string(++count),
               "duty " + one.duty->id + " against bar " + one.bar->id, one.witness);
  }
  inquiry.scope.date.reset();
  inquiry.scope.free_parameters = true;
  return finish(inquiry, std::to_string(count) + " duties can stand against an absolute bar",
                count > 0);
}

int answer(Inquiry& inquiry) {
  const auto& words = inquiry.call.given.operands;
  if (words[0] == "never-releasable") return never_releasable(inquiry);
  if (words[0] == "dead-rules") return dead_rules(inquiry);
  if (words[0] == "standoffs") return standoffs(inquiry);
  const bool reach = words[0] == "can-reach";
  if (!reach && words[0] != "who-can-ever-get") {
    return inquiry.call.usage(
        "no such question: \"" + words[0] + "\"" +
        did_you_mean(nearest(words[0], {"never-releasable", "dead-rules", "standoffs", "can-reach",
                                        "who-can-ever-get"})));
  }
  const std::string code = inquiry.call.given.one("--category", words.size() > 1 ? words[1] : "");
  const bool whole = inquiry.scope.recipient && inquiry.scope.purpose;
  if (code.empty()) return inquiry.call.usage("which category? --category CODE");
  if (reach && !whole) return inquiry.call.usage("can-reach needs --recipient and --purpose");
  const auto category = category_of(inquiry.call, code);
  if (!category) return inquiry.call.fault(category.error());
  if (!inquiry.call.words.decidable().has(*category)) {
    return finish(inquiry,
                  "no: " + code + " is never decided: routing goes with a release, tier 4 never",
                  false);
  }
  return reach ? can_reach(inquiry, *category) : who_can_ever_get(inquiry, *category);
}

}  // namespace

int run_analyse(const Call& call) {
  if (call.given.operands.empty()) return call.usage(kQuestions);
  const auto scope = scope_of(call);
  if (!scope) {
    call.usage(std::string(scope.error().message.view()) + ": " + scope.error().where);
    return kUsage;
  }
  const auto law = law_of(call);
  if (!law) return call.fault(law.error());
  Inquiry inquiry{
      call, Analysis(*law, [&call](const Parameters& more) { return law_of(call, more); }), *scope};
  return answer(inquiry);
}

}  // namespace relais::policy
