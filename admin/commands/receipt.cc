// SPDX-License-Identifier: Apache-2.0
// receipt export: everything a person may take home, written to a folder. receipt verify: whether a
// receipt holds, offline, with nothing but the ledger's key.
#include "node/ledger/receipt.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/commands/log.h"
#include "admin/commands/receipt_words.h"
#include "admin/files.h"
#include "admin/steward.h"
#include "node/ledger/record_file.h"
#include "node/ledger/witness_policy.h"

namespace relais::admin {
namespace {

constexpr const char* kReceiptEnding = ".tlog-proof";
constexpr const char* kRecordEnding = ".record";

// --- export
// ---------------------------------------------------------------------------------------

// "2026-000012": the last word of the ledger's origin, and the index.
std::string name_of(const std::string& origin, uint64_t index) {
  std::string name = origin.substr(origin.rfind('/') + 1);
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!plain) c = '_';
  }
  const std::string digits = std::to_string(index);
  return name + "-" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

std::string how_to(const std::string& key) {
  return "Chaque fichier .tlog-proof est le reçu d'une inscription, et le fichier .record à côté "
         "est\nl'inscription elle-même. Pour vérifier, sans réseau et sans nous :\n"
         "Each .tlog-proof file is the receipt of an entry, and the .record file beside it is the\n"
         "entry itself. To verify, without a network and without us:\n\n"
         "  relaisctl receipt verify FILE.tlog-proof --key '" +
         key +
         "'\n\nComparez cette clé avec celle de l'annuaire de la fédération. À la main : "
         "docs/ledger-format.md.\nCompare this key with the one in the federation's directory. By "
         "hand: docs/ledger-format.md.\n";
}

Result<size_t> write_entries(const std::string& folder, const nlohmann::json& statement) {
  size_t count = 0;
  for (const nlohmann::json& entry : statement["entries"]) {
    if (!entry.contains("receipt")) continue;  // withheld by law for now
    const std::string path =
        folder + "/" + name_of(entry.value("ledger", ""), entry.value("index", uint64_t{0}));
    RELAIS_TRY_VOID(replace_private(path + kReceiptEnding, entry.value("receipt", "")));
    RELAIS_TRY_VOID(replace_private(path + kRecordEnding, entry.value("record", "")));
    ++count;
  }
  return count;
}

Result<size_t> write_all(const std::string& folder, const std::string& document) {
  const auto statement = nlohmann::json::parse(document, nullptr, false);
  if (!statement.is_object() || !statement.contains("entries")) {
    return fail(FaultKind::internal, "the node's statement cannot be read");
  }
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(FaultKind::precondition, "a folder cannot be created", folder);
  }
  RELAIS_TRY_VOID(replace_private(folder + "/statement.json", document));
  RELAIS_TRY_VOID(
      replace_private(folder + "/verify.txt", how_to(statement.value("ledger_key", ""))));
  return write_entries(folder, statement);
}

