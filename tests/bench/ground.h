// SPDX-License-Identifier: Apache-2.0
// What a bench over real nodes stands on: a folder of its own that goes away with it, and in it a
// federation whose sender and recipient run with the product's own default settings. One thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "admin/federation/federation.h"
#include "tests/bench/options.h"
#include "tests/bench/referrals.h"

namespace relais::bench {

// Kept when RELAIS_BENCH_KEEP is set, for its logs.
class Folder {
 public:
  static Result<Folder> make();
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~Folder();
  const std::string& path() const { return path_; }

 private:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// `more`: TOML lines for [outbox], instead of the defaults. No node is started yet.
Result<std::unique_ptr<demo::Federation>> found(const Options& options, const Folder& folder,
                                                const std::string& more = {});

}  // namespace relais::bench
