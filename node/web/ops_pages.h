// SPDX-License-Identifier: Apache-2.0
// The pages for those who run the node: /metrics (Prometheus text format 0.0.4), /livez (the
// process answers) and /readyz (it should be given work; 503 while it should not). Sources are
// functions, so that this room knows neither the metrics nor the checks; they run on the server's
// threads, several at once.
#pragma once

#include <functional>
#include <string>

#include "node/web/http.h"

namespace relais::web {

struct Readiness {
  bool ready = false;
  std::string json;
};

struct OpsSources {
  std::function<std::string()> metrics;
  std::function<Readiness()> readiness;
};

Routes ops_pages(OpsSources sources);

}  // namespace relais::web
