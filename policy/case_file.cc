// SPDX-License-Identifier: Apache-2.0
#include "policy/case_file.h"

#include <algorithm>

#include "policy/fact_table.h"
#include "policy/table_reader.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr size_t kMostMistakes = 1000;  // of a file; what follows is not read

std::string place(const Problem& problem) {
  return std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + ": " +
         problem.text;
}

std::vector<std::string> texts(const std::vector<Word>& words) {
  std::vector<std::string> list;
  for (const Word& word : words) list.push_back(word.text);
  return list;
}

class CaseReader {
 public:
  CaseReader(const Vocabulary& words, CaseFile& file) : words_(words), file_(file) {}

  void read(const Node& root, Problems& problems) {
    TableReader table(root, file_.path, problems);
    file_.packs = texts(table.words("packs", false));
    if (file_.packs.empty()) table.complain({1, 1}, "\"packs\" is missing");
    if (const Node* defaults = table.node("defaults")) {
      read_facts(words_, *defaults, file_.path, defaults_.facts, defaults_.parameters, problems);
    }
    if (const Node* cases = table.node("case")) {
      for (const Node& node : cases->items) {
        if (mistakes_ > kMostMistakes)
          return table.complain(node.at, "too many mistakes before this");
        file_.cases.push_back(read_case(node));
        mistakes_ += file_.cases.back().mistakes.size();
      }
    }
    if (const Node* rows = table.node("elsewhere")) {
      for (const Node& node : rows->items) read_elsewhere(node, problems);
    }
    table.finish();
    find_twins();
  }

 private:
  Case read_case(const Node& node) {
    Problems problems;
    TableReader table(node, file_.path, problems);
    Case one = defaults_;
    one.at = node.at;
    one.id = table.text("id");
    one.expect = table.text("expect");
    if (const Node* given = table.node("given")) {
      read_facts(words_, *given, file_.path, one.facts, one.parameters, problems);
    } else {
      table.complain(node.at, "\"given\" is missing");
    }
    if (!one.facts.is_known(FactKey::date)) table.complain(node.at, "\"date\" is missing");
    read_expectations(table, one);
    table.finish();
    for (const Problem& problem : problems.list()) one.mistakes.push_back(place(problem));
    return one;
  }

  void read_expectations(TableReader& table, Case& one) {
    constexpr std::string_view kOutcomes[] = {"deny", "permit", "oblige", "blocked", "conflict"};
    const auto* known = std::find(std::begin(kOutcomes), std::end(kOutcomes), one.expect);
    const Node* expect = table.node("expect");
    if (known == std::end(kOutcomes) && expect != nullptr) {
      const std::vector<std::string_view> outcomes(std::begin(kOutcomes), std::end(kOutcomes));
      table.complain(expect->at, "unknown outcome \"" + one.expect + "\"" +
                                     did_you_mean(nearest(one.expect, outcomes)));
    }
    if (table.node("survive") == nullptr) table.complain(one.at, "\"survive\" is missing");
    for (const Word& word : table.words("survive")) {
      const auto mask = words_.mask(word.text);
      if (mask) one.survive |= *mask;
      if (!mask) {
        table.complain(word.at, "unknown category \"" + word.text + "\"" +
                                    did_you_mean(words_.nearest_category(word.text)));
      }
    }
    one.cite = texts(table.words("cite"));
    for (const Word& word : table.words("attach")) {
      one.attach.push_back(word.text);
      std::vector<std::string_view> codes;
      for (size_t i = 0; i < kAttachments; ++i)
        codes.push_back(text_of(static_cast<Attachment>(i)));
      if (std::find(codes.begin(), codes.end(), word.text) != codes.end()) continue;
      table.complain(word.at, "unknown attachment \"" + word.text + "\"" +
                                  did_you_mean(nearest(word.text, codes)));
    }
    for (const Word& word : table.words("asks")) {
      const auto key = fact_key(word.text);
      if (key) one.asks.push_back(*key);
      if (!key) {
        table.complain(
            word.at, "unknown fact \"" + word.text + "\"" + did_you_mean(nearest_fact(word.text)));
      }
    }
  }

