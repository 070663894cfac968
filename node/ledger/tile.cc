// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/tile.h"

#include <map>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr unsigned kTileHeight = 8;  // levels of the tree in one tile
constexpr unsigned kMaxTileLevel = 63;

// Complete subtrees of 256^level leaves in a log of `size` leaves.
uint64_t hashes_at(unsigned level, uint64_t size) {
  const unsigned shift = level * kTileHeight;
  return shift >= 64 ? 0 : size >> shift;
}

std::string index_path(uint64_t index) {
  std::string path;
  const char* lead = "";
  do {
    const std::string digits = std::to_string(index % 1000);
    std::string group = lead;
    group.append(3 - digits.size(), '0').append(digits);
    if (!path.empty()) group.append("/").append(path);
    path = std::move(group);
    lead = "x";
    index /= 1000;
  } while (index > 0);
  return path;
}

// Three digits, or nothing.
std::optional<uint64_t> digit_group(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

std::optional<uint64_t> parse_index(std::string_view text) {
  uint64_t index = 0;
  for (bool last = false; !last;) {
    const size_t slash = text.find('/');
    last = slash == std::string_view::npos;
    std::string_view group = text.substr(0, slash);
    if (!last && !group.starts_with('x')) return std::nullopt;
    if (!last) group.remove_prefix(1);
    const auto value = digit_group(group);
    if (!value || index > (UINT64_MAX - *value) / 1000) return std::nullopt;
    index = index * 1000 + *value;
    if (!last) text.remove_prefix(slash + 1);
  }
  return index;
}

// The node's place: which tile, and which of its hashes make it up.
struct Place {
  TilePath tile;
  uint64_t begin = 0;
  uint64_t end = 0;
};

std::optional<Place> place_of(NodeId node, uint64_t size) {
  const auto level = static_cast<uint8_t>(node.level / kTileHeight);
  const unsigned height = node.level % kTileHeight;
  if (node.index > UINT64_MAX >> height) return std::nullopt;
  const uint64_t first = node.index << height;
  const auto tile = tile_at(level, first / kTileWidth, size);
  const uint64_t begin = first % kTileWidth;
  const uint64_t end = begin + (uint64_t{1} << height);
  if (!tile || end > tile->width) return std::nullopt;
  return Place{*tile, begin, end};
}

Digest subtree_root(std::span<const Digest> hashes) {
  Frontier frontier;
  for (const Digest& hash : hashes) frontier.append(hash);
  return frontier.root();
}

}  // namespace

std::string print_tile_path(const TilePath& path) {
  std::string text = "tile/" + (path.level ? std::to_string(*path.level) : "entries") + "/" +
                     index_path(path.index);
  if (path.width != kTileWidth) text += ".p/" + std::to_string(path.width);
  return text;
}

Result<TilePath> parse_tile_path(std::string_view text) {
  const auto malformed = fail(FaultKind::invalid, "not a tile path", "path");
  constexpr std::string_view kRoot = "tile/";
  if (!text.starts_with(kRoot)) return malformed;
  const std::string_view rest = text.substr(kRoot.size());
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return malformed;
  TilePath path;
  if (rest.substr(0, slash) != "entries") {
    const auto level = from_decimal(rest.substr(0, slash));
    if (!level || *level > kMaxTileLevel) return malformed;
    path.level = static_cast<uint8_t>(*level);
  }
  std::string_view index_text = rest.substr(slash + 1);
  const size_t partial = index_text.find(".p/");
  if (partial != std::string_view::npos) {
    const auto width = from_decimal(index_text.substr(partial + 3));
    if (!width || *width == 0 || *width >= kTileWidth) return malformed;
    path.width = static_cast<uint16_t>(*width);
    index_text = index_text.substr(0, partial);
  }
  const auto index = parse_index(index_text);
  if (!index) return malformed;
  path.index = *index;
  // Leading groups of zeroes would give one tile two names.
  if (print_tile_path(path) != text) return malformed;
  return path;
}

