// SPDX-License-Identifier: Apache-2.0
#include "policy/accounting.h"

#include <algorithm>

#include "policy/facts.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr int64_t kMostYears = 100;
constexpr int64_t kMostDays = 366;

int number(TableReader& table, std::string_view key, int64_t most, bool required) {
  if (!required && table.node(key) == nullptr) return 0;
  const int64_t value = table.integer(key);
  if (value >= (required ? 1 : 0) && value <= most) return static_cast<int>(value);
  table.complain(table.at(),
                 "\"" + std::string(key) + "\" is a number from 1 to " + std::to_string(most));
  return 0;
}

// Globs that some rule of the pack answers to: one that none does is misspelt.
std::vector<std::string> basis_globs(TableReader& table, std::string_view key, bool may_be_empty,
                                     const std::vector<std::string>& bases) {
  std::vector<std::string> globs;
  for (const Word& word : table.words(key, may_be_empty)) {
    const bool known = std::any_of(bases.begin(), bases.end(), [&](const std::string& basis) {
      return matches_glob(word.text, basis);
    });
    if (!known) table.complain(word.at, "no rule of this pack declares \"" + word.text + "\"");
    globs.push_back(word.text);
  }
  return globs;
}

std::vector<std::string> values_of(TableReader& table, std::string_view key, FactKey fact) {
  std::vector<std::string> values;
  const auto allowed = allowed_values(fact);
  for (const Word& word : table.words(key)) {
    if (std::find(allowed.begin(), allowed.end(), word.text) == allowed.end()) {
      table.complain(word.at, "\"" + word.text + "\" is no value of " + std::string(text_of(fact)));
    }
    values.push_back(word.text);
  }
  return values;
}

Accounting read(TableReader& table, const std::vector<std::string>& bases) {
  Accounting one;
  one.id = table.text("id");
  one.cite = table.text("cite");
  one.title = {table.text("fr"), table.text("en")};
  one.of = basis_globs(table, "of", false, bases);
  if (one.of.empty()) table.complain(table.at(), "\"of\" is missing");
  one.except = basis_globs(table, "except", true, bases);
  one.labels = values_of(table, "labels", FactKey::origin);
  one.years = number(table, "years", kMostYears, false);
  one.answer_days = number(table, "answer_days", kMostDays, true);
  one.suspended_by = values_of(table, "suspended_by", FactKey::recipient_category);
  if (!one.suspended_by.empty()) {
    one.oral_days = number(table, "oral_days", kMostDays, true);
    one.suspension_cite = table.text("suspension_cite");
  }
  table.finish();
  return one;
}

}  // namespace

bool Accounting::tells(const std::vector<Ground>& grounds,
                       const std::vector<std::string>& origin) const {
  const bool labelled = labels.empty() || std::any_of(origin.begin(), origin.end(), [&](auto& one) {
                          return std::find(labels.begin(), labels.end(), one) != labels.end();
                        });
  return labelled && std::any_of(grounds.begin(), grounds.end(), [&](const Ground& ground) {
           return declares_basis(ground.bases, of) && !declares_basis(ground.bases, except);
         });
}

std::vector<Accounting> read_accountings(TableReader& pack, const std::string& file,
                                         const std::vector<std::string>& bases,
                                         Problems& problems) {
  std::vector<Accounting> accountings;
  const Node* list = pack.node("accounting");
  if (list == nullptr) return accountings;
  if (!list->is(Node::Kind::list)) pack.complain(list->at, "write \"[[accounting]]\"");
  for (const Node& item : list->items) {
    TableReader table(item, file, problems);
    Accounting one = read(table, bases);
    for (const Accounting& other : accountings) {
      if (other.id == one.id) table.complain(item.at, "\"" + one.id + "\" is there twice");
    }
    accountings.push_back(std::move(one));
  }
  return accountings;
}

}  // namespace relais::policy