  void read_elsewhere(const Node& node, Problems& problems) {
    TableReader table(node, file_.path, problems);
    file_.elsewhere.push_back({table.text("id"), table.text("test"), node.at});
    table.finish();
  }

  void find_twins() {
    std::map<std::string, int> lines;
    for (Case& one : file_.cases) {
      const auto [first, is_new] = lines.try_emplace(one.id, one.at.line);
      if (is_new) continue;
      one.mistakes.push_back("another case has this id, on line " + std::to_string(first->second));
    }
  }

  const Vocabulary& words_;
  CaseFile& file_;
  Case defaults_;
  size_t mistakes_ = 0;
};

std::string list_of(const Vocabulary& words, CategorySet set) {
  return set.empty() ? "nothing" : join(words.codes(set), ", ");
}

std::string nearest_rule(const Law& law, const std::string& id) {
  std::vector<std::string_view> ids;
  for (const Rule& rule : law.rules()) ids.emplace_back(rule.id);
  return nearest(id, ids);
}

// An article is cited by what is in it: "us.hud.2004" by the rule "us.hud.2004.coordination" too,
// and "us.vawa.12291(b)(2)" by its paragraph "…(2)(A)".
bool is_or_lies_in(const std::string& rule, const std::string& article) {
  if (!rule.starts_with(article)) return false;
  return rule.size() == article.size() || rule[article.size()] == '.' ||
         rule[article.size()] == '(';
}

bool is_cited(const Decision& decision, const std::string& id) {
  const auto grounds = [&](const Ground& ground) { return is_or_lies_in(ground.rule, id); };
  const auto stops = [&](const Stop& stop) { return is_or_lies_in(stop.rule.id, id); };
  return std::any_of(decision.grounds.begin(), decision.grounds.end(), grounds) ||
         std::any_of(decision.stops.begin(), decision.stops.end(), stops);
}

}  // namespace

Result<CaseFile> CaseFile::parse(const Vocabulary& words, const std::string& text,
                                 const std::string& path) {
  CaseFile file;
  file.path = path;
  Problems problems;
  if (const auto root = parse_toml(text, path, problems)) {
    CaseReader(words, file).read(*root, problems);
  }
  if (problems.empty()) return file;
  return fail(FaultKind::invalid, "the case file does not load", problems.sentences());
}

Result<CaseFile> CaseFile::load(const Vocabulary& words, const std::string& path) {
  RELAIS_TRY(text, read_file(path));
  return parse(words, text, path);
}

std::vector<std::string> differences(const Law& law, const Case& one, const Decision& decision) {
  std::vector<std::string> list = one.mistakes;
  const Vocabulary& words = law.words();
  if (text_of(decision.outcome) != one.expect) {
    list.push_back("outcome is " + std::string(text_of(decision.outcome)) + ", expected " +
                   one.expect);
  }
  if (decision.released != one.survive) {
    list.push_back("released is " + list_of(words, decision.released) + "; expected " +
                   list_of(words, one.survive));
  }
  for (const std::string& id : one.cite) {
    if (law.find(id) == nullptr) {
      list.push_back("cites \"" + id + "\", which is no rule of these packs" +
                     did_you_mean(nearest_rule(law, id)));
    } else if (!is_cited(decision, id)) {
      list.push_back("\"" + id + "\" is among neither the grounds nor the stops");
    }
  }
  for (const std::string& attachment : one.attach) {
    if (!decision.has_attachment(attachment))
      list.push_back("no attachment \"" + attachment + "\"");
  }
  for (const FactKey key : one.asks) {
    const bool asked =
        std::find(decision.asks.begin(), decision.asks.end(), key) != decision.asks.end();
    if (!asked) list.push_back("does not ask \"" + std::string(text_of(key)) + "\"");
  }
  return list;
}

Result<std::shared_ptr<const Law>> LawShelf::get(const std::vector<std::string>& packs,
                                                 const Parameters& parameters) {
  std::string key = join(packs, ",");
  for (const auto& [name, value] : parameters) key += ";" + name + "=" + text_of(value);
  const auto found = laws_.find(key);
  if (found != laws_.end()) return found->second;
  auto law = Law::load(words_, {directory_, packs, parameters});
  laws_.emplace(key, law);
  return law;
}

}  // namespace relais::policy
