// SPDX-License-Identifier: Apache-2.0
// e2e_crash: a node kills itself (SIGKILL) at each named point of the line, is started again, and
// the expectations of a shortened story still hold; afterwards every ledger verifies. The points
// are read from the sources, so that a new one is a failure until it stands in the table here.
#include <filesystem>
#include <set>

#include "admin/federation/compare.h"
#include "admin/federation/player.h"
#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

struct Point {
  const char* step;
  const char* agency;  // the node that dies: sds-69 sends, siao-69 receives and answers
};

constexpr Point kPoints[] = {
    {"submit.before_lookup", "sds-69"},   {"submit.before_decide", "sds-69"},
    {"record.before", "sds-69"},          {"append.before_begin", "sds-69"},
    {"append.before_commit", "sds-69"},   {"append.after_commit", "sds-69"},
    {"append.before_answer", "sds-69"},   {"record.after", "sds-69"},
    {"deliver.before_recall", "sds-69"},  {"deliver.before_send", "sds-69"},
    {"deliver.after_send", "sds-69"},     {"deliver.before_settle", "sds-69"},
    {"deliver.after_settle", "sds-69"},   {"receive.before_append", "siao-69"},
    {"append.before_begin", "siao-69"},   {"append.before_commit", "siao-69"},
    {"append.after_commit", "siao-69"},   {"append.before_answer", "siao-69"},
    {"receive.before_answer", "siao-69"}, {"answer.before_append", "siao-69"},
    {"deliver.after_send", "siao-69"},    {"receive.before_answer", "sds-69"},
    {"cosign.after_see", "siao-69"}};

constexpr const char* kErasure[] = {
    "erase.before_request", "erase.after_request", "erase.before_notice", "erase.after_notice",
    "erase.before_destroy", "erase.after_destroy", "erase.after_entry",   "erase.after_shredded"};
// Not the node's but relaisctl's, which integration_admin kills there.
constexpr const char* kRotation = "rotate.before_slice";
// integration_storage kills a process at these (ToldOnce).
constexpr const char* kTelling[] = {"tell.before_record", "tell.after_record", "tell.before_notice",
                                    "tell.after_notice"};
// unit_ops leaves a node at these (BroughtDirectory).
constexpr const char* kBrought[] = {"directory.before_see", "directory.after_see"};

// Every step the sources name: at_step("…").
std::set<std::string> steps_in(const std::string& folder) {
  std::set<std::string> steps;
  const std::string mark = "at_step(\"";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cc") continue;
    const auto text = policy::read_file(entry.path().string());
    if (!text) continue;
    for (size_t at = text->find(mark); at != std::string::npos; at = text->find(mark, at + 1)) {
      const size_t begin = at + mark.size();
      steps.insert(text->substr(begin, text->find('"', begin) - begin));
    }
  }
  return steps;
}

void tell_table(Stage& stage) {
  std::set<std::string> known;
  for (const Point& point : kPoints) known.insert(point.step);
  known.insert(std::begin(kErasure), std::end(kErasure));
  known.insert(kRotation);
  known.insert(std::begin(kTelling), std::end(kTelling));
  known.insert(std::begin(kBrought), std::end(kBrought));
  std::vector<std::string> missing;
  for (const std::string& step : steps_in(stage.source + "/node")) {
    if (known.count(step) == 0) missing.push_back(step);
  }
  stage.tap.none(missing, "a node is killed at every named point of the line");
}

size_t filed_at_receiver(Stage& stage) {
  demo::DeskClient desk = stage.desk("siao-69");
  v1::ListInboxRequest request;
  request.mutable_acting()->set_role("referente_siao");
  request.mutable_acting()->set_staff_id("e2e");
  request.set_page_size(200);
  const auto page = desk.list_inbox(request);
  return page ? static_cast<size_t>(page->referrals_size()) : 0;
}

void tell_crash(Stage& stage, demo::Player& player, demo::StoryReferral told, const Point& point) {
  demo::Federation& federation = *stage.federation;
  told.id = std::string("crash-") + point.step + "-" + point.agency;
  const int before = federation.crashes();
  const size_t filed = filed_at_receiver(stage);
  federation.stop(point.agency);
  const auto started = federation.start(point.agency, point.step);
  std::vector<std::string> wrong;
  if (!started) wrong.push_back(started.error().where);
  const demo::Played played = player.play(told);
  for (std::string& one : demo::differences(told, played)) wrong.push_back(std::move(one));
  // A witness is asked once a second.
  if (!has_died(federation, before, std::chrono::seconds{5})) {
    wrong.push_back("the node was never at this point");
  }
  const size_t more = filed_at_receiver(stage) - filed;
  if (more != 1) wrong.push_back("the receiver filed " + std::to_string(more));
  stage.tap.none(wrong, std::string("after kill -9 of ") + point.agency + " at " + point.step +
                            " the referral still crosses once");
}

// The whole story, with every node dying once on the way.
void tell_story_with_crashes(Stage& stage, demo::Player& player) {
  demo::Federation& federation = *stage.federation;
  const int before = federation.crashes();
  std::vector<std::string> wrong;
  for (const Point& point :
       {Point{"append.after_commit", "sds-69"}, Point{"receive.before_answer", "siao-69"},
        Point{"deliver.after_send", "pass-69"}}) {
    federation.stop(point.agency);
    const auto started = federation.start(point.agency, point.step);
    if (!started) wrong.push_back(started.error().where);
  }
  for (const demo::StoryReferral& told : stage.story.referrals) {
    for (const std::string& one : demo::differences(told, player.play(told))) {
      wrong.push_back(told.id + ": " + one);
    }
  }
  federation.revive();
  if (federation.crashes() - before != 3) wrong.push_back("not every node died once");
  stage.tap.none(wrong, "every expectation of the story holds while each node is killed once");
}

}  // namespace
}  // namespace relais::e2e

int main() {
  using namespace relais::e2e;
  // A short call, so that what a dead node had claimed is soon free again.
  const auto stage = set_stage(300);
  if (!stage) return 1;
  tell_table(*stage);
  relais::demo::Player player(*stage->federation, stage->story);
  stage->tap.none(player.record_people(), "every person of the story is recorded");
  for (const Point& point : kPoints) {
    tell_crash(*stage, player, stage->story.referrals.front(), point);
  }
  for (const char* step : kErasure) tell_erasure_crash(*stage, step);
  tell_story_with_crashes(*stage, player);
  tell_ledgers(*stage);
  tell_nothing_leaked(*stage);
  return stage->tap.status();
}
