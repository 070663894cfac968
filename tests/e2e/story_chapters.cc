// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "admin/federation/compare.h"
#include "admin/federation/player.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

size_t ledger_size(Stage& stage, const std::string& agency) {
  const auto status = nlohmann::json::parse(stage.relaisctl(agency, {"status"}), nullptr, false);
  return status.is_object() ? status.value("ledger_size", size_t{0}) : 0;
}

std::string statement(Stage& stage, const std::string& language, const std::string& format) {
  const demo::StoryAccount& account = stage.story.account;
  const auto ended = stage.federation->relaisctl(
      account.agency,
      {"access", "statement", "--person", account.person, "--lang", language, "--format", format});
  return ended && ended->status == 0 ? ended->output : "";
}

bool says_all(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& one : words) {
    if (text.find(one) == std::string::npos) return false;
  }
  return !text.empty();
}

// What the person gave, as a file of theirs; and what a law that is not in force does not know.
void tell_taking_along(Stage& stage) {
  const std::string path = stage.folder + "/taken-along.json";
  const std::string person = stage.story.account.person;
  const auto taken = nlohmann::json::parse(
      stage.relaisctl(stage.story.account.agency,
                      {"access", "export", "--person", person, "--out", path}),
      nullptr, false);
  std::ifstream file(path);
  const auto document = nlohmann::json::parse(file, nullptr, false);
  std::filesystem::remove(path);
  const bool whole = document.is_object() && taken.is_object() &&
                     document.value("format", "") == "relais/portability/v1" &&
                     document["provided"].size() == taken.value("items", size_t{0}) &&
                     !document["provided"].empty() && !document["consents"].empty();
  stage.tap.check(whole, "what the person gave is a file to take along", taken.dump());
  const auto unknown = stage.federation->relaisctl(
      stage.story.account.agency,
      {"access", "accounting", "--person", person, "--statute", "xx.no.law"});
  stage.tap.check(unknown && unknown->status != 0 &&
                      unknown->errors.find("no pack has this accounting") != std::string::npos,
                  "an accounting under no law of the node is refused",
                  unknown ? unknown->output + unknown->errors : "no relaisctl");
}

}  // namespace

void tell_story(Stage& stage) {
  demo::Player player(*stage.federation, stage.story);
  stage.tap.none(player.record_people(), "every person of the story is recorded");
  for (const demo::StoryReferral& told : stage.story.referrals) {
    const size_t before = told.preview ? ledger_size(stage, told.from) : 0;
    const demo::Played played = player.play(told);
    for (const std::string& trouble : played.trouble) stage.errors.push_back(trouble);
    stage.tap.none(demo::differences(told, played), "story " + told.id + ": " + told.en);
    if (told.preview) {
      stage.tap.check(ledger_size(stage, told.from) == before, "a preview records nothing");
    }
  }
}

void tell_statement(Stage& stage) {
  const demo::StoryAccount& account = stage.story.account;
  const std::string french = statement(stage, "fr", "text");
  const std::string english = statement(stage, "en", "text");
  stage.tap.check(says_all(french, account.must_say_fr), "the account says in French what happened",
                  french);
  stage.tap.check(says_all(english, account.must_say_en),
                  "the account says in English what happened", english);
  const std::string page = statement(stage, "fr", "html");
  stage.tap.check(says_all(page, {"<!DOCTYPE html>", "<html lang=\"fr\""}),
                  "the account is a page too", page);
  const auto first = nlohmann::json::parse(statement(stage, "en", "json"), nullptr, false);
  const auto second = nlohmann::json::parse(statement(stage, "en", "json"), nullptr, false);
  if (!stage.tap.check(first.is_object() && second.is_object(), "the account is JSON too")) return;
  stage.tap.check(first.value("complete", false) &&
                      first["entries"].size() >= static_cast<size_t>(account.least_entries),
                  "the account is complete", first.dump());
  stage.tap.check(second.value("count", 0) == first.value("count", 0) + 1 &&
                      second["entries"].back().value("event", "") == "access_read",
                  "each reading of the account is a line of the next");
  tell_taking_along(stage);
}

void tell_ledgers(Stage& stage) {
  for (const std::string& agency : stage.federation->agencies()) {
    const auto ended = stage.federation->relaisctl(agency, {"ledger", "verify"});
    stage.tap.check(ended && ended->status == 0, "every hash of the ledger of " + agency + " holds",
                    ended ? ended->output + ended->errors : "");
  }
}

}  // namespace relais::e2e
