// SPDX-License-Identifier: Apache-2.0
#include "node/web/ops_pages.h"

#include <utility>

namespace relais::web {

Routes ops_pages(OpsSources sources) {
  Routes routes;
  routes["/metrics"] = [metrics = std::move(sources.metrics)] {
    return Response{200, "text/plain; version=0.0.4; charset=utf-8", metrics()};
  };
  // Says only that the process answers: a node whose database is away must not be restarted for it.
  routes["/livez"] = [] { return Response{200, "application/json", "{\"status\":\"alive\"}\n"}; };
  routes["/readyz"] = [readiness = std::move(sources.readiness)] {
    Readiness now = readiness();
    return Response{now.ready ? 200U : 503U, "application/json", std::move(now.json)};
  };
  return routes;
}

}  // namespace relais::web
