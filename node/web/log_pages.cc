// SPDX-License-Identifier: Apache-2.0
#include "node/web/log_pages.h"

#include <memory>

#include "node/web/pace.h"

namespace relais::web {
namespace {

constexpr Constant kText = "text/plain; charset=utf-8";
constexpr Constant kBytes = "application/octet-stream";
constexpr Constant kNewest = "no-cache";  // may be kept, must be asked for again
constexpr Constant kForEver = "public, max-age=31536000, immutable";
constexpr Constant kForAWhile = "public, max-age=3600";  // true for ever, but soon nobody asks
constexpr std::string_view kCheckpoint = "/checkpoint";
constexpr std::string_view kTile = "/tile/";
constexpr std::string_view kLedger = "/ledger/";

Response refused(unsigned status, std::string text) {
  Response response{status, kText, std::move(text)};
  if (status == 429 || status == 503) response.retry_after_s = 1;
  return response;
}

Response answer(Result<Bytes> bytes, Constant type, Constant cache) {
  if (bytes) return {200, type, std::move(*bytes), cache};
  if (bytes.error().kind == FaultKind::not_found) return refused(404, "not there\n");
  if (bytes.error().retryable()) return refused(503, "try again\n");
  return refused(500, "this cannot be read\n");
}

class LogSection {
 public:
  LogSection(LogSources sources, unsigned per_second)
      : sources_(std::move(sources)), pace_(per_second) {}

  // `path` is "/checkpoint" or "/tile/…".
  Response page(const std::string& origin, std::string_view path) {
    if (!pace_.take()) return refused(429, "too many requests\n");
    if (path == kCheckpoint) return answer(sources_.checkpoint(origin), kText, kNewest);
    const auto tile = ledger::parse_tile_path(path.substr(1));
    if (!tile) return refused(400, "not a tile path\n");
    const bool full = tile->width == ledger::kTileWidth;
    return answer(sources_.tile(origin, *tile), kBytes, full ? kForEver : kForAWhile);
  }

  Response current(std::string_view path) { return page(sources_.origin, path); }

  // "/ledger/<origin>/checkpoint", "/ledger/<origin>/tile/…". An origin holds slashes itself, so
  // the page's own part is looked for from the end.
  Response of_any(std::string_view path) {
    path.remove_prefix(kLedger.size());
    const size_t split =
        path.ends_with(kCheckpoint) ? path.size() - kCheckpoint.size() : path.rfind(kTile);
    if (split == std::string_view::npos || split == 0) return refused(404, "no such page\n");
    return page(std::string(path.substr(0, split)), path.substr(split));
  }

 private:
  const LogSources sources_;
  Pace pace_;
};

}  // namespace

Sections log_pages(LogSources sources, unsigned per_second) {
  const auto section = std::make_shared<LogSection>(std::move(sources), per_second);
  Sections sections;
  sections[std::string(kCheckpoint)] = [section](std::string_view path) {
    // "/checkpoint/more" begins like the page and is none.
    return path == kCheckpoint ? section->current(path) : refused(404, "no such page\n");
  };
  sections[std::string(kTile)] = [section](std::string_view path) {
    return section->current(path);
  };
  sections[std::string(kLedger)] = [section](std::string_view path) {
    return section->of_any(path);
  };
  return sections;
}

}  // namespace relais::web
