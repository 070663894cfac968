// SPDX-License-Identifier: Apache-2.0
// ledger verify --tiles: a whole log, anybody's, derived again from its tiles and entry bundles,
// with nothing but its key.
#include "admin/commands/log.h"

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "admin/tiles.h"
#include "node/ledger/audit.h"

namespace relais::admin {
namespace {

using Clock = std::chrono::steady_clock;

// A line a second on standard error, for whoever waits.
class Teller {
 public:
  Teller(Output& output, uint64_t all) : output_(output), all_(all) {}
  void tell(uint64_t entries) {
    if (output_.json() || Clock::now() - last_ < std::chrono::seconds{1}) return;
    last_ = Clock::now();
    output_.err() << entries << " of " << all_ << " entries (" << entries * 100 / all_ << " %)"
                  << std::endl;
  }

 private:
  Output& output_;
  const uint64_t all_;
  Clock::time_point last_ = Clock::now();
};

Result<ledger::SignedCheckpoint> open_with(const std::string& note,
                                           const std::vector<ledger::VerifierKey>& keys) {
  auto opened = ledger::open_checkpoint(note, keys.front());
  for (size_t i = 1; i < keys.size() && !opened; ++i) {
    opened = ledger::open_checkpoint(note, keys[i]);
  }
  return opened;
}

Result<std::optional<ledger::Checkpoint>> earlier_of(const Arguments& given,
                                                     const std::vector<ledger::VerifierKey>& keys,
                                                     const std::string& origin) {
  std::optional<ledger::Checkpoint> earlier;
  if (!given.has("earlier")) return earlier;
  RELAIS_TRY(note, read_text(given.one("earlier")));
  RELAIS_TRY(opened, open_with(note, keys));
  if (opened.checkpoint().origin != origin) {
    return fail(FaultKind::invalid, "the earlier checkpoint is of another log", "earlier");
  }
  earlier = opened.checkpoint();
  return earlier;
}

Result<ledger::Audited> audit(const TileSource& tiles, const ledger::Checkpoint& checkpoint,
                              const std::optional<ledger::Checkpoint>& earlier, Output& output) {
  Teller teller(output, std::max<uint64_t>(checkpoint.size, 1));
  return ledger::audit(tiles, checkpoint, earlier, [&](uint64_t entries) { teller.tell(entries); });
}

std::string words_of(const ledger::Checkpoint& checkpoint, const ledger::Audited& audited,
                     const std::optional<ledger::Checkpoint>& earlier) {
  std::string text = checkpoint.origin + ": " + std::to_string(audited.entries) + " entries and " +
                     std::to_string(audited.tiles) + " tiles give the root it signed\n";
  if (earlier) {
    text +=
        "and it begins with the " + std::to_string(earlier->size) + " entries it showed before\n";
  }
  return text + "the log is sound\n";
}

}  // namespace

Result<std::vector<ledger::VerifierKey>> keys_of(const Arguments& given) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : given.all("key")) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) {
      return fail(FaultKind::invalid, "a verifier key is NAME+HASH+KEY, in quotes and whole",
                  "--key");
    }
    keys.push_back(std::move(*key));
  }
  return keys;
}

int run_audit(const Arguments& given, Output& output) {
  if (!given.has("key")) return output.usage("--tiles needs --key, the log's verifier key");
  const auto keys = keys_of(given);
  if (!keys) return output.fault(keys.error());
  const auto tiles = TileSource::open(given.one("tiles"));
  if (!tiles) return output.fault(tiles.error());
  const auto note = (*tiles)->checkpoint();
  if (!note) return output.fault(note.error());
  const auto opened = open_with(*note, *keys);
  if (!opened) return output.fault(opened.error());
  const ledger::Checkpoint& checkpoint = opened->checkpoint();
  const auto earlier = earlier_of(given, *keys, checkpoint.origin);
  if (!earlier) return output.fault(earlier.error());
  const auto audited = audit(**tiles, checkpoint, *earlier, output);
  if (!audited) return output.fault(audited.error());
  return output.done({{"sound", true},
                      {"origin", checkpoint.origin},
                      {"entries", audited->entries},
                      {"tiles", audited->tiles},
                      {"root", to_hex(view(checkpoint.root))},
                      {"earlier", *earlier ? nlohmann::json((*earlier)->size) : nullptr}},
                     words_of(checkpoint, *audited, *earlier));
}

}  // namespace relais::admin
