// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/account.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "admin/federation/report.h"

namespace relais::demo {
namespace {

Result<std::string> statement(const Federation& federation, const StoryAccount& account,
                              const std::string& language, const std::string& format) {
  RELAIS_TRY(ended, federation.relaisctl(account.agency,
                                         {"access", "statement", "--person", account.person,
                                          "--lang", language, "--format", format}));
  if (ended.status == 0) return ended.output;
  return fail(FaultKind::unavailable, "the statement could not be had", ended.errors);
}

bool print_statement(std::ostream& out, const Federation& federation, const StoryAccount& account,
                     const std::string& language, const std::vector<std::string>& must_say) {
  const auto text = statement(federation, account, language, "text");
  if (!text) {
    out << "DIFFERS: " << text.error().where << "\n";
    return false;
  }
  out << "\n" << *text;
  bool held = true;
  for (const std::string& words : must_say) {
    if (text->find(words) != std::string::npos) continue;
    out << "DIFFERS: the account does not say \"" << words << "\"\n";
    held = false;
  }
  return held;
}

bool check_entries(std::ostream& out, const Federation& federation, const StoryAccount& account) {
  const auto text = statement(federation, account, "en", "json");
  if (!text) return false;
  const nlohmann::json document = nlohmann::json::parse(*text, nullptr, false);
  const auto lines = document.is_object() ? document.find("entries") : document.end();
  const auto count = lines == document.end() || !lines->is_array() ? 0 : lines->size();
  if (count >= static_cast<size_t>(account.least_entries)) return true;
  out << "DIFFERS: the account has " << count << " entries, expected at least "
      << account.least_entries << "\n";
  return false;
}

std::string read_text_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Lines to paste, from the top of the source tree.
void print_first_calls(std::ostream& out, const Federation& federation,
                       const std::string& programs) {
  const std::string agency = federation.agencies().back();
  const Seat& seat = federation.seat(agency);
  const std::string control = programs + "/relaisctl -c " + seat.config();
  out << "\nTo paste, here at " << agency << "; what they print is what your software gets:\n"
      << "  " << control << " status\n"
      << "  " << control << " outbox list\n"
      << "  (cd proto && npm ci --ignore-scripts)   # once, for the next line: Node.js 18 or "
         "newer\n"
      << "  node tests/e2e/client/call.mjs " << federation.desk(agency).address << " "
      << seat.folder << " " << federation.any_role(agency) << " ListInbox '{\"page_size\": 5}'\n"
      << "The contract is proto/relais/v1/desk.proto, and the desk answers server reflection.\n"
      << "More calls in another language: tests/e2e/client/desk.mjs.\n";
}

}  // namespace

bool print_account(std::ostream& out, const Federation& federation, const StoryAccount& account) {
  print_title(out, "Le relevé d'une personne / one person's account");
  bool held = print_statement(out, federation, account, "fr", account.must_say_fr);
  held = print_statement(out, federation, account, "en", account.must_say_en) && held;
  return check_entries(out, federation, account) && held;
}

bool verify_receipts(std::ostream& out, const Federation& federation, const StoryAccount& account) {
  print_title(out, "Ses reçus, vérifiés hors ligne / their receipts, verified offline");
  const std::string folder = federation.seat(account.agency).file("receipts");
  const auto exported = federation.relaisctl(
      account.agency, {"receipt", "export", "--person", account.person, "--out", folder});
  const auto text = read_text_file(folder + "/statement.json");
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  const std::string key = document.is_object() ? document.value("ledger_key", "") : "";
  size_t held = 0;
  size_t all = 0;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    if (file.path().extension() != ".tlog-proof") continue;
    // Without -c: neither node nor database nor configuration.
    const auto ended = federation.relaisctl(
        "", {"receipt", "verify", file.path().string(), "--key", key, "--lang", "fr"});
    if (all++ == 0 && ended) out << ended->output;
    held += ended && ended->status == 0 ? 1U : 0U;
  }
  out << (held == all && all > 0 ? "" : "DIFFERS: ") << held << " / " << all
      << " reçus tiennent / receipts hold: " << folder << "\n";
  return exported && exported->status == 0 && held == all && all > 0;
}

bool verify_ledgers(std::ostream& out, const Federation& federation) {
  print_title(out, "Les registres, recalculés / the ledgers, derived again");
  bool sound = true;
  for (const std::string& agency : federation.agencies()) {
    const auto ended = federation.relaisctl(agency, {"ledger", "verify"});
    if (ended && ended->status == 0) {
      out << agency << ": " << ended->output;
      continue;
    }
    sound = false;
    out << "DIFFERS: " << agency << ": " << (ended ? ended->output + ended->errors : "no relaisctl")
        << "\n";
  }
  return sound;
}

void print_how_to_call(std::ostream& out, const Federation& federation, const std::string& folder,
                       const std::string& programs) {
  print_title(out, "Les nœuds tournent encore / the nodes are still running");
  for (const std::string& agency : federation.agencies()) {
    const Seat& seat = federation.seat(agency);
    const DeskAccess desk = federation.desk(agency);
    out << "\n"
        << agency << "\n"
        << "  desk (gRPC, TLS name localhost)  " << desk.address << "\n"
        << "    certificate                    " << desk.certificate << "\n"
        << "    key                            " << desk.key << "\n"
        << "    roots                          " << desk.roots << "\n"
        << "  role to act in                   " << federation.any_role(agency) << "\n"
        << "  metrics                          http://127.0.0.1:" << seat.ops_port << "/metrics\n"
        << "  relaisctl                        " << programs << "/relaisctl -c " << seat.config()
        << "\n";
  }
  print_first_calls(out, federation, programs);
  out << "\nWhat an entry proves, to anybody, without this machine:\n"
      << "  relaisctl receipt export --person REF --out FOLDER · receipt verify FILE --key VKEY\n"
      << "  relaisctl ledger verify --tiles http://127.0.0.1:PORT --key VKEY   (the metrics' "
         "port)\n"
      << "\nStop them, and remove their folder, with\n  admin/demo --stop " << folder << "\n";
}

}  // namespace relais::demo
