// SPDX-License-Identifier: Apache-2.0
#include "node/ops/health.h"

#include <utility>

#include "node/ops/json_text.h"

namespace relais::ops {

Health::Health(std::vector<Constant> checks) : names_(std::move(checks)), failures_(names_.size()) {
  for (std::atomic<const char*>& failure : failures_) failure.store("not checked yet");
}

std::atomic<const char*>& Health::state_of(Constant check) {
  size_t index = 0;
  while (index < names_.size() && names_[index].view() != check.view()) ++index;
  RELAIS_CHECK(index < names_.size());
  return failures_[index];
}

void Health::pass(Constant check) { state_of(check).store(nullptr); }

void Health::fail(Constant check, Constant why) { state_of(check).store(why.c_str()); }

void Health::set(Constant check, bool passes, Constant why_not) {
  state_of(check).store(passes ? nullptr : why_not.c_str());
}

void Health::drain() { draining_.store(true); }

Health::Report Health::report() const {
  const bool draining = draining_.load();
  bool all_pass = true;
  std::string checks;
  for (size_t i = 0; i < names_.size(); ++i) {
    const char* failure = failures_[i].load();
    all_pass = all_pass && failure == nullptr;
    if (i > 0) checks.push_back(',');
    append_json_text(checks, names_[i].view());
    checks.push_back(':');
    append_json_text(checks, failure == nullptr ? "ok" : failure);
  }
  const char* status = draining ? "draining" : all_pass ? "ready" : "failing";
  std::string json = "{\"status\":";
  append_json_text(json, status);
  json += ",\"checks\":{" + checks + "}}\n";
  return {all_pass && !draining, std::move(json)};
}

}  // namespace relais::ops
