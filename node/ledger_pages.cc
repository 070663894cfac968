// SPDX-License-Identifier: Apache-2.0
#include "node/ledger_pages.h"

#include "node/storage/fill_tiles.h"
#include "node/web/log_pages.h"

namespace relais {
namespace {

constexpr int kMostStretches = 16;  // of 16,384 entries each

}  // namespace

web::Sections ledger_pages(const ops::Config& config, const flow::Settings& settings,
                           storage::LogPages& pages) {
  const auto per_second = static_cast<unsigned>(config.ops.tiles_per_second);
  if (per_second == 0) return {};
  web::LogSources sources;
  sources.origin = settings.ledger_key.name();
  sources.checkpoint = [&pages](const std::string& origin) { return pages.checkpoint(origin); };
  sources.tile = [&pages](const std::string& origin, const ledger::TilePath& path) {
    return pages.tile(origin, path);
  };
  return web::log_pages(std::move(sources), per_second);
}

void fill_tiles(storage::Pool& pool, ops::Log& log) {
  for (int i = 0; i < kMostStretches; ++i) {
    const auto filled = storage::fill_tiles(pool);
    if (!filled) log.warning("tiles_not_stored", {{"fault", filled.error()}});
    if (!filled || *filled == 0) return;
  }
}

}  // namespace relais
