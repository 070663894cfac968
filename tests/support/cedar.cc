// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cedar.h"

#include <algorithm>

#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr std::string_view kNone = "false";
constexpr std::string_view kAll = "true";

std::string quoted(const std::vector<std::string>& words) {
  return "[\"" + join(words, "\", \"") + "\"]";
}

// "(a && b)"; an empty conjunction is true, an empty disjunction false.
std::string together(const std::vector<std::string>& parts, const std::string& with,
                     std::string_view nothing) {
  return parts.empty() ? std::string(nothing) : "(" + join(parts, " " + with + " ") + ")";
}
std::string all_of(const std::vector<std::string>& parts) { return together(parts, "&&", kAll); }
std::string any_of(const std::vector<std::string>& parts) { return together(parts, "||", kNone); }

// One law as Cedar text. yes() is true where a condition is true, no() where it is false; where
// neither is, it is unknown.
class Translation {
 public:
  explicit Translation(const Law& law) : law_(law) {}

  std::string policies() const {
    std::string text;
    for (const Rule& rule : law_.rules()) {
      if (rule.kind == RuleKind::lift) text += permit(rule);
      if (rule.kind == RuleKind::bar && is_plain(rule)) text += forbid(rule);
    }
    return text;
  }

 private:
  std::string codes(FactKey key, uint64_t value) const {
    std::vector<std::string> list;
    if (kind_of(key) == FactKind::category_set) {
      list = law_.words().codes(CategorySet{value});
    } else if (kind_of(key) == FactKind::purpose) {
      for (size_t i = 0; i < law_.words().purposes().size(); ++i) {
        if ((value >> i & 1) != 0) list.push_back(law_.words().purposes()[i].code);
      }
    } else {
      for (size_t i = 0; i < allowed_values(key).size(); ++i) {
        if ((value >> i & 1) != 0) list.emplace_back(allowed_values(key)[i]);
      }
    }
    return quoted(list);
  }

  // Of a fact that is known.
  std::string compare(const Term& term) const {
    const std::string fact = "context." + cedar_attribute(term.fact);
    if (term.op == Term::Op::at_least) return fact + " >= " + std::to_string(term.value);
    RELAIS_CHECK(term.op == Term::Op::meets);
    const FactKind kind = kind_of(term.fact);
    const bool set = kind == FactKind::code_set || kind == FactKind::category_set;
    if (set) return fact + ".containsAny(" + codes(term.fact, term.value) + ")";
    return codes(term.fact, term.value) + ".contains(" + fact + ")";
  }

  std::string test(const Term& term, bool wanted) const {
    const auto& clauses = law_.conditions().clauses;
    if (term.op == Term::Op::constant) return (term.value == 1) == wanted ? "true" : "false";
    if (term.op == Term::Op::negation) return test(clauses[term.begin], !wanted);
    if (term.op != Term::Op::any) {
      const std::string known = "context has " + cedar_attribute(term.fact) + " && ";
      return "(" + known + (wanted ? "" : "!(") + compare(term) + (wanted ? ")" : "))");
    }
    std::vector<std::string> parts;
    for (uint32_t i = term.begin; i < term.end; ++i) parts.push_back(test(clauses[i], wanted));
    return wanted ? any_of(parts) : all_of(parts);
  }

  std::string test(const Clause& clause, bool wanted) const {
    std::vector<std::string> parts;
    for (uint32_t i = clause.begin; i < clause.end; ++i) {
      parts.push_back(test(law_.conditions().terms[i], wanted));
    }
    return wanted ? all_of(parts) : any_of(parts);
  }
  std::string yes(uint32_t clause) const { return test(law_.conditions().clauses[clause], true); }
  std::string no(uint32_t clause) const { return test(law_.conditions().clauses[clause], false); }

  std::string covers(const Rule& rule) const {
    if (rule.mask == law_.words().decidable()) return "true";
    return quoted(law_.words().codes(rule.mask)) + ".contains(context.category)";
  }

  static std::string consent() {
    return "context has consent_state && context.consent_state == \"given\" && "
           "context has consent_informed && context.consent_informed == \"true\" && "
           "context has consent_covers_recipient && context.consent_covers_recipient == \"true\" "
           "&& "
           "context has consent_covers_purpose && context.consent_covers_purpose == \"true\" && "
           "context has consent_has_expiry && context.consent_has_expiry == \"true\" && "
           "context has consent_giver_is_alleged_author && "
           "context.consent_giver_is_alleged_author == \"false\" && "
           "context has consent_condition_of_service && "
           "context.consent_condition_of_service == \"false\"";
  }

  std::string fired(const Rule& lift) const {
    std::vector<std::string> parts{yes(lift.when)};
    if (lift.purposes != ~uint64_t{0}) {
      parts.push_back(codes(FactKey::purpose, lift.purposes) + ".contains(context.purpose)");
    }
    if (lift.asks_consent) parts.push_back(consent());
    return all_of(parts);
  }

  std::string holds(const Rule& bar) const {
    std::vector<std::string> overriding;
    bar.overridden_by.each([&](size_t rule) { overriding.push_back(fired(law_.rules()[rule])); });
    std::vector<std::string> parts{covers(bar), "!" + no(bar.when)};
    if (!overriding.empty()) parts.push_back("!" + any_of(overriding));
    return all_of(parts);
  }

  // One that defeats every lift and that nothing overrides.
  static bool is_plain(const Rule& bar) {
    return bar.names_every_lift && bar.unless_basis.empty() && bar.overridden_by.none();
  }

  std::string permit(const Rule& lift) const {
    std::vector<std::string> parts{covers(lift), "context.need.contains(context.category)",
                                   fired(lift), yes(lift.require)};
    if (lift.asks_consent) {
      parts.emplace_back(
          "context has consent_categories && "
          "context.consent_categories.contains(context.category)");
    }
    std::vector<std::string> bars;
    for (const uint16_t number : law_.bars()) {
      const Rule& bar = law_.rules()[number];
      if (bar.names[lift.number] && !is_plain(bar)) bars.push_back(holds(bar));
    }
    std::string text =
        "// " + lift.id + "\npermit(principal, action, resource)\nwhen { " + all_of(parts) + " }";
    if (!bars.empty()) text += "\nunless { " + any_of(bars) + " }";
    return text + ";\n";
  }

  std::string forbid(const Rule& bar) const {
    return "// " + bar.id + "\nforbid(principal, action, resource)\nwhen { " + holds(bar) + " };\n";
  }

  const Law& law_;
};

}  // namespace

std::string cedar_attribute(FactKey key) {
  std::string name(text_of(key));
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

std::string cedar_policies(const Law& law) { return Translation(law).policies(); }

}  // namespace relais::policy