int run_export(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::StatementRequest request;
  request.set_person_ref(given.one("person"));
  request.set_language(given.one("lang", "fr"));
  request.set_format("json");
  request.set_requester(given.one("requester", "subject"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  const std::string folder = given.one("out");
  const auto count = write_all(folder, reply->document());
  if (!count) return output.fault(count.error());
  return output.done({{"receipts", *count},
                      {"entries", reply->entries()},
                      {"folder", folder},
                      {"ledger_index", reply->ledger_index()}},
                     std::to_string(*count) + " receipts of " + std::to_string(reply->entries()) +
                         " entries in " + folder + "; the reading is entry " +
                         std::to_string(reply->ledger_index()));
}

// --- verify
// ---------------------------------------------------------------------------------------

std::string record_path(const Arguments& given) {
  if (given.has("record")) return given.one("record");
  std::string path = given.one("FILE");
  if (path.ends_with(kReceiptEnding)) path.resize(path.size() - std::string(kReceiptEnding).size());
  return path + kRecordEnding;
}

struct Trusted {
  std::vector<ledger::VerifierKey> keys;
  std::optional<ledger::WitnessPolicy> policy;
};

Result<Trusted> read_trusted(const Arguments& given) {
  Trusted trusted;
  RELAIS_TRY(keys, keys_of(given));
  trusted.keys = std::move(keys);
  if (!given.has("witness-policy")) return trusted;
  RELAIS_TRY(text, read_text(given.one("witness-policy")));
  RELAIS_TRY(policy, ledger::WitnessPolicy::parse(text));
  for (const ledger::VerifierKey& witness : policy.keys()) {
    for (const ledger::VerifierKey& log : trusted.keys) {
      if (witness.key() != log.key()) continue;
      return fail(FaultKind::invalid, "a witness of the policy has the ledger's own key");
    }
  }
  trusted.policy = std::move(policy);
  return trusted;
}

// The key of --key that signed the receipt's checkpoint.
const ledger::VerifierKey* signer_of(const ledger::Receipt& receipt, const Trusted& trusted) {
  for (const ledger::VerifierKey& key : trusted.keys) {
    if (ledger::open_checkpoint(receipt.checkpoint, key)) return &key;
  }
  return nullptr;
}

void add_witnesses(const ledger::SignedCheckpoint& proven, const ledger::WitnessPolicy& policy,
                   ReceiptReport& report) {
  report.asked_for_witnesses = true;
  report.witnesses_known = policy.witnesses().size();
  for (const ledger::Verified& by : proven.by()) {
    for (const auto& witness : policy.witnesses()) {
      if (witness.key.text() == by.key.text())
        report.witnesses.push_back({witness.name, by.time_s});
    }
  }
}

// What the record says; false when it is none of this ledger that this program knows.
bool read_record(const ledger::RecordFile& record, ReceiptReport& report) {
  auto shared = ledger::decode_shared(record.shared_bytes);
  auto privately = ledger::decode_private(record.private_bytes);
  if (!shared || !privately || shared->origin != report.checkpoint.origin) return false;
  report.shared = std::move(*shared);
  report.privately = std::move(*privately);
  return true;
}

ReceiptReport judge(const std::string& receipt_text, const std::string& record_text,
                    const Trusted& trusted) {
  ReceiptReport report;
  const auto with = [&](Verdict verdict) {
    report.verdict = verdict;
    return report;
  };
  const auto receipt = ledger::parse_receipt(receipt_text);
  if (!receipt) return with(Verdict::no_receipt);
  const auto record = ledger::parse_record_file(record_text);
  if (!record) return with(Verdict::no_record);
  const ledger::VerifierKey* key = signer_of(*receipt, trusted);
  if (key == nullptr) return with(Verdict::other_key);
  const auto known = trusted.policy ? trusted.policy->keys() : std::vector<ledger::VerifierKey>{};
  if (!ledger::open_checkpoint(receipt->checkpoint, *key, known)) {
    return with(Verdict::false_witness);
  }
  const auto proven = ledger::verify_record(*receipt, *record, *key, known);
  if (!proven) return with(Verdict::other_record);
  report.index = receipt->index;
  report.checkpoint = proven->checkpoint();
  if (!read_record(*record, report)) return with(Verdict::unreadable);
  if (!trusted.policy) return with(Verdict::holds);
  add_witnesses(*proven, *trusted.policy, report);
  return with(trusted.policy->satisfied_by(proven->by()) ? Verdict::holds : Verdict::not_witnessed);
}

nlohmann::json json_of(const ReceiptReport& report) {
  nlohmann::json object{{"holds", report.verdict == Verdict::holds},
                        {"verdict", code_of(report.verdict)}};
  if (report.checkpoint.origin.empty()) return object;
  nlohmann::json witnesses = nlohmann::json::array();
  for (const WitnessWord& one : report.witnesses) {
    witnesses.push_back({{"name", one.name}, {"time", utc_text(one.time_s)}});
  }
  object.update({{"origin", report.checkpoint.origin},
                 {"index", report.index},
                 {"size", report.checkpoint.size},
                 {"root", to_hex(view(report.checkpoint.root))},
                 {"witnesses", witnesses},
                 {"event", std::string(ledger::code_of(report.shared.event))},
                 {"time_claimed_ms", report.shared.time_claimed_ms},
                 {"sentence_fr", report.privately.sentence_fr},
                 {"sentence_en", report.privately.sentence_en}});
  for (const auto& [key, value] : report.privately.details) {
    if (key == ledger::kSenderCheckpoint) object[key] = value;
  }
  return object;
}

int run_verify(const Arguments& given, Output& output) {
  const auto trusted = read_trusted(given);
  if (!trusted) return output.fault(trusted.error());
  const auto receipt = read_text(given.one("FILE"));
  if (!receipt) return output.fault(receipt.error());
  const auto record = read_text(record_path(given));
  if (!record) return output.fault(record.error());
  const ReceiptReport report = judge(*receipt, *record, *trusted);
  const std::string text = words_of(report, given.one("lang", "en") == "fr");
  if (report.verdict == Verdict::holds) return output.done(json_of(report), text);
  return output.refused(json_of(report), text);
}

}  // namespace

std::vector<Command> receipt_commands() {
  return {
      {"receipt",
       "export",
       "a person's receipts and records, to take home; reading them is an entry of its own",
       {needed("person", "the agency's own file number"),
        needed("out", "folder; made when it is not there"),
        option("lang", "default fr", {"fr", "en"}),
        option("requester", "who asks (default subject)",
               {"subject", "parent", "guardian", "other"}),
        socket_option()},
       run_export,
       false,
       true},
      {"receipt",
       "verify",
       "whether a receipt holds: offline, with no node, database or configuration",
       {operand("FILE", "the receipt; its record stands beside it, ending in .record"),
        several("key", "the ledger's verifier key (vkey)", true),
        option("record", "the record, when it stands elsewhere"),
        option("witness-policy", "how many of which witnesses must have signed"),
        option("lang", "default en", {"fr", "en"})},
       run_verify},
  };
}

}  // namespace relais::admin
