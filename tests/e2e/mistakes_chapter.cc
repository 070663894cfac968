// SPDX-License-Identifier: Apache-2.0
// Mistakes in the set-up: each stops the node before it serves, and says where it is.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr int kSetUp = 2;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// Runs a node with a changed copy of pass-69's configuration.
demo::Ended run_changed(Stage& stage, const std::string& from, const std::string& to) {
  const demo::Seat& seat = stage.federation->seat("pass-69");
  const auto text = policy::read_file(seat.config());
  const std::string path = seat.file("changed.toml");
  std::ofstream(path) << replaced(text ? *text : "", from, to);
  auto ended = demo::run({{stage.programs + "/relais-node", "-c", path}, {}, "", false});
  if (!ended) return {-1, "", ended.error().where};
  stage.errors.push_back(ended->output + ended->errors);
  return std::move(*ended);
}

void refuses(Stage& stage, const std::string& name, const demo::Ended& ended,
             const std::vector<std::string>& words) {
  const std::string said = ended.output + ended.errors;
  bool all = ended.status == kSetUp;
  for (const std::string& word : words) all = all && said.find(word) != std::string::npos;
  stage.tap.check(all, name, "status " + std::to_string(ended.status) + ": " + said);
}

void tell_configuration(Stage& stage) {
  refuses(stage, "an unknown key stops the node with its place and a suggestion",
          run_changed(stage, "[ops]\nlisten", "[ops]\nlissen"), {"changed.toml:", "listen"});
  refuses(stage, "a value out of range stops the node",
          run_changed(stage, "threshold = 2", "threshold = 9"), {"changed.toml:", "threshold"});
  refuses(stage, "metrics open to everybody stop the node",
          run_changed(stage, "[ops]\nlisten = \"127.0.0.1:", "[ops]\nlisten = \"0.0.0.0:"),
          {"changed.toml:", "expose"});
  refuses(stage, "a password in the configuration stops the node",
          run_changed(stage, "user=relais_node", "user=relais_node password=x"),
          {"changed.toml:", "passfile"});
  refuses(stage, "law packs that nobody activated stop the node",
          run_changed(stage, "\"fr\"]", "\"frr\"]"), {"law-activation.note"});
  refuses(stage, "a certificate that is not there stops the node",
          run_changed(stage, "\"exchange.pem\"", "\"nothing.pem\""), {"nothing.pem"});
  refuses(stage, "a certificate of somebody else stops the node",
          run_changed(stage, "\"exchange.pem\"\nkey = \"exchange.key\"",
                      "\"../sds-69/exchange.pem\"\nkey = \"../sds-69/exchange.key\""),
          {"sds-69/exchange.pem"});
}

void tell_open_key(Stage& stage) {
  const demo::Seat& seat = stage.federation->seat("pass-69");
  std::error_code ignored;
  std::filesystem::copy_file(seat.file("ledger.seed"), seat.file("open.seed"), ignored);
  chmod(seat.file("open.seed").c_str(), 0644);
  refuses(stage, "a key that others may read stops the node",
          run_changed(stage, "\"ledger.seed\"", "\"open.seed\""), {"open.seed"});
}

// What `config check` says of a changed copy, without starting a node.
void tell_check(Stage& stage) {
  const demo::Seat& seat = stage.federation->seat("pass-69");
  const auto text = policy::read_file(seat.config());
  const auto check = [&](const std::string& from, const std::string& to) {
    const std::string path = seat.file("changed.toml");
    std::ofstream(path) << replaced(text ? *text : "", from, to);
    return stage.federation->relaisctl("", {"-c", path, "config", "check"});
  };
  const auto whole = check("", "");
  stage.tap.check(whole && whole->status == 0, "a check of the set-up finds nothing",
                  whole ? whole->output + whole->errors : "no relaisctl");
  const auto open = check("\"ledger.seed\"", "\"open.seed\"");
  stage.tap.check(open && open->status == 1 && open->output.find("open.seed") != std::string::npos,
                  "a check of the set-up finds a key that others may read",
                  open ? open->output + open->errors : "no relaisctl");
}

void tell_commands(Stage& stage) {
  const auto misspelt = stage.federation->relaisctl("", {"directroy", "check", "x"});
  stage.tap.check(
      misspelt && misspelt->status == 2 && misspelt->errors.find("directory") != std::string::npos,
      "a misspelt command suggests the right one", misspelt ? misspelt->errors : "no relaisctl");
  const auto nobody =
      stage.federation->relaisctl("pass-69", {"access", "statement", "--person", "NOBODY-1"});
  stage.tap.check(nobody && nobody->status == 1, "an account of nobody is refused",
                  nobody ? nobody->errors : "no relaisctl");
  stage.federation->stop("pass-69");
  const auto away = stage.federation->relaisctl("pass-69", {"status"});
  stage.tap.check(away && away->status == 3, "a command to a node that is away ends with 3",
                  away ? std::to_string(away->status) + away->errors : "no relaisctl");
  stage.tap.worked(stage.federation->start("pass-69"), "and the node starts again");
}

}  // namespace

void tell_set_up_mistakes(Stage& stage) {
  tell_configuration(stage);
  tell_open_key(stage);
  tell_check(stage);
  tell_commands(stage);
}

}  // namespace relais::e2e