std::vector<TilePath> tiles_filled(uint64_t size_before, uint64_t size_after) {
  std::vector<TilePath> tiles;
  for (unsigned level = 0; hashes_at(level, size_after) >= kTileWidth; ++level) {
    const uint64_t end = hashes_at(level, size_after) / kTileWidth;
    for (uint64_t i = hashes_at(level, size_before) / kTileWidth; i < end; ++i) {
      tiles.push_back({static_cast<uint8_t>(level), i, kTileWidth});
    }
  }
  return tiles;
}

std::optional<TilePath> tile_at(std::optional<uint8_t> level, uint64_t index, uint64_t size) {
  const uint64_t hashes = hashes_at(level.value_or(0), size);
  if (index > hashes / kTileWidth) return std::nullopt;
  const uint64_t width = index < hashes / kTileWidth ? kTileWidth : hashes % kTileWidth;
  if (width == 0) return std::nullopt;
  return TilePath{level, index, static_cast<uint16_t>(width)};
}

Bytes encode_tile(std::span<const Digest> hashes) {
  RELAIS_CHECK(!hashes.empty() && hashes.size() <= kTileWidth);
  Bytes bytes;
  bytes.reserve(32 * hashes.size());
  for (const Digest& hash : hashes) bytes += view(hash);
  return bytes;
}

Result<std::vector<Digest>> parse_tile(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % 32 != 0 || bytes.size() > 32 * kTileWidth) {
    return fail(FaultKind::invalid, "a tile is 1 to 256 hashes", "tile");
  }
  std::vector<Digest> hashes;
  for (; !bytes.empty(); bytes.remove_prefix(32)) {
    hashes.push_back(*digest_of(bytes.substr(0, 32)));
  }
  return hashes;
}

Digest tile_root(std::span<const Digest> hashes) {
  RELAIS_CHECK(hashes.size() == kTileWidth);
  return subtree_root(hashes);
}

Bytes encode_bundle(std::span<const Bytes> leaves) {
  RELAIS_CHECK(!leaves.empty() && leaves.size() <= kTileWidth);
  Bytes bytes;
  for (const Bytes& leaf : leaves) {
    RELAIS_CHECK(leaf.size() <= UINT16_MAX);
    put_u16(bytes, static_cast<uint16_t>(leaf.size()));
    bytes += leaf;
  }
  return bytes;
}

Result<std::vector<Bytes>> parse_bundle(std::string_view bytes) {
  const auto malformed = fail(FaultKind::invalid, "a malformed entry bundle", "bundle");
  std::vector<Bytes> leaves;
  while (!bytes.empty()) {
    if (bytes.size() < 2 || leaves.size() == kTileWidth) return malformed;
    const size_t length = get_u16(bytes);
    bytes.remove_prefix(2);
    if (bytes.size() < length) return malformed;
    leaves.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  if (leaves.empty()) return malformed;
  return leaves;
}

Result<std::vector<Digest>> TiledHashes::read(std::span<const NodeId> nodes) const {
  std::map<std::string, std::vector<Digest>> tiles;  // a proof asks the same tile several times
  std::vector<Digest> hashes;
  for (const NodeId node : nodes) {
    const auto place = place_of(node, size_);
    if (!place) return fail(FaultKind::invalid, "no such hash in a log of this size", "node");
    const std::string path = print_tile_path(place->tile);
    if (!tiles.contains(path)) {
      RELAIS_TRY(bytes, tiles_.read(place->tile));
      RELAIS_TRY(tile, parse_tile(bytes));
      if (tile.size() < place->tile.width) {
        return fail(FaultKind::corrupt, "a stored tile is too short", path);
      }
      tiles[path] = std::move(tile);
    }
    const std::span<const Digest> tile = tiles[path];
    hashes.push_back(subtree_root(tile.subspan(place->begin, place->end - place->begin)));
  }
  return hashes;
}

}  // namespace relais::ledger
