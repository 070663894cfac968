// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/stage.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

namespace relais::e2e {
namespace {

std::string own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

Result<std::string> temporary_folder() {
  const char* parent = std::getenv("TMPDIR");
  std::string pattern = std::string(parent == nullptr ? "/tmp" : parent) + "/relais-e2e-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return fail(FaultKind::unavailable, "no temporary folder", pattern);
  }
  std::filesystem::permissions(pattern, std::filesystem::perms{0711});
  return pattern;
}

using Environment = std::function<std::vector<std::string>(const std::string& agency)>;
using Places = std::function<demo::Place(const std::string& agency)>;

Result<void> found(Stage& stage, int call_timeout_ms, Environment environment, Places places) {
  RELAIS_TRY(folder, temporary_folder());
  stage.folder = folder;
  RELAIS_TRY(story, demo::read_story(stage.source + "/admin/story"));
  stage.story = std::move(story);
  demo::FederationSettings settings;
  settings.folder = folder;
  settings.programs = stage.programs;
  settings.source = stage.source;
  settings.call_timeout_ms = call_timeout_ms;
  if (environment) settings.environment = std::move(environment);
  if (places) settings.place = std::move(places);
  settings.progress = [&stage](const std::string& text) { stage.tap.note(text); };
  RELAIS_TRY(federation, demo::Federation::found(std::move(settings)));
  stage.federation = std::move(federation);
  return stage.federation->start_all();
}

}  // namespace

Stage::~Stage() {
  federation.reset();
  if (tap.status() != 0) {
    tap.note("the folder is kept for a look at the logs: " + folder);
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

const demo::CallFault& Stage::heard(const demo::CallFault& fault) {
  errors.push_back(fault.text());
  return fault;
}

demo::DeskClient Stage::desk(const std::string& agency) const {
  return demo::DeskClient(federation->desk(agency));
}

v1::SubmitReferralRequest Stage::plain_submission(const std::string& key) const {
  const demo::StoryPerson& person = *story.person("SDS-2041");
  v1::SubmitReferralRequest request;
  request.mutable_acting()->set_role("assistante_sociale");
  request.mutable_acting()->set_staff_id("e2e");
  request.set_idempotency_key(key);
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(person.ref);
  referral.set_recipient("siao-69");
  referral.set_service("orientation");
  referral.set_purpose("housing_orientation");
  for (const char* category : {"identity.name", "identity.birth_year", "need.code"}) {
    v1::Item& item = *referral.add_items();
    item.set_category(category);
    item.set_value(person.items.at(category));
  }
  return request;
}

std::string Stage::relaisctl(const std::string& agency, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "--json");
  const auto ended = federation->relaisctl(agency, std::move(arguments));
  if (!ended) return ended.error().where;
  errors.push_back(ended->errors);
  return ended->output + ended->errors;
}

std::unique_ptr<Stage> set_stage(int call_timeout_ms, Environment environment, Places places) {
  auto stage = std::make_unique<Stage>();
  stage->programs = std::filesystem::path(own_folder()).parent_path().string();
  stage->source = RELAIS_SOURCE_DIR;
  const auto begun = std::chrono::steady_clock::now();
  const auto set = found(*stage, call_timeout_ms, std::move(environment), std::move(places));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  stage->tap.note("set up in " + std::to_string(took.count()) + " ms in " + stage->folder);
  if (!stage->tap.worked(set,
                         "a federation of three agencies is founded by relaisctl and starts")) {
    return nullptr;
  }
  return stage;
}

void pause_for(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

bool has_died(demo::Federation& federation, int before, std::chrono::milliseconds at_most) {
  const auto died = [&] {
    federation.revive();
    return federation.crashes() > before;
  };
  return eventually(died, at_most);
}

}  // namespace relais::e2e
