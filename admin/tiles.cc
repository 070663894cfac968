// SPDX-License-Identifier: Apache-2.0
#include "admin/tiles.h"

#include <curl/curl.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace relais::admin {
namespace {

// The largest page there is: an entry bundle of a foreign log, whose leaves may have 65,535 bytes.
constexpr size_t kMostBytes = size_t{256} * (65'535 + 2);
constexpr long kPatience_s = 20;
constexpr int kAttempts = 60;
constexpr std::chrono::seconds kPause{1};

class Folder final : public TileSource {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

 protected:
  Result<Bytes> fetch(const std::string& path) const override {
    const std::string whole = path_ + "/" + path;
    std::error_code error;
    const auto size = std::filesystem::file_size(whole, error);
    if (error) return fail(FaultKind::not_found, "no such file", whole);
    if (size > kMostBytes) return fail(FaultKind::corrupt, "a file is too large", whole);
    std::ifstream file(whole, std::ios::binary);
    Bytes bytes(size, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!file) return fail(FaultKind::unavailable, "a file cannot be read", whole);
    return bytes;
  }

 private:
  const std::string path_;
};

struct EndCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// Called by the library; what is too much ends the transfer. noexcept: its frames are C.
size_t take(char* data, size_t /*one*/, size_t count, void* into) noexcept {
  auto& bytes = *static_cast<Bytes*>(into);
  if (bytes.size() + count > kMostBytes) return 0;
  bytes.append(data, count);
  return count;
}

class Web final : public TileSource {
 public:
  Web(std::string prefix, CURL* handle) : prefix_(std::move(prefix)), handle_(handle) {}

 protected:
  Result<Bytes> fetch(const std::string& path) const override {
    const std::string url = prefix_ + "/" + path;
    for (int attempt = 1;; ++attempt) {
      Bytes bytes;
      const long status = get(url, bytes);
      if (status == 200) return bytes;
      if (status == 404) return fail(FaultKind::not_found, "the log has no such page", url);
      const bool later = status == 429 || status == 503;
      if (later && attempt < kAttempts) {
        std::this_thread::sleep_for(kPause);
        continue;
      }
      if (status == 0) return fail(FaultKind::unavailable, "the log's server is not there", url);
      return fail(later ? FaultKind::unavailable : FaultKind::precondition,
                  "the log's server does not give a page", url + " " + std::to_string(status));
    }
  }

 private:
  // The status; 0 when there was no whole answer.
  long get(const std::string& url, Bytes& bytes) const {
    CURL* handle = handle_.get();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &bytes);
    long status = 0;
    if (curl_easy_perform(handle) != CURLE_OK) return 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  const std::string prefix_;
  std::unique_ptr<CURL, EndCurl> handle_;
};

Result<std::unique_ptr<TileSource>> open_web(std::string prefix) {
  while (prefix.ends_with('/')) prefix.pop_back();
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return fail(FaultKind::unavailable, "no web client", prefix);
  auto web = std::make_unique<Web>(std::move(prefix), handle);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);  // what was named is what is read
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, kPatience_s);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "relaisctl/" RELAIS_VERSION);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take);
  return web;
}

}  // namespace

Result<std::unique_ptr<TileSource>> TileSource::open(const std::string& place) {
  if (place.starts_with("http://") || place.starts_with("https://")) return open_web(place);
  if (place.find("://") != std::string::npos) {
    return fail(FaultKind::invalid, "tiles are in a folder, or at http:// or https://", place);
  }
  return std::make_unique<Folder>(place);
}

Result<Bytes> TileSource::read(const ledger::TilePath& path) const {
  auto bytes = fetch(print_tile_path(path));
  const bool gone = !bytes && bytes.error().kind == FaultKind::not_found;
  if (!gone || path.width == ledger::kTileWidth) return bytes;
  return fetch(ledger::print_tile_path({path.level, path.index, ledger::kTileWidth}));
}

}  // namespace relais::admin
