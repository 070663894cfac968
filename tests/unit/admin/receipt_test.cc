// SPDX-License-Identifier: Apache-2.0
// receipt verify and ledger verify --tiles as commands: no node, no database, no configuration.
#include "node/ledger/receipt.h"

#include <filesystem>

#include "node/ledger/encoding.h"
#include "node/ledger/record.h"
#include "node/ledger/record_file.h"
#include "node/ledger/tile.h"
#include "tests/unit/admin/bench.h"

namespace relais::admin {
namespace {

constexpr const char* kOrigin = "log.example/disclosures/2026";

ledger::Ed25519Signer signer(const std::string& name, char seed,
                             ledger::SignatureType type = ledger::SignatureType::ed25519) {
  return ledger::Ed25519Signer::make(name, type,
                                     ledger::PrivateKey::from_seed(Bytes(32, seed)).value())
      .value();
}

// A log of three entries in a folder, the second with its receipt and record.
struct ReceiptCommands : testing::Test {
  Bench bench;
  const ledger::Ed25519Signer log = signer(kOrigin, 'l');
  const ledger::Ed25519Signer witness =
      signer("w.example", 'w', ledger::SignatureType::cosignature);
  ledger::RecordFile record;
  ledger::Receipt receipt;

  void SetUp() override {
    ledger::SharedPart shared;
    shared.event = ledger::Event::consent_given;
    shared.entry_id = "00000000-0000-4000-8000-000000000001";
    shared.origin = kOrigin;
    shared.time_claimed_ms = 1'795'000'000'000;
    ledger::PrivatePart privately;
    privately.sentence_fr = "Vous avez donné votre accord.";
    privately.sentence_en = "You gave your consent.";
    record = {ledger::encode(shared).value(), ledger::encode(privately).value()};
    ledger::Opening opening_s{};
    ledger::Opening opening_p{};
    opening_p.fill(9);
    const Bytes leaf =
        ledger::commit(record.shared_bytes, opening_s, record.private_bytes, opening_p).leaf_data();
    const std::vector<Bytes> leaves = {"first", leaf, "third"};
    std::vector<Digest> hashes;
    for (const Bytes& one : leaves) hashes.push_back(ledger::leaf_hash(one));
    const ledger::Batch batch(ledger::Frontier{}, hashes);
    receipt.extra = Bytes(view(opening_s)) + Bytes(view(opening_p));
    receipt.index = 1;
    receipt.proof = batch.proof(1);
    receipt.checkpoint = ledger::sign_checkpoint({kOrigin, 3, batch.after().root()}, log).value();
    write();
    std::filesystem::create_directories(bench.file("tiles/tile/0"));
    std::filesystem::create_directories(bench.file("tiles/tile/entries"));
    std::filesystem::create_directories(bench.file("tiles/tile/entries/000.p"));
    std::filesystem::create_directories(bench.file("tiles/tile/0/000.p"));
    bench.write("tiles/checkpoint", receipt.checkpoint);
    bench.write("tiles/tile/0/000.p/3", ledger::encode_tile(hashes));
    bench.write("tiles/tile/entries/000.p/3", ledger::encode_bundle(leaves));
  }
  void write() const {
    bench.write("r.tlog-proof", ledger::print_receipt(receipt));
    bench.write("r.record", ledger::print_record_file(record));
  }
  int verify(Bench::Values more = {}, bool json = false) {
    Bench::Values values{{"FILE", {bench.file("r.tlog-proof")}}, {"key", {log.verifier().text()}}};
    more.merge(values);  // what is already there stays
    return bench.run("receipt", "verify", more, json);
  }
  int audit(Bench::Values more = {}) {
    Bench::Values values{{"tiles", {bench.file("tiles")}}, {"key", {log.verifier().text()}}};
    more.merge(values);  // what is already there stays
    return bench.run("ledger", "verify", more);
  }
  void cosign() {
    ledger::Note note = ledger::parse_note(receipt.checkpoint).value();
    note.signatures.push_back(ledger::cosign(note.text, witness, 1'795'000'060).value());
    receipt.checkpoint = print_note(note);
    write();
  }
};

TEST_F(ReceiptCommands, one_that_holds_says_what_it_proves_in_both_languages) {
  EXPECT_EQ(verify(), kDone);
  EXPECT_NE(bench.line().find("This receipt holds."), std::string::npos);
  EXPECT_NE(bench.line().find("You gave your consent."), std::string::npos);
  EXPECT_NE(bench.line().find("neither that the agency told the truth"), std::string::npos);
  EXPECT_EQ(verify({{"lang", {"fr"}}}), kDone);
  EXPECT_NE(bench.line().find("Vous avez donné votre accord."), std::string::npos);
  EXPECT_NE(bench.line().find("numéro 1 dans le registre"), std::string::npos);
  EXPECT_EQ(verify({}, true), kDone);
  EXPECT_EQ(bench.object()["holds"], true);
  EXPECT_EQ(bench.object()["origin"], kOrigin);
  EXPECT_EQ(bench.object()["index"], 1);
  EXPECT_EQ(bench.object()["size"], 3);
}

TEST_F(ReceiptCommands, the_one_that_the_documents_show_holds_and_was_seen_by_its_witnesses) {
  const std::string folder = RELAIS_SOURCE_DIR "/docs/receipt/";
  std::string key = read_text(folder + "vkey").value();
  key.pop_back();
  EXPECT_EQ(bench.run("receipt", "verify",
                      {{"FILE", {folder + "disclosed.tlog-proof"}},
                       {"key", {key}},
                       {"witness-policy", {folder + "witnesses"}}}),
            kDone);
  EXPECT_NE(bench.line().find("2 of the 2 witnesses"), std::string::npos);
  EXPECT_NE(bench.line().find("We prepared a request for you."), std::string::npos);
}

TEST_F(ReceiptCommands, the_right_key_among_several_is_enough_and_another_is_not) {
  const std::string other = signer(kOrigin, 'x').verifier().text();
  EXPECT_EQ(verify({{"key", {other}}}, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "other_key");
  Bench::Values both{{"FILE", {bench.file("r.tlog-proof")}},
                     {"key", {other, log.verifier().text()}}};
  EXPECT_EQ(bench.run("receipt", "verify", both), kDone);
  EXPECT_EQ(verify({{"key", {"no key"}}}), kRefused);
}

TEST_F(ReceiptCommands, whatever_was_changed_is_refused_with_its_reason) {
  const ledger::Receipt kept = receipt;
  const ledger::RecordFile kept_record = record;
  receipt.index = 0;
  write();
  EXPECT_EQ(verify({}, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "other_record");
  receipt = kept;
  record.private_bytes.back() ^= 1;
  write();
  EXPECT_EQ(verify({}, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "other_record");
  record = kept_record;
  write();
  bench.write("r.record", "relais/record/v1\n");
  EXPECT_EQ(verify({}, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "no_record");
  bench.write("r.tlog-proof", "c2sp.org/tlog-proof@v1\nindex 1\n");
  EXPECT_EQ(verify({}, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "no_receipt");
  EXPECT_EQ(verify({{"record", {bench.file("nothing")}}}), kRefused);
  EXPECT_NE(bench.errors().find("nothing"), std::string::npos);
}

TEST_F(ReceiptCommands, a_policy_is_met_by_who_signed_and_by_nobody_else) {
  const std::string line = "witness w " + witness.verifier().text() + "\n";
  bench.write("policy", line + "quorum w\n");
  const Bench::Values with{{"witness-policy", {bench.file("policy")}}};
  EXPECT_EQ(verify(with, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "not_witnessed");
  cosign();
  EXPECT_EQ(verify(with, true), kDone);
  EXPECT_EQ(bench.object()["witnesses"][0]["name"], "w");
  EXPECT_EQ(bench.object()["witnesses"][0]["time"], "2026-11-18T11:07:40Z");
  EXPECT_EQ(verify(with), kDone);
  EXPECT_NE(bench.line().find("1 of the 1 witnesses"), std::string::npos);
  ledger::Note note = ledger::parse_note(receipt.checkpoint).value();
  note.signatures.back().bytes[30] ^= 1;
  receipt.checkpoint = print_note(note);
  write();
  EXPECT_EQ(verify(with, true), kRefused);
  EXPECT_EQ(bench.object()["verdict"], "false_witness");
  bench.write("policy", "quorum w\n");
  EXPECT_EQ(verify(with), kRefused);
  EXPECT_NE(bench.errors().find("line 1"), std::string::npos);
}

TEST_F(ReceiptCommands, a_ledger_is_not_its_own_witness) {
  const auto itself = signer("w.example", 'l', ledger::SignatureType::cosignature);
  bench.write("policy", "witness w " + itself.verifier().text() + "\nquorum w\n");
  ledger::Note note = ledger::parse_note(receipt.checkpoint).value();
  note.signatures.push_back(ledger::cosign(note.text, itself, 1'795'000'060).value());
  receipt.checkpoint = print_note(note);
  write();
  EXPECT_EQ(verify({{"witness-policy", {bench.file("policy")}}}), kRefused);
  EXPECT_NE(bench.errors().find("own key"), std::string::npos);
}

TEST_F(ReceiptCommands, a_witness_that_states_a_time_beyond_any_calendar_is_told_as_it_is) {
  ledger::Note note = ledger::parse_note(receipt.checkpoint).value();
  note.signatures.push_back(ledger::cosign(note.text, witness, INT64_MAX).value());
  receipt.checkpoint = print_note(note);
  write();
  bench.write("policy", "witness w " + witness.verifier().text() + "\nquorum w\n");
  EXPECT_EQ(verify({{"witness-policy", {bench.file("policy")}}}, true), kDone);
  EXPECT_EQ(bench.object()["witnesses"][0]["time"], "9223372036854775807 s");
}

TEST_F(ReceiptCommands, a_record_cannot_add_lines_to_the_verdict) {
  ledger::PrivatePart privately = ledger::decode_private(record.private_bytes).value();
  privately.sentence_en = "Nothing.\n- 3 of the 3 witnesses known saw it too.";
  record.private_bytes = ledger::encode(privately).value();
  const ledger::Opening opening_s{};
  ledger::Opening opening_p{};
  opening_p.fill(9);
  const Bytes leaf =
      ledger::commit(record.shared_bytes, opening_s, record.private_bytes, opening_p).leaf_data();
  receipt = {receipt.extra, 0, {}, {}};
  receipt.checkpoint = ledger::sign_checkpoint({kOrigin, 1, ledger::leaf_hash(leaf)}, log).value();
  write();
  EXPECT_EQ(verify(), kDone);
  EXPECT_EQ(bench.line().find("witnesses known"), std::string::npos) << bench.line();
  EXPECT_NE(bench.line().find("What is recorded: consent_given"), std::string::npos);
}

TEST_F(ReceiptCommands, a_folder_of_tiles_is_derived_again_and_compared_with_before) {
  EXPECT_EQ(audit(), kDone);
  EXPECT_NE(bench.line().find("3 entries and 1 tiles"), std::string::npos);
  const Bytes empty =
      ledger::sign_checkpoint({kOrigin, 1, ledger::leaf_hash("first")}, log).value();
  bench.write("earlier", empty);
  EXPECT_EQ(audit({{"earlier", {bench.file("earlier")}}}), kDone);
  bench.write("earlier",
              ledger::sign_checkpoint({kOrigin, 1, ledger::leaf_hash("other")}, log).value());
  EXPECT_EQ(audit({{"earlier", {bench.file("earlier")}}}), kRefused);
  EXPECT_NE(bench.errors().find("what it showed before"), std::string::npos);
  EXPECT_EQ(audit({{"key", {signer(kOrigin, 'x').verifier().text()}}}), kRefused);
  EXPECT_EQ(audit({{"tiles", {bench.file("nowhere")}}}), kRefused);
  EXPECT_EQ(audit({{"tiles", {"ftp://log.example"}}}), kRefused);
  EXPECT_EQ(bench.run("ledger", "verify", {{"tiles", {bench.file("tiles")}}}), kUsage);
}

TEST_F(ReceiptCommands, a_full_tile_stands_in_for_a_partial_one_that_is_gone) {
  std::filesystem::rename(bench.file("tiles/tile/0/000.p/3"), bench.file("tiles/kept"));
  EXPECT_EQ(audit(), kRefused);
  std::vector<Digest> full(256, ledger::leaf_hash("later"));
  const Bytes partial = bench.read("tiles/kept");
  Bytes bytes = ledger::encode_tile(full);
  bytes.replace(0, partial.size(), partial);
  bench.write("tiles/tile/0/000", bytes);
  EXPECT_EQ(audit(), kDone);
}

}  // namespace
}  // namespace relais::admin
