// SPDX-License-Identifier: Apache-2.0
// How a federation comes to be, step by step, each by relaisctl: stewards and authorities, each
// agency's keys and certificates, the directory and its signatures, the configurations, the
// databases.
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <fstream>

#include "admin/federation/federation.h"
#include "policy/document.h"

namespace relais::demo {
namespace {

constexpr const char* kAgencies[] = {"sds-69", "siao-69", "pass-69"};
constexpr const char* kStewards[] = {"a", "b", "c"};

Result<void> make_folder(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return {};
  return fail(FaultKind::unavailable, "the folder cannot be made", path);
}

Result<void> write_file(const std::string& path, const std::string& text) {
  // Whole or not at all: a node may be reading the file at this moment.
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::binary);
  file << text;
  file.close();
  if (!file || rename(fresh.c_str(), path.c_str()) != 0) {
    return fail(FaultKind::unavailable, "the file cannot be written", path);
  }
  return {};
}

// RFC 3339, UTC, `days` from now.
std::string day_from_now(int days) {
  const std::time_t at = std::time(nullptr) + days * 86400;
  std::tm utc{};
  gmtime_r(&at, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// The role of the first [[staff]] table.
std::string first_role(const std::string& staff) {
  const size_t at = staff.find("role = \"");
  if (at == std::string::npos) return {};
  const size_t begin = at + 8;
  return staff.substr(begin, staff.find('"', begin) - begin);
}

}  // namespace

Result<std::unique_ptr<Federation>> Federation::found(FederationSettings settings) {
  std::unique_ptr<Federation> federation(new Federation(std::move(settings)));
  const FederationSettings& told = federation->settings_;
  RELAIS_TRY_VOID(federation->lay_out());
  told.progress("keys and certificates");
  RELAIS_TRY_VOID(federation->make_keys());
  told.progress("the directory, signed by two of three stewards");
  RELAIS_TRY_VOID(federation->make_directory());
  told.progress("a private PostgreSQL cluster, one database an agency");
  RELAIS_TRY_VOID(federation->make_databases());
  told.progress("the law, activated by two of three stewards");
  RELAIS_TRY_VOID(federation->make_law());
  return federation;
}

Result<std::string> Federation::control(std::vector<std::string> arguments) const {
  Command command;
  command.words = {settings_.programs + "/relaisctl"};
  for (std::string& argument : arguments) command.words.push_back(std::move(argument));
  return must_run(command);
}

Result<void> Federation::lay_out() {
  ground_.folder = settings_.folder;
  ground_.law = settings_.folder + "/law";
  ground_.vocabulary = settings_.source + "/policy/vocabulary.toml";
  ground_.call_timeout_ms = settings_.call_timeout_ms;
  RELAIS_TRY_VOID(make_folder(settings_.folder + "/stewards", 0700));
  RELAIS_TRY_VOID(make_folder(ground_.law, 0755));
  RELAIS_TRY(ports, free_ports(std::size(kAgencies) * 3));
  size_t port = 0;
  for (const char* agency : kAgencies) {
    Seat seat;
    seat.agency = agency;
    seat.folder = settings_.folder + "/" + agency;
    seat.host = settings_.place(agency).host;
    seat.desk_port = ports[port++];
    seat.exchange_port = ports[port++];
    seat.ops_port = ports[port++];
    RELAIS_TRY_VOID(make_folder(seat.folder, 0700));
    RELAIS_TRY_VOID(make_folder(seat.file("steward"), 0700));
    seats_[agency] = std::move(seat);
  }
  return {};
}

Result<void> Federation::make_authority(const std::string& name, const std::string& file) {
  RELAIS_TRY_VOID(control({"keys", "authority", "--name", name, "--certificate", file + ".pem",
                           "--key", file + ".key"}));
  return {};
}

Result<void> Federation::make_certificate(const std::string& uri, const std::string& authority,
                                          const std::string& file) const {
  RELAIS_TRY_VOID(control({"keys", "certificate", "--uri", uri, "--dns", "localhost", "--authority",
                           authority + ".pem", "--authority-key", authority + ".key",
                           "--certificate", file + ".pem", "--key", file + ".key"}));
  return {};
}

// The verifier key of a fresh signing key.
Result<std::string> Federation::make_signer(const std::string& kind, const std::string& name,
                                            const std::string& file) {
  RELAIS_TRY_VOID(control({"keys", "new", kind, "--name", name, "--out", file}));
  std::vector<std::string> show{"keys", "show", file};
  if (kind == "witness") show.emplace_back("--witness");
  RELAIS_TRY(shown, control(std::move(show)));
  return trimmed(shown);
}

Result<void> Federation::make_keys() {
  for (const char* steward : kStewards) {
    RELAIS_TRY(verifier, make_signer("steward", std::string(kFederation) + "/steward-" + steward,
                                     settings_.folder + "/stewards/" + steward + ".seed"));
    ground_.stewards.push_back(verifier);
  }
  RELAIS_TRY_VOID(make_authority("Exchange of " + std::string(kFederation),
                                 settings_.folder + "/exchange-authority"));
  for (const auto& [agency, seat] : seats_) RELAIS_TRY_VOID(make_seat_keys(seat));
  for (const auto& [agency, seat] : seats_) {
    RELAIS_TRY_VOID(write_file(seat.file("witnesses"), witnesses_of(agency)));
  }
  return {};
}

// Every agency's ledger is witnessed by all the others; one of them is enough.
std::string Federation::witnesses_of(const std::string& agency) const {
  std::string policy;
  std::string names;
  for (const auto& [peer, verifiers] : verifiers_) {
    if (peer == agency) continue;
    policy += "witness " + peer + " " + verifiers.witness + " exchange:" + peer + "\n";
    names += " " + peer;
  }
  return policy + "group peers any" + names + "\nquorum peers\n";
}

Result<void> Federation::make_seat_keys(const Seat& seat) {
  const std::string owner = std::string(kFederation) + "/" + seat.agency;
  RELAIS_TRY(signing, make_signer("signing", owner, seat.file("signing.seed")));
  RELAIS_TRY(ledger, make_signer("ledger", owner + "/ledger", seat.file("ledger.seed")));
  RELAIS_TRY(witness, make_signer("witness", owner + "/witness", seat.file("witness.seed")));
  verifiers_[seat.agency] = {signing, ledger, witness};
  std::error_code ignored;
  std::filesystem::create_directory(seat.file("kek"), ignored);  // the epochs turn in it
  RELAIS_TRY_VOID(control({"keys", "new", "kek", "--out", seat.file("kek/kek-1")}));
  RELAIS_TRY_VOID(control({"keys", "new", "lookup", "--out", seat.file("lookup")}));
  const std::string desk = std::string("spiffe://") + kFederation + "/desk/" + seat.agency;
  const std::string authority = seat.file("desk-authority");
  RELAIS_TRY_VOID(make_authority("Desk of " + seat.agency, authority));
  RELAIS_TRY_VOID(make_certificate(seat.identity(), settings_.folder + "/exchange-authority",
                                   seat.file("exchange")));
  RELAIS_TRY_VOID(make_certificate(desk, authority, seat.file("desk")));
  return make_certificate(desk + "/software", authority, seat.file("software"));
}

// Two files cannot change at once: for a moment they do not match, new connections fail until the
// node reads them again, and those that are open go on.
Result<void> Federation::renew_certificate(const std::string& agency) const {
  const Seat& seat = seats_.at(agency);
  const std::string fresh = seat.file("exchange-renewed");
  RELAIS_TRY_VOID(
      make_certificate(seat.identity(), settings_.folder + "/exchange-authority", fresh));
  for (const char* part : {".key", ".pem"}) {
    if (rename((fresh + part).c_str(), seat.file(std::string("exchange") + part).c_str()) != 0) {
      return fail(FaultKind::unavailable, "the certificate cannot be replaced", fresh + part);
    }
  }
  return {};
}

Result<void> Federation::make_directory() {
  const std::string draft = settings_.folder + "/directory.toml";
  RELAIS_TRY_VOID(
      control({"directory", "new", draft, "--federation", kFederation, "--days", "90"}));
  for (const auto& [agency, seat] : seats_) {
    RELAIS_TRY(entry,
               policy::read_file(settings_.source + "/admin/story/agencies/" + agency + ".toml"));
    const Verifiers& keys = verifiers_.at(agency);
    RELAIS_TRY_VOID(write_file(
        seat.file("agency.toml"),
        filled(entry, {{"endpoint", seat.host + ":" + std::to_string(seat.exchange_port)},
                       {"tls_identity", seat.identity()},
                       {"signing_key", keys.signing},
                       {"ledger_key", keys.ledger},
                       {"valid_from", day_from_now(-1)},
                       {"valid_until", day_from_now(60)}})));
    RELAIS_TRY_VOID(control(
        {"directory", "add", seat.file("agency.toml"), draft, "--vocabulary", ground_.vocabulary}));
  }
  RELAIS_TRY(text, policy::read_file(draft));
  directory_text_ = text;
  return publish(directory_text_, {"a", "c"});
}

Result<void> Federation::publish(const std::string& text, const std::vector<std::string>& stewards,
                                 const std::vector<std::string>& readers) {
  const std::string draft = settings_.folder + "/directory.toml";
  const std::string fresh = settings_.folder + "/directory.note";
  RELAIS_TRY_VOID(write_file(draft, text));
  // Each steward signs in turn, as they would from their own desks; the last signature completes
  // it.
  for (const std::string& steward : stewards) {
    RELAIS_TRY_VOID(control({"directory", "sign", draft, "--out", fresh, "--key",
                             settings_.folder + "/stewards/" + steward + ".seed", "--vocabulary",
                             ground_.vocabulary}));
  }
  RELAIS_TRY(note, policy::read_file(fresh));
  for (const std::string& agency : readers.empty() ? agencies() : readers) {
    RELAIS_TRY_VOID(write_file(seats_.at(agency).directory(), note));
  }
  return {};
}

Result<void> Federation::make_databases() {
  RELAIS_TRY(cluster, Cluster::make(settings_.folder + "/postgresql", settings_.outlive));
  cluster_ = std::move(cluster);
  for (const auto& [agency, seat] : seats_) {
    RELAIS_TRY(staff, policy::read_file(settings_.source + "/admin/story/agencies/" + agency +
                                        ".staff.toml"));
    roles_[agency] = first_role(staff);
    RELAIS_TRY_VOID(cluster_.create_database(seat.database()));
    RELAIS_TRY_VOID(write_file(
        seat.config(),
        node_toml(seat, ground_, cluster_.connection(seat.database(), "relais_node"), staff)));
    RELAIS_TRY_VOID(control({"-c", seat.config(), "migrate", "--connection",
                             cluster_.connection(seat.database(), "relais_owner")}));
  }
  return {};
}

// The federation has its own copy of the packs: what comes into force is what its stewards signed.
Result<void> Federation::make_law() {
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(settings_.source + "/policy/law", ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".toml") || name.ends_with(".cases.toml")) continue;
    RELAIS_TRY(text, policy::read_file(entry.path().string()));
    RELAIS_TRY_VOID(write_file(ground_.law + "/" + name, text));
  }
  RELAIS_TRY(note, propose_law(1, {"a", "c"}));
  for (const auto& [agency, seat] : seats_) {
    RELAIS_TRY_VOID(control({"-c", seat.config(), "config", "check"}));
    RELAIS_TRY_VOID(control({"-c", seat.config(), "policy", "activate", note}));
  }
  return {};
}

Result<std::string> Federation::propose_law(int64_t version,
                                            const std::vector<std::string>& stewards) const {
  const std::string draft =
      settings_.folder + "/law-activation." + std::to_string(version) + ".txt";
  const std::string note = draft + ".note";
  RELAIS_TRY_VOID(control({"policy", "propose", "--law", ground_.law, "--packs", "eu,fr",
                           "--federation", kFederation, "--version", std::to_string(version),
                           "--vocabulary", ground_.vocabulary, "--out", draft}));
  for (const std::string& steward : stewards) {
    RELAIS_TRY_VOID(control({"policy", "sign", draft, "--out", note, "--law", ground_.law, "--key",
                             settings_.folder + "/stewards/" + steward + ".seed", "--vocabulary",
                             ground_.vocabulary}));
  }
  return note;
}

}  // namespace relais::demo
