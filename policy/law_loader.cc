// SPDX-License-Identifier: Apache-2.0
#include "policy/law_loader.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "policy/digest.h"
#include "policy/edition.h"
#include "policy/overrides.h"
#include "policy/text.h"

namespace relais::policy {

LawLoader::LawLoader(const Vocabulary& words, const Parameters& parameters, Problems& problems,
                     std::function<bool(const std::string&)> known_elsewhere)
    : parameters_(parameters),
      problems_(problems),
      known_elsewhere_(std::move(known_elsewhere)),
      law_(new Law) {
  law_->words_ = &words;
}

void LawLoader::read(const PackText& text, const std::string& expected_id) {
  auto root = parse_toml(text.text, text.name, problems_);
  if (root) read({text.name, std::move(*root)}, sha256_of(text.text), expected_id);
}

void LawLoader::read(const PackTree& tree, const Digest& digest, const std::string& expected_id) {
  TableReader table(tree.root, tree.name, problems_);
  Pack pack = read_header(table, tree.name, expected_id);
  pack.digest = digest;
  read_parameters(table, pack);
  read_rules(table, pack);
  std::vector<std::string> bases;
  for (const DraftRule& draft : drafts_) {
    const bool own = draft.rule.pack == law_->packs_.size();
    if (own) bases.insert(bases.end(), draft.rule.basis.begin(), draft.rule.basis.end());
  }
  pack.accountings = read_accountings(table, tree.name, bases, problems_);
  table.finish();
  law_->packs_.push_back(std::move(pack));
}

Pack LawLoader::read_header(TableReader& table, const std::string& file,
                            const std::string& expected_id) {
  Pack pack;
  pack.file = file;
  const Node* node = table.node("pack");
  if (node == nullptr) {
    table.complain({1, 1}, "\"[pack]\" is missing");
    return pack;
  }
  TableReader header(*node, file, problems_);
  pack.id = header.text("id");
  pack.version = header.text("version");
  pack.reviewed_by = header.text_or("reviewed_by", "");
  read_jurisdictions(header, pack);
  header.finish();
  if (!expected_id.empty() && pack.id != expected_id) {
    header.complain(node->at, "the pack's id is not the name of its file");
  }
  for (const Pack& other : law_->packs_) {
    if (other.id == pack.id) header.complain(node->at, "pack \"" + pack.id + "\" is loaded twice");
  }
  if (law_->packs_.size() >= kMostPacks) header.complain(node->at, "more than 64 packs");
  return pack;
}

void LawLoader::read_jurisdictions(TableReader& table, Pack& pack) {
  if (table.node("jurisdictions") == nullptr) {
    return table.complain(table.at(), "\"jurisdictions\" is missing");
  }
  for (const Word& word : table.words("jurisdictions", false)) {
    const auto place = encode_jurisdiction(word.text);
    if (!place) {
      table.complain(word.at, "\"" + word.text + "\" is not an ISO 3166 code");
    } else if (word.text == "EU") {
      pack.eu = true;
    } else {
      pack.jurisdictions.push_back(*place);
    }
  }
}

void LawLoader::read_parameters(TableReader& table, Pack& pack) {
  const Node* node = table.node("parameters");
  if (node == nullptr) return;
  for (const Member& member : node->members) {
    Parameter stated;
    switch (member.value.kind) {
      case Node::Kind::boolean:
        stated = member.value.boolean;
        break;
      case Node::Kind::integer:
        stated = member.value.integer;
        break;
      case Node::Kind::text:
        stated = member.value.text;
        break;
      default:
        table.complain(member.at, "a parameter is true, false, a number or a text");
        continue;
    }
    const auto set = parameters_.find(member.key);
    if (set != parameters_.end() && set->second.index() != stated.index()) {
      table.complain(member.at, "parameter \"" + member.key + "\" was set to another type");
    }
    used_parameters_.insert(member.key);
    pack.parameters[member.key] = set == parameters_.end() ? stated : set->second;
  }
}

void LawLoader::read_rules(TableReader& table, Pack& pack) {
  constexpr std::pair<std::string_view, RuleKind> kKinds[] = {{"silence", RuleKind::silence},
                                                              {"lift", RuleKind::lift},
                                                              {"duty", RuleKind::duty},
                                                              {"bar", RuleKind::bar}};
  ConditionReader conditions(law_->words(), pack.parameters, law_->conditions_, pack.file,
                             problems_);
  RuleReader reader(law_->words(), conditions, pack.file, problems_);
  std::vector<DraftRule> drafts;
  for (const auto& [key, kind] : kKinds) {
    const Node* list = table.node(key);
    if (list == nullptr) continue;
    if (!list->is(Node::Kind::list)) {
      table.complain(list->at, "write \"[[" + std::string(key) + "]]\"");
    }
    for (const Node& item : list->items) {
      if (drafts_.size() + drafts.size() >= kMostRules) {
        return table.complain(item.at,
                              "more than 10240 rules: a node's packs have no more together");
      }
      if (problems_.full()) return;
      drafts.push_back(reader.read(kind, item));
    }
  }
  std::stable_sort(drafts.begin(), drafts.end(), [](const DraftRule& a, const DraftRule& b) {
    return std::tie(a.rule.at.line, a.rule.at.column) < std::tie(b.rule.at.line, b.rule.at.column);
  });
  for (DraftRule& draft : drafts) {
    draft.rule.pack = static_cast<uint8_t>(law_->packs_.size());
    draft.rule.number = static_cast<uint16_t>(drafts_.size());
    if (draft.rule.kind == RuleKind::lift) pack.lifts.set(draft.rule.number);
    drafts_.push_back(std::move(draft));
  }
}

bool LawLoader::may_be_elsewhere(std::string_view pattern) const {
  const std::string id(pattern.substr(0, pattern.find_first_of(".*")));
  for (const Pack& pack : law_->packs_) {
    if (pack.id == id) return false;
  }
  return known_elsewhere_(id);
}

// Naming nothing is a misspelt id, unless the pack it points at exists and is not loaded here.
RuleSet LawLoader::rules_named(const DraftRule& draft, const Word& pattern) {
  RuleSet named = names_.named(pattern.text);
  if (named.none() && pattern.text != "*" && !problems_.full() && !names_.is_exhausted() &&
      !may_be_elsewhere(pattern.text)) {
    problems_.add(file_of(draft.rule), pattern.at,
                  "no lift or duty is called \"" + pattern.text + "\"" +
                      did_you_mean(nearest(pattern.text, names_.ids())));
  }
  return named;
}

void LawLoader::resolve(DraftRule& draft) {
  Rule& rule = draft.rule;
  if (rule.kind == RuleKind::silence) {
    rule.answered_by = law_->packs_[rule.pack].lifts;
    if (!rule.freed_by.empty())
      rule.answered_by = names_.lifts_among(names_.declaring(rule.freed_by));
  }
  if (rule.kind != RuleKind::bar) return;
  for (const Word& pattern : draft.defeats) {
    rule.names |= rules_named(draft, pattern);
    if (pattern.text == "*") rule.names_every_lift = true;
  }
  rule.names.remove(names_.declaring(rule.unless_basis));
  for (const Word& pattern : draft.overridden_by) {
    rule.overridden_by |= rules_named(draft, pattern);
  }
}

void LawLoader::resolve_all() {
  for (const DraftRule& draft : drafts_) {
    if (!draft.rule.grants() || names_.add(draft.rule)) continue;
    return problems_.add(file_of(draft.rule), draft.rule.at,
                         "more than 1000 different legal bases");
  }
  for (DraftRule& draft : drafts_) {
    resolve(draft);
    if (!names_.is_exhausted()) continue;
    return problems_.add(file_of(draft.rule), draft.rule.at,
                         "more patterns than a law may have: 50000 names, 1000 of them with a star "
                         "that is not the last character, 1000 of legal bases");
  }
}

void LawLoader::check_overrides() {
  std::vector<const Rule*> rules;
  for (const DraftRule& draft : drafts_) rules.push_back(&draft.rule);
  for (const size_t number : find_circles(rules)) {
    const DraftRule& bar = drafts_[number];
    problems_.add(file_of(bar.rule), bar.overridden_by[0].at,
                  "the overrides of bar \"" + bar.rule.id +
                      "\" turn in a circle: a rule that overrides it is defeated by a bar that one "
                      "it defeats overrides");
  }
}

void LawLoader::check_ids() {
  std::map<std::string, const Rule*> seen;
  for (const DraftRule& draft : drafts_) {
    if (draft.rule.id.empty()) continue;
    const auto [first, is_new] = seen.emplace(draft.rule.id, &draft.rule);
    if (is_new) continue;
    problems_.add(file_of(draft.rule), draft.rule.at,
                  "rule \"" + draft.rule.id + "\" is already defined at " +
                      file_of(*first->second) + ":" + std::to_string(first->second->at.line));
  }
}

void LawLoader::compute_digest() { law_->digest_ = edition_of(*law_).digest(); }

std::shared_ptr<const Law> LawLoader::finish() {
  for (const auto& [name, value] : parameters_) {
    if (used_parameters_.contains(name)) continue;
    const std::vector<std::string_view> known(used_parameters_.begin(), used_parameters_.end());
    problems_.add("parameters", {1, 1},
                  "no pack has a parameter \"" + name + "\"" + did_you_mean(nearest(name, known)));
  }
  if (!problems_.empty()) return nullptr;
  check_ids();
  resolve_all();
  if (problems_.empty()) check_overrides();
  if (!problems_.empty()) return nullptr;
  for (DraftRule& draft : drafts_) {
    if (draft.rule.kind == RuleKind::lift) law_->lifts_.push_back(draft.rule.number);
    if (draft.rule.kind == RuleKind::bar) law_->bars_.push_back(draft.rule.number);
    law_->by_id_.push_back(draft.rule.number);
    law_->rules_.push_back(std::move(draft.rule));
  }
  std::sort(law_->by_id_.begin(), law_->by_id_.end(),
            [&](uint16_t a, uint16_t b) { return law_->rules_[a].id < law_->rules_[b].id; });
  for (const Term& term : law_->conditions_.terms) {
    if (term.op < Term::Op::constant) law_->mentioned_.set(static_cast<size_t>(term.fact));
  }
  law_->table_.compile(*law_);
  compute_digest();
  return law_;
}

}  // namespace relais::policy
