// SPDX-License-Identifier: Apache-2.0
// The ledger in the hands of others: receipts a person took home, a log derived again by a
// stranger, a shell and openssl, and Go's own verifiers.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "node/ledger/checkpoint.h"
#include "node/ledger/encoding.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record.h"
#include "node/ledger/record_file.h"
#include "node/ledger/tile.h"
#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  const auto text = policy::read_file(path);
  return text ? *text : "";
}

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// The receipts in a folder, without their ending.
std::vector<std::string> receipts_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".tlog-proof") {
      found.push_back((entry.path().parent_path() / entry.path().stem()).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

struct Visit {
  Stage& stage;
  std::string agency;  // whose ledger
  std::string folder;  // what the person took home
  std::string key;
  std::vector<std::string> receipts;
  std::string older;  // its checkpoint before

  // Exit status of relaisctl without a configuration.
  int status(std::vector<std::string> words) const {
    const auto ended = stage.federation->relaisctl("", std::move(words));
    if (ended) stage.errors.push_back(ended->errors);
    return ended ? ended->status : -1;
  }
  int verify(const std::string& receipt, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"receipt", "verify", receipt, "--key", key};
    words.insert(words.end(), more.begin(), more.end());
    return status(std::move(words));
  }
  std::string page(const std::string& path) const {
    const auto body = stage.federation->ops_page(agency, path);
    return body ? *body : "";
  }
};

// Pages of the ops port as tiles.
class Pages final : public ledger::TileReader {
 public:
  explicit Pages(const Visit& visit) : visit_(visit) {}
  Result<Bytes> read(const ledger::TilePath& path) const override {
    return visit_.stage.federation->ops_page(visit_.agency, "/" + print_tile_path(path));
  }

 private:
  const Visit& visit_;
};

ledger::Checkpoint checkpoint_in(const std::string& note) {
  const auto parsed = ledger::parse_note(note);
  return parsed ? ledger::parse_checkpoint(parsed->text).value_or(ledger::Checkpoint{})
                : ledger::Checkpoint{};
}

void take_home(Visit& visit) {
  Stage& stage = visit.stage;
  visit.older = visit.page("/checkpoint");
  const auto ended = stage.federation->relaisctl(
      visit.agency, {"receipt", "export", "--person", stage.story.account.person, "--out",
                     visit.folder, "--lang", "fr"});
  visit.receipts = receipts_in(visit.folder);
  const auto statement =
      nlohmann::json::parse(text_of(visit.folder + "/statement.json"), nullptr, false);
  if (statement.is_object()) visit.key = statement.value("ledger_key", "");
  stage.tap.check(ended && ended->status == 0 && !visit.receipts.empty() &&
                      visit.receipts.size() == statement.value("count", size_t{0}),
                  "a person takes home a receipt for every entry of the account",
                  ended ? ended->output + ended->errors : "no relaisctl");
  bool mine_only = true;
  for (const auto& entry : fs::directory_iterator(visit.folder)) {
    mine_only = mine_only && (entry.status().permissions() & fs::perms{0077}) == fs::perms::none;
  }
  stage.tap.check(mine_only, "and nobody else on the machine may read them");
}

void tell_offline(const Visit& visit) {
  Stage& stage = visit.stage;
  std::vector<std::string> wrong;
  for (const std::string& receipt : visit.receipts) {
    if (visit.verify(receipt + ".tlog-proof") != 0) wrong.push_back(receipt);
  }
  stage.tap.none(wrong, "each holds, offline, with nothing but the ledger's key");
  const std::string one = visit.receipts.front();
  const auto said = stage.federation->relaisctl(
      "", {"receipt", "verify", one + ".tlog-proof", "--key", visit.key, "--lang", "fr"});
  stage.tap.check(said && said->output.find("Ce reçu tient.") != std::string::npos &&
                      said->output.find("Moment, selon l'agence") != std::string::npos,
                  "and says in plain French what it proves and what not",
                  said ? said->output : "no relaisctl");
  const std::string other = visit.receipts.back() + ".record";
  stage.tap.check(visit.verify(one + ".tlog-proof", {"--record", other}) == 1,
                  "a receipt with another record is refused");
  stage.tap.check(visit.status({"receipt", "verify", one + ".tlog-proof", "--key",
                                "a.example+3dbe5e79+AQ=="}) == 1,
                  "a key that is none is refused");
  stage.tap.check(visit.status({"receipt", "verify", one + ".tlog-proof"}) == 2,
                  "a receipt without a key is a question asked wrongly");
}

void tell_witness_policy(const Visit& visit) {
  const std::string receipt = visit.receipts.front() + ".tlog-proof";
  const auto key = ledger::PrivateKey::from_seed(Bytes(32, 'w')).value();
  const auto witness =
      ledger::Ed25519Signer::make("w.example/witness", ledger::SignatureType::cosignature, key)
          .value();
  const std::string peers = visit.stage.federation->seat(visit.agency).file("witnesses");
  visit.stage.tap.check(visit.verify(receipt, {"--witness-policy", peers}) == 0,
                        "a peer cosigned it, by the node's own policy");
  const std::string policy = visit.folder + "/policy";
  const std::string line = "witness w " + witness.verifier().text() + "\nquorum ";
  write(policy, line + "w\n");
  visit.stage.tap.check(visit.verify(receipt, {"--witness-policy", policy}) == 1,
                        "a receipt nobody witnessed does not meet a policy that asks for one");
  auto cosigned = ledger::parse_receipt(text_of(receipt)).value();
  ledger::Note note = ledger::parse_note(cosigned.checkpoint).value();
  note.signatures.push_back(ledger::cosign(note.text, witness, 1'800'000'000).value());
  cosigned.checkpoint = print_note(note);
  write(visit.folder + "/cosigned", print_receipt(cosigned));
  const std::vector<std::string> more{"--witness-policy", policy, "--record",
                                      visit.receipts.front() + ".record"};
  visit.stage.tap.check(visit.verify(visit.folder + "/cosigned", more) == 0,
                        "with the witness's line it does");
  note.signatures.back().bytes[20] ^= 1;
  cosigned.checkpoint = print_note(note);
  write(visit.folder + "/cosigned", print_receipt(cosigned));
  visit.stage.tap.check(visit.verify(visit.folder + "/cosigned", more) == 1,
                        "and a false line of a known witness refuses it");
  write(policy, "quorum nobody\n");
  visit.stage.tap.check(visit.verify(receipt, {"--witness-policy", policy}) == 1,
                        "a policy that cannot be read proves nothing");
}

// The script of docs/ledger-format.md, as it stands there.
void tell_by_hand(const Visit& visit) {
  const std::string document = text_of(visit.stage.source + "/docs/ledger-format.md");
  const size_t begin = document.find("```bash\n") + 8;
  const std::string script = visit.folder + "/verify-receipt";
  write(script, document.substr(begin, document.find("\n```", begin) + 1 - begin));
  const auto run = [&](const std::string& receipt, const std::string& record) {
    const auto ended = demo::run({{"bash", script, receipt, record, visit.key}, {}, "", false});
    return ended ? *ended : demo::Ended{-1, "", "bash cannot be run"};
  };
  std::vector<std::string> wrong;
  for (const std::string& one : visit.receipts) {
    const auto ended = run(one + ".tlog-proof", one + ".record");
    if (ended.status != 0) wrong.push_back(one + ": " + ended.output + ended.errors);
  }
  visit.stage.tap.none(wrong, "the document's own shell and openssl verify each receipt");
  const auto swapped =
      run(visit.receipts.front() + ".tlog-proof", visit.receipts.back() + ".record");
  visit.stage.tap.check(
      swapped.status == 1 && swapped.output.find("does NOT hold") != std::string::npos,
      "and refuse one with another record", swapped.output + swapped.errors);
}

// Every page of the log, saved as a folder.
bool save_tiles(const Visit& visit, const std::string& folder) {
  const std::string note = visit.page("/checkpoint");
  const uint64_t size = checkpoint_in(note).size;
  write(folder + "/checkpoint", note);
  bool all = size > 0;
  for (int level = -1; level < 3; ++level) {
    const auto number = level < 0 ? std::nullopt : std::optional(static_cast<uint8_t>(level));
    for (uint64_t index = 0;; ++index) {
      const auto path = ledger::tile_at(number, index, size);
      if (!path) break;
      const std::string bytes = visit.page("/" + print_tile_path(*path));
      write(folder + "/" + print_tile_path(*path), bytes);
      all = all && !bytes.empty();
    }
  }
  return all;
}

void tell_watcher(const Visit& visit) {
  Stage& stage = visit.stage;
  const auto audit = [&](const std::string& place, const std::string& key) {
    return visit.status({"ledger", "verify", "--tiles", place, "--key", key});
  };
  const std::string url =
      "http://127.0.0.1:" + std::to_string(stage.federation->seat(visit.agency).ops_port);
  stage.tap.check(audit(url, visit.key) == 0,
                  "a stranger derives the whole ledger again from the pages of the node");
  const std::string origin = visit.key.substr(0, visit.key.find('+'));
  stage.tap.check(audit(url + "/ledger/" + origin + "/", visit.key) == 0,
                  "and below the ledger's own name");
  const std::string folder = visit.folder + "/tiles";
  stage.tap.check(save_tiles(visit, folder), "every page can be saved");
  write(visit.folder + "/older", visit.older);
  stage.tap.check(visit.status({"ledger", "verify", "--tiles", folder, "--key", visit.key,
                                "--earlier", visit.folder + "/older"}) == 0,
                  "a saved log verifies, and begins with what it showed before");
  const uint64_t size = checkpoint_in(text_of(folder + "/checkpoint")).size;
  const std::string bundle = folder + "/" + print_tile_path(*ledger::tile_at({}, 0, size));
  const std::string kept = text_of(bundle);
  std::string changed = kept;
  changed[20] ^= 1;
  write(bundle, changed);
  const auto refused =
      stage.federation->relaisctl("", {"ledger", "verify", "--tiles", folder, "--key", visit.key});
  stage.tap.check(
      refused && refused->status == 1 && refused->errors.find("tile/0/000") != std::string::npos,
      "one flipped bit in a saved entry is found and placed",
      refused ? refused->errors : "no relaisctl");
  write(bundle, kept);
  stage.tap.check(visit.status({"note", "verify", folder + "/checkpoint", "--key", visit.key}) == 0,
                  "the checkpoint is a note that verifies by itself");
  stage.tap.check(audit("http://127.0.0.1:1", visit.key) == 3,
                  "a log that does not answer may be asked again later");
  const auto missing = stage.federation->ops_page(visit.agency, "/tile/5/000");
  const auto malformed = stage.federation->ops_page(visit.agency, "/tile/0/1");
  stage.tap.check(!missing && missing.error().where.find("404") != std::string::npos &&
                      !malformed && malformed.error().where.find("400") != std::string::npos,
                  "a tile that is not there is 404, and what is no tile's path 400");
}

nlohmann::json told_to_go(const Visit& visit) {
  const std::string newer = text_of(visit.folder + "/tiles/checkpoint");
  const Pages pages(visit);
  const uint64_t size = checkpoint_in(newer).size;
  const ledger::TiledHashes hashes(pages, size);
  nlohmann::json consistency = nlohmann::json::array();
  const auto proof = ledger::prove_consistency(checkpoint_in(visit.older).size, size, hashes);
  if (proof) {
    for (const Digest& hash : *proof) consistency.push_back(ledger::base64(view(hash)));
  }
  nlohmann::json receipts = nlohmann::json::array();
  for (const std::string& one : visit.receipts) {
    const std::string text = text_of(one + ".tlog-proof");
    const auto receipt = ledger::parse_receipt(text);
    const auto record = ledger::parse_record_file(text_of(one + ".record"));
    if (!receipt || !record) continue;
    const auto commitment =
        ledger::commit(record->shared_bytes, *digest_of(receipt->extra->substr(0, 32)),
                       record->private_bytes, *digest_of(receipt->extra->substr(32)));
    receipts.push_back({{"receipt", text}, {"leaf", ledger::base64(commitment.leaf_data())}});
  }
  return {{"key", visit.key},           {"older", visit.older}, {"newer", newer},
          {"consistency", consistency}, {"receipts", receipts}, {"tiles", visit.folder + "/tiles"}};
}

void tell_go(const Visit& visit) {
  const std::string program = visit.folder + "/verify";
  const auto built = demo::must_run(
      {{"go", "build", "-o", program, visit.stage.source + "/tests/e2e/client/verify.go"},
       {"GO111MODULE=off", "GOFLAGS=", "GOPATH=/usr/share/gocode",
        "GOCACHE=" + visit.folder + "/go-cache"},
       "",
       false});
  if (!visit.stage.tap.worked(built, "Go's own verifiers build, without a network")) return;
  write(visit.folder + "/told.json", told_to_go(visit).dump());
  const auto ended = demo::run({{program, visit.folder + "/told.json"}, {}, "", false});
  if (!visit.stage.tap.worked(ended, "they run")) return;
  visit.stage.tap.pass_on(ended->output);
  visit.stage.tap.check(ended->status == 0, "Go's verifiers found nothing wrong",
                        ended->output + ended->errors);
}

}  // namespace

void tell_receipts(Stage& stage) {
  Visit visit{stage, stage.story.account.agency, stage.folder + "/home", "", {}, ""};
  take_home(visit);
  if (visit.receipts.size() < 2 || visit.key.empty()) return;
  tell_offline(visit);
  tell_witness_policy(visit);
  tell_by_hand(visit);
  tell_watcher(visit);
  tell_go(visit);
}

}  // namespace relais::e2e
