// SPDX-License-Identifier: Apache-2.0
// relais-demo: founds a federation of three agencies in a temporary folder, plays the story of
// admin/story on it, prints what left and what did not, and one person's account. Exit 0 only
// when every expectation of the story held and every ledger verifies; 2 for wrong usage.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "admin/federation/account.h"
#include "admin/federation/compare.h"
#include "admin/federation/report.h"

namespace relais::demo {
namespace {

struct Options {
  bool keep = false;
  std::string stop;
  std::string programs;
  std::string source = ".";
  std::string story;
};

std::string own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

bool parse(int count, char** words, Options& options) {
  options.programs = own_folder();
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--keep") {
      options.keep = true;
    } else if (i + 1 == count) {
      return false;
    } else if (word == "--stop") {
      options.stop = words[++i];
    } else if (word == "--source") {
      options.source = words[++i];
    } else if (word == "--story") {
      options.story = words[++i];
    } else {
      return false;
    }
  }
  std::error_code ignored;
  options.source = std::filesystem::absolute(options.source, ignored).string();
  if (options.story.empty()) options.story = options.source + "/admin/story";
  return true;
}

void say(const std::string& text) { std::cerr << "demo: " << text << std::endl; }

int failed(const Fault& fault) {
  std::cerr << "demo: " << fault.message.view() << ": " << fault.where << std::endl;
  return 1;
}

Result<std::string> temporary_folder() {
  const char* parent = std::getenv("TMPDIR");
  std::string pattern = std::string(parent == nullptr ? "/tmp" : parent) + "/relais-demo-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return fail(FaultKind::unavailable, "no temporary folder", pattern);
  }
  // The database's user passes through it to its own folder.
  std::filesystem::permissions(pattern, std::filesystem::perms{0711});
  return pattern;
}

// True when everything was as expected.
bool play(Federation& federation, const Story& story) {
  Player player(federation, story);
  bool held = true;
  for (const std::string& trouble : player.record_people()) {
    std::cout << "DIFFERS: " << trouble << "\n";
    held = false;
  }
  print_title(std::cout, "Relais : " + std::to_string(story.referrals.size()) + " orientations / " +
                             std::to_string(story.referrals.size()) + " referrals");
  int number = 0;
  int right = 0;
  for (const StoryReferral& told : story.referrals) {
    const Played played = player.play(told);
    const std::vector<std::string> wrong = differences(told, played);
    print_referral(std::cout, ++number, told, played, wrong);
    if (wrong.empty()) ++right;
  }
  held = print_account(std::cout, federation, story.account) && held;
  held = verify_receipts(std::cout, federation, story.account) && held;
  held = verify_ledgers(std::cout, federation) && held;
  std::cout << "\n" << right << " of " << number << " referrals as expected\n";
  return held && right == number;
}

void keep(const Federation& federation, const std::string& folder, const std::string& programs) {
  std::ofstream list(folder + "/kept");
  for (const std::string& agency : federation.agencies()) {
    list << federation.seat(agency).file("node.pid") << "\n";
  }
  std::ofstream(folder + "/postgresql.pid") << federation.cluster_id() << "\n";
  list << folder << "/postgresql.pid\n";
  print_how_to_call(std::cout, federation, folder, programs);
}

int run_demo(const Options& options) {
  const auto story = read_story(options.story);
  if (!story) return failed(story.error());
  const auto folder = temporary_folder();
  if (!folder) return failed(folder.error());
  say("folder " + *folder);
  FederationSettings settings;
  settings.folder = *folder;
  settings.programs = options.programs;
  settings.source = options.source;
  settings.outlive = options.keep;
  settings.progress = say;
  auto federation = Federation::found(std::move(settings));
  if (!federation) return failed(federation.error());
  say("three nodes");
  if (const auto started = (*federation)->start_all(); !started) return failed(started.error());
  const bool held = play(**federation, *story);
  if (options.keep) {
    keep(**federation, *folder, options.programs);
  } else {
    (*federation)->stop_all();
    std::error_code ignored;
    if (held) std::filesystem::remove_all(*folder, ignored);
    if (!held) say("the folder is kept for a look at the logs: " + *folder);
  }
  return held ? 0 : 1;
}

}  // namespace
}  // namespace relais::demo

int main(int count, char** words) {
  relais::demo::Options options;
  if (!relais::demo::parse(count, words, options)) {
    std::cerr << "usage: relais-demo [--keep] [--source TREE] [--story FOLDER] | --stop FOLDER\n";
    return 2;
  }
  if (options.stop.empty()) return relais::demo::run_demo(options);
  const auto stopped = relais::demo::stop_kept(options.stop);
  if (!stopped) return relais::demo::failed(stopped.error());
  std::error_code ignored;
  std::filesystem::remove_all(options.stop, ignored);
  relais::demo::say("the nodes have ended, and their folder is gone: " + options.stop);
  return 0;
}
