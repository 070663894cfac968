// SPDX-License-Identifier: Apache-2.0
// The tiles of somebody's ledger: a folder, or a web server's pages (c2sp.org/tlog-tiles). Nothing
// of it is believed; the audit derives everything again. One owner, one thread; a web source keeps
// one connection, waits when the server asks for it, and gives up in the end.
#pragma once

#include <memory>
#include <string>

#include "node/core/result.h"
#include "node/ledger/tile.h"

namespace relais::admin {

class TileSource : public ledger::TileReader {
 public:
  // "http://host:port/prefix" or "https://…", else a folder.
  static Result<std::unique_ptr<TileSource>> open(const std::string& place);

  // The newest signed checkpoint.
  Result<Bytes> checkpoint() const { return fetch("checkpoint"); }
  // A full tile stands in for a partial one that is not there (any more).
  Result<Bytes> read(const ledger::TilePath& path) const override;

 protected:
  // `path` is relative and holds only what print_tile_path writes. `not_found`: not there.
  virtual Result<Bytes> fetch(const std::string& path) const = 0;
};

}  // namespace relais::admin
