// SPDX-License-Identifier: Apache-2.0
#include "node/web/transfer.h"

#include <curl/curl.h>

#include <memory>

namespace relais::web {
namespace {

struct EndCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Basket {
  Bytes bytes;
  size_t most;
};

// Called by the library; what is too much ends the transfer. noexcept: its frames are C.
size_t take(char* data, size_t /*one*/, size_t count, void* into) noexcept {
  auto& basket = *static_cast<Basket*>(into);
  if (basket.bytes.size() + count > basket.most) return 0;
  basket.bytes.append(data, count);
  return count;
}

void set_up(CURL* handle, const Question& question, Basket& basket) {
  curl_easy_setopt(handle, CURLOPT_URL, question.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // no environment variable redirects it
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(question.patience.count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &basket);
  if (!question.post) return;
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, question.post->data());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(question.post->size()));
}

}  // namespace

Result<Answer> transfer(const Question& question) {
  if (!question.url.starts_with("http://") && !question.url.starts_with("https://")) {
    return fail(FaultKind::invalid, "the address is at http:// or https://", question.url);
  }
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, EndCurl> handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  const std::unique_ptr<curl_slist, EndHeaders> headers(
      curl_slist_append(nullptr, "Content-Type: text/plain"));
  if (!handle || !headers) return fail(FaultKind::unavailable, "no web client", question.url);
  Basket basket{{}, question.most_bytes};
  set_up(handle.get(), question, basket);
  if (question.post) curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  if (curl_easy_perform(handle.get()) != CURLE_OK) {
    return fail(FaultKind::unavailable, "no whole answer came", question.url);
  }
  Answer answer;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  answer.body = std::move(basket.bytes);
  return answer;
}

}  // namespace relais::web
