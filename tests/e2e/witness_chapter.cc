// SPDX-License-Identifier: Apache-2.0
// What agencies know of each other's ledgers: cosigned over both ways, an old backup and a rotten
// bit that nobody signs on, and a pair's messages laid side by side.
#include <fstream>
#include <nlohmann/json.hpp>

#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr const char* kAgency = "sds-69";
constexpr const char* kPeer = "siao-69";
constexpr int kFailedPrecondition = 9;  // gRPC's codes
constexpr int kDataLoss = 15;

struct Witnessed {
  Stage& stage;

  demo::Federation& federation() const { return *stage.federation; }
  std::string sql(const std::string& statement, const char* agency = kAgency) const {
    const auto said = federation().cluster().sql(federation().seat(agency).database(), statement);
    if (!said) stage.tap.worked(said, statement);
    return said ? *said : "";
  }
  bool shows(const std::string& line, const char* agency = kAgency) const {
    const auto page = federation().ops_page(agency, "/metrics");
    return page && page->find("\n" + line + "\n") != std::string::npos;
  }
  std::string size(const char* agency = kAgency) const {
    std::string text = sql("SELECT coalesce(max(size), 0) FROM relais.checkpoint", agency);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  bool witnessed(const char* agency = kAgency) const {
    return eventually(
        [&] { return shows("relais_ledger_witnessed_entries " + size(agency), agency); });
  }
  bool ready() const { return federation().ops_page(kAgency, "/readyz").has_value(); }
  int refusal(const std::string& key) const {
    const auto answer = stage.desk(kAgency).submit(stage.plain_submission(key));
    return answer ? 0 : stage.heard(answer.error()).code;
  }
  nlohmann::json reconciled(const char* agency, const char* peer, int status) const {
    const auto ended =
        federation().relaisctl(agency, {"--json", "ledger", "reconcile", "--peer", peer});
    stage.tap.check(ended && ended->status == status,
                    std::string(agency) + " lays its messages with " + peer + " side by side",
                    ended ? ended->output + ended->errors : "no relaisctl");
    return ended ? nlohmann::json::parse(ended->output, nullptr, false) : nlohmann::json{};
  }
};

void tell_cosigned(const Witnessed& tale) {
  Stage& stage = tale.stage;
  stage.tap.check(tale.witnessed(), "peers cosign the newest checkpoint over the exchange");
  const demo::Seat& seat = tale.federation().seat(kPeer);
  const auto policy = policy::read_file(seat.file("witnesses"));
  std::string other = policy ? *policy : "";
  const std::string place = "exchange:pass-69";
  const size_t at = other.find(place);
  stage.tap.check(at != std::string::npos, "a policy says where each witness is asked", other);
  if (at == std::string::npos) return;
  other.replace(at, place.size(),
                "http://127.0.0.1:" + std::to_string(tale.federation().seat("pass-69").ops_port));
  other.replace(other.find("any"), 3, "all");
  tale.federation().stop(kPeer);
  std::ofstream(seat.file("witnesses")) << other;
  stage.tap.worked(tale.federation().start(kPeer), "a node whose policy asks for both its peers");
  stage.tap.check(tale.witnessed(kPeer), "one of them is asked by POST to /add-checkpoint");
  tale.federation().stop(kPeer);
  std::ofstream(seat.file("witnesses")) << *policy;
  stage.tap.worked(tale.federation().start(kPeer), "and the node again");
}

// A message that one of two agencies no longer has.
void tell_reconciled(const Witnessed& tale) {
  Stage& stage = tale.stage;
  const auto sound = tale.reconciled(kAgency, kPeer, 0);
  stage.tap.check(sound.value("compared", 0) > 0, "everything both recorded agrees", sound.dump());
  const std::string one = "(SELECT disclosure FROM relais.filed ORDER BY disclosure LIMIT 1)";
  tale.sql("CREATE TABLE public.kept AS SELECT * FROM relais.filed WHERE disclosure = " + one +
               "; SET session_replication_role = replica; DELETE FROM relais.filed"
               " WHERE disclosure IN (SELECT disclosure FROM public.kept)",
           kPeer);
  const auto there = tale.reconciled(kAgency, kPeer, 1);
  stage.tap.check(
      there.value("missing", 0) == 1 && there["mismatches"][0]["what"] == "missing_there",
      "what the recipient has forgotten is named to the sender", there.dump());
  stage.tap.check(tale.shows("relais_reconcile_missing{peer=\"siao-69\"} 1"),
                  "and counted for its alert");
  const auto here = tale.reconciled(kPeer, kAgency, 1);
  stage.tap.check(here.value("missing", 0) == 1 && here["mismatches"][0]["what"] == "missing_here",
                  "and to the recipient itself", here.dump());
  tale.sql(
      "SET session_replication_role = replica; INSERT INTO relais.filed SELECT * FROM public.kept;"
      " DROP TABLE public.kept",
      kPeer);
  tale.reconciled(kAgency, kPeer, 0);
}

void swap_databases(const Witnessed& tale, const std::string& from, const std::string& aside) {
  const std::string name = tale.federation().seat(kAgency).database();
  const auto done = tale.federation().cluster().sql(
      "postgres", "ALTER DATABASE " + name + " RENAME TO " + aside + "; ALTER DATABASE " + from +
                      " RENAME TO " + name);
  tale.stage.tap.worked(done, "another database under the node's name");
}

void tell_old_backup(const Witnessed& tale) {
  Stage& stage = tale.stage;
  const std::string name = tale.federation().seat(kAgency).database();
  tale.federation().stop(kAgency);
  stage.tap.worked(tale.federation().cluster().sql(
                       "postgres", "CREATE DATABASE " + name + "_backup TEMPLATE " + name),
                   "a backup");
  stage.tap.worked(tale.federation().start(kAgency), "and work goes on");
  stage.tap.check(tale.refusal("e2e-after-backup") == 0 && tale.witnessed(),
                  "an entry after the backup, cosigned by a peer");
  tale.federation().stop(kAgency);
  swap_databases(tale, name + "_backup", name + "_newer");
  const std::string before = tale.size();
  stage.tap.worked(tale.federation().launch(kAgency), "the node on the old backup");
  stage.tap.check(eventually([&] { return tale.shows("relais_ledger_contradicted 1"); }),
                  "a witness holds entries that the backup does not have");
  stage.tap.check(!tale.ready(), "the node is not ready");
  stage.tap.check(tale.refusal("e2e-on-backup") == kFailedPrecondition && tale.size() == before,
                  "and it signs nothing: a steward must open another ledger");
  tale.federation().stop(kAgency);
  stage.tap.worked(tale.federation().launch(kAgency), "started again");
  stage.tap.check(eventually([&] { return tale.shows("relais_ledger_contradicted 1"); }) &&
                      tale.refusal("e2e-on-backup") == kFailedPrecondition,
                  "it still refuses");
  tale.federation().stop(kAgency);
  swap_databases(tale, name + "_newer", name + "_backup");
  stage.tap.worked(tale.federation().start(kAgency), "on the database that was lost and found");
  stage.tap.check(tale.refusal("e2e-on-backup") == 0, "the same request is taken");
}

void tell_flipped_bit(const Witnessed& tale) {
  Stage& stage = tale.stage;
  const std::string flip =
      "ALTER TABLE relais.entry DISABLE TRIGGER only_grows; UPDATE relais.entry"
      " SET commitment = set_byte(commitment, 3, get_byte(commitment, 3) # 1) WHERE index = 2;"
      " ALTER TABLE relais.entry ENABLE ALWAYS TRIGGER only_grows";
  tale.sql(flip);
  stage.tap.check(eventually([&] { return !tale.ready(); }),
                  "one flipped bit in an old leaf, and a running node is not ready");
  const std::string before = tale.size();
  stage.tap.check(tale.refusal("e2e-flipped") == kDataLoss && tale.size() == before,
                  "it has stopped signing");
  tale.federation().stop(kAgency);
  stage.tap.worked(tale.federation().launch(kAgency), "started on it again");
  const auto refused = [&] { return tale.refusal("e2e-flipped") == kDataLoss; };
  stage.tap.check(eventually(refused) && tale.size() == before,
                  "it serves, and signs nothing from the first moment");
  tale.sql(flip);
  tale.federation().stop(kAgency);
  stage.tap.worked(tale.federation().start(kAgency), "with the bit as it was");
  stage.tap.check(tale.refusal("e2e-flipped") == 0, "the same request is taken");
}

}  // namespace

void tell_witnesses(Stage& stage) {
  const Witnessed tale{stage};
  tell_cosigned(tale);
  tell_reconciled(tale);
  tell_old_backup(tale);
  tell_flipped_bit(tale);
}

}  // namespace relais::e2e
