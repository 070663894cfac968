// SPDX-License-Identifier: Apache-2.0
#include "node/web/witness_client.h"

#include <curl/curl.h>

#include <memory>
#include <string>

#include "node/ledger/encoding.h"

namespace relais::web {
namespace {

constexpr size_t kMostAnswer = 16 * 1024;
constexpr long kPatience_ms = 5'000;
constexpr long kConflict = 409;

struct EndCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Called by the library; what is too much ends the transfer. noexcept: its frames are C.
size_t take(char* data, size_t /*one*/, size_t count, void* into) noexcept {
  auto& bytes = *static_cast<Bytes*>(into);
  if (bytes.size() + count > kMostAnswer) return 0;
  bytes.append(data, count);
  return count;
}

struct Answer {
  long status = 0;
  Bytes body;
};

Result<Answer> post(const std::string& url, const Bytes& body) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, EndCurl> handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  const std::unique_ptr<curl_slist, EndHeaders> headers(
      curl_slist_append(nullptr, "Content-Type: text/plain"));
  if (!handle || !headers) return fail(FaultKind::unavailable, "no web client");
  Answer answer;
  CURL* raw = handle.get();
  curl_easy_setopt(raw, CURLOPT_URL, url.c_str());
  curl_easy_setopt(raw, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(raw, CURLOPT_PROXY, "");  // no environment variable redirects it
  curl_easy_setopt(raw, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(raw, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(raw, CURLOPT_TIMEOUT_MS, kPatience_ms);
  curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(raw, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(raw, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(raw, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(raw, CURLOPT_WRITEDATA, &answer.body);
  if (curl_easy_perform(raw) != CURLE_OK) {
    return fail(FaultKind::unavailable, "the witness did not answer", url);
  }
  curl_easy_getinfo(raw, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace

Result<ledger::WitnessReply> WitnessClient::add_checkpoint(const std::string& url,
                                                           const Bytes& body) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return fail(FaultKind::invalid, "a witness is at http:// or https://", url);
  }
  std::string place = url;
  while (place.ends_with('/')) place.pop_back();
  RELAIS_TRY(answer, post(place + "/add-checkpoint", body));
  if (answer.status == 429 || answer.status >= 500) {
    return fail(FaultKind::unavailable, "the witness is busy", url);
  }
  ledger::WitnessReply reply;
  reply.status = static_cast<uint16_t>(answer.status);
  if (answer.status == kConflict) {
    if (answer.body.ends_with('\n')) answer.body.pop_back();
    const auto known = ledger::from_decimal(answer.body);
    if (!known) return fail(FaultKind::invalid, "a conflict without a size", url);
    reply.known = *known;
  } else {
    reply.lines = std::move(answer.body);
  }
  return reply;
}

}  // namespace relais::web
