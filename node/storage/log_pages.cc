// SPDX-License-Identifier: Apache-2.0
#include "node/storage/log_pages.h"

#include "node/storage/tiles.h"

namespace relais::storage {
namespace {

constexpr size_t kMostKept = 512;  // at about 9 KiB

// The newest, with what witnesses have said of it by now.
const Statement kCheckpoint{"page_checkpoint",
                            "SELECT c.note || coalesce((SELECT string_agg(g.line, ''"
                            "  ORDER BY g.witness) FROM cosignature g"
                            "  WHERE g.ledger = c.ledger AND g.size = c.size), '')"
                            " FROM checkpoint c"
                            " WHERE c.ledger = (SELECT id FROM ledger WHERE origin = $1)"
                            " ORDER BY c.size DESC LIMIT 1"};
const Statement kSize{"page_size",
                      "SELECT ledger, size FROM checkpoint"
                      " WHERE ledger = (SELECT id FROM ledger WHERE origin = $1)"
                      " ORDER BY size DESC LIMIT 1"};

}  // namespace

Result<Bytes> LogPages::checkpoint(const std::string& origin) {
  return once(pool_, [&](Work& work) -> Result<Bytes> {
    const pqxx::result rows = run(work, kCheckpoint, text(origin));
    if (rows.empty()) return fail(FaultKind::not_found, "no such ledger, or an empty one");
    return rows[0][0].as<std::string>();
  });
}

Result<Bytes> LogPages::tile(const std::string& origin, const ledger::TilePath& path) {
  const bool full = path.width == ledger::kTileWidth;
  const std::string key = print_tile_path(path) + " " + origin;
  if (full) {
    if (auto bytes = kept(key)) return std::move(*bytes);
  }
  RELAIS_TRY(bytes, snapshot(pool_, [&](Work& work) -> Result<Bytes> {
               const pqxx::result rows = run(work, kSize, text(origin));
               const uint64_t size = rows.empty() ? 0 : rows[0][1].as<uint64_t>();
               const auto there = ledger::tile_at(path.level, path.index, size);
               if (!there || there->width < path.width) {
                 return fail(FaultKind::not_found, "the ledger has no such tile yet");
               }
               return StoredTiles(work, rows[0][0].as<int32_t>()).read(path);
             }));
  if (full) keep(key, bytes);
  return std::move(bytes);
}

std::optional<Bytes> LogPages::kept(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return std::nullopt;
  return found->second;
}

void LogPages::keep(const std::string& key, const Bytes& bytes) {
  const std::lock_guard lock(mutex_);
  if (!kept_.emplace(key, bytes).second) return;
  order_.push_back(key);
  if (order_.size() <= kMostKept) return;
  kept_.erase(order_.front());
  order_.pop_front();
}

}  // namespace relais::storage
