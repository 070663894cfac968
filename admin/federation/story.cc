// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/story.h"

#include <algorithm>

#include "policy/document.h"
#include "policy/table_reader.h"

namespace relais::demo {
namespace {

using policy::Node;
using policy::Problems;
using policy::TableReader;

std::vector<std::string> texts(const std::vector<policy::Word>& words) {
  std::vector<std::string> texts;
  for (const policy::Word& word : words) texts.push_back(word.text);
  return texts;
}

std::optional<bool> optional_flag(TableReader& table, std::string_view key) {
  const Node* node = table.node(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is(Node::Kind::boolean)) table.complain(node->at, "true or false");
  return node->boolean;
}

// One file of the story: its tables by name, read against a closed set of keys.
class StoryFile {
 public:
  StoryFile(const std::string& folder, const std::string& name, Problems& problems)
      : path_(folder + "/" + name), problems_(problems) {
    const auto text = policy::read_file(path_);
    if (!text) {
      problems.add(path_, {}, "the file cannot be read");
      return;
    }
    if (auto parsed = policy::parse_toml(*text, path_, problems)) root_ = std::move(*parsed);
  }

  const Node& root() const { return root_; }
  TableReader table(const Node& node) { return TableReader(node, path_, problems_); }
  void complain(policy::Position at, std::string text) const {
    problems_.add(path_, at, std::move(text));
  }

  template <class Read>
  void each(const std::string& key, Read read) {
    if (!root_.is(Node::Kind::table)) return;
    TableReader top = table(root_);
    const Node* list = top.node(key);
    top.finish();
    if (list == nullptr) return complain({1, 1}, "no [[" + key + "]]");
    for (const Node& one : list->items) {
      TableReader fields = table(one);
      read(fields);
      fields.finish();
    }
  }

  std::map<std::string, std::string> text_map(const Node* node) {
    std::map<std::string, std::string> map;
    if (node == nullptr) return map;
    for (const policy::Member& member : node->members) {
      if (!member.value.is(Node::Kind::text)) complain(member.at, "a text");
      map[member.key] = member.value.text;
    }
    return map;
  }

  Attested attested(const Node* node) {
    Attested map;
    if (node == nullptr) return map;
    for (const policy::Member& member : node->members) {
      std::vector<std::string>& values = map[member.key];
      if (member.value.is(Node::Kind::list)) {
        for (const Node& item : member.value.items) values.push_back(item.text);
      } else if (member.value.is(Node::Kind::boolean)) {
        values.push_back(member.value.boolean ? "true" : "false");
      } else {
        values.push_back(member.value.text);
      }
    }
    return map;
  }

 private:
  std::string path_;
  Problems& problems_;
  Node root_;
};

void read_persons(StoryFile file, Story& story) {
  file.each("person", [&](TableReader& table) {
    StoryPerson person;
    person.ref = table.text("ref");
    person.agency = table.text("agency");
    person.items = file.text_map(table.node("items"));
    if (const Node* node = table.node("facts")) {
      TableReader facts = file.table(*node);
      person.age_band = facts.text_or("age_band", "");
      person.capacity = facts.text_or("capacity", "");
      person.maturity = optional_flag(facts, "maturity");
      person.vulnerable = optional_flag(facts, "vulnerable");
      person.origin = texts(facts.words("origin"));
      facts.finish();
    }
    story.persons.push_back(std::move(person));
  });
}

void read_consents(StoryFile file, Story& story) {
  file.each("consent", [&](TableReader& table) {
    StoryConsent consent;
    consent.name = table.text("name");
    consent.person = table.text("person");
    consent.role = table.text("role");
    consent.giver = table.text("giver");
    consent.form = table.text("form");
    consent.language = table.text("language");
    consent.notice_version = table.text("notice_version");
    consent.recipients = texts(table.words("recipients"));
    consent.purposes = texts(table.words("purposes"));
    consent.categories = texts(table.words("categories"));
    consent.days = table.integer("days");
    if (story.person(consent.person) == nullptr) table.complain(table.at(), "no such person");
    story.consents.push_back(std::move(consent));
  });
}

const std::map<std::string, Action::Kind>& kinds() {
  static const std::map<std::string, Action::Kind> kKinds = {
      {"confirm", Action::Kind::confirm},       {"answer", Action::Kind::answer},
      {"accept", Action::Kind::accept},         {"reject", Action::Kind::reject},
      {"withdraw", Action::Kind::withdraw},     {"object", Action::Kind::object},
      {"restrict", Action::Kind::restrict_use}, {"peer_away", Action::Kind::peer_away},
      {"peer_back", Action::Kind::peer_back}};
  return kKinds;
}

std::vector<Action> read_actions(StoryFile& file, const Node* list) {
  std::vector<Action> actions;
  if (list == nullptr) return actions;
  for (const Node& one : list->items) {
    TableReader table = file.table(one);
    Action action;
    const auto kind = kinds().find(table.text("do"));
    if (kind == kinds().end()) {
      table.complain(table.at(), "nobody knows how to do this");
    } else {
      action.kind = kind->second;
    }
    action.role = table.text_or("role", "");
    action.person = table.text_or("person", "");
    action.reason = table.text_or("reason", "");
    action.attest = file.attested(table.node("attest"));
    table.finish();
    actions.push_back(std::move(action));
  }
  return actions;
}

Expectation read_expectation(StoryFile& file, const Node* node) {
  Expectation expect;
  if (node == nullptr) {
    file.complain({1, 1}, "a referral without [referral.expect]");
    return expect;
  }
  TableReader table = file.table(*node);
  expect.line = table.at().line;
  expect.outcome = table.text("outcome");
  for (const policy::Word& word : table.words("left")) expect.left.insert(word.text);
  expect.withheld = file.text_map(table.node("withheld"));
  expect.grounds = texts(table.words("grounds"));
  expect.attachments = texts(table.words("attachments"));
  expect.slip = texts(table.words("slip"));
  expect.state = table.text_or("state", "");
  expect.reason = table.text_or("reason", "");
  expect.delivery = table.text_or("delivery", "");
  table.finish();
  return expect;
}

// What a referral names must exist, or the demo would only find out half way.
void check_references(const TableReader& table, const Story& story, const StoryReferral& referral) {
  const StoryPerson* person = story.person(referral.person);
  if (person == nullptr) return table.complain(table.at(), "no such person");
  if (person->agency != referral.from) {
    table.complain(table.at(), "this person is not on file at the agency that asks");
  }
  if (!referral.consent.empty() && story.consent(referral.consent) == nullptr) {
    table.complain(table.at(), "no such consent");
  }
  for (const std::string& category : referral.asked) {
    if (person->items.count(category) != 0) continue;
    table.complain(table.at(), "the person has no value for " + category);
  }
}

void read_referrals(StoryFile file, Story& story) {
  file.each("referral", [&](TableReader& table) {
    StoryReferral referral;
    referral.id = table.text("id");
    referral.fr = table.text("fr");
    referral.en = table.text("en");
    referral.from = table.text("from");
    referral.role = table.text("role");
    referral.person = table.text("person");
    referral.to = table.text("to");
    referral.service = table.text("service");
    referral.purpose = table.text("purpose");
    referral.consent = table.text_or("consent", "");
    referral.preview = table.flag_or("preview", false);
    referral.asked = texts(table.words("asked", false));
    referral.attest = file.attested(table.node("attest"));
    referral.first = read_actions(file, table.node("first"));
    referral.then = read_actions(file, table.node("then"));
    referral.expect = read_expectation(file, table.node("expect"));
    check_references(table, story, referral);
    story.referrals.push_back(std::move(referral));
  });
}

void read_account(StoryFile file, Story& story) {
  if (!file.root().is(Node::Kind::table)) return;
  TableReader table = file.table(file.root());
  story.account.person = table.text("person");
  story.account.agency = table.text("agency");
  story.account.must_say_fr = texts(table.words("must_say_fr"));
  story.account.must_say_en = texts(table.words("must_say_en"));
  story.account.least_entries = table.integer("least_entries");
  table.finish();
}

}  // namespace

const StoryPerson* Story::person(const std::string& ref) const {
  for (const StoryPerson& one : persons) {
    if (one.ref == ref) return &one;
  }
  return nullptr;
}

const StoryConsent* Story::consent(const std::string& name) const {
  for (const StoryConsent& one : consents) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::set<std::string> Story::personal_values() const {
  static const std::set<std::string> kPersonal = {
      "identity.name",  "identity.birth_date",  "contact.point",
      "contact.worker", "health.clinical",      "health.mental",
      "concern.child",  "health.substance_use", "financial.detail"};
  std::set<std::string> values;
  for (const StoryPerson& person : persons) {
    values.insert(person.ref);
    for (const auto& [category, value] : person.items) {
      if (kPersonal.count(category) != 0) values.insert(value);
    }
  }
  for (const StoryReferral& referral : referrals) {
    for (const Action& action : referral.then) {
      if (!action.person.empty()) values.insert(action.person);
    }
  }
  return values;
}

Result<Story> read_story(const std::string& folder) {
  Problems problems;
  Story story;
  read_persons({folder, "persons.toml", problems}, story);
  read_consents({folder, "consents.toml", problems}, story);
  read_referrals({folder, "referrals.toml", problems}, story);
  read_account({folder, "statement.toml", problems}, story);
  if (!problems.empty()) {
    return fail(FaultKind::invalid, "the story has mistakes", problems.sentences());
  }
  return story;
}

}  // namespace relais::demo
