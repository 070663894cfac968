// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/figure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace relais::bench {
namespace {

std::string number(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", std::abs(value) < 10 ? 4 : 1, value);
  return text;
}

std::string number_or_null(const std::optional<double>& value) {
  return value ? number(*value) : "null";
}

}  // namespace

std::string to_json(const Figure& figure) {
  std::optional<double> ratio;
  if (figure.limit_per_s && *figure.limit_per_s > 0) {
    ratio = figure.rate_per_s / *figure.limit_per_s;
  }
  std::string line = R"({"name":")" + figure.name + '"';
  line += R"(,"rate_per_s":)" + number(figure.rate_per_s);
  line += R"(,"p50_ms":)" + number_or_null(figure.p50_ms);
  line += R"(,"p99_ms":)" + number_or_null(figure.p99_ms);
  line += R"(,"limit_per_s":)" + number_or_null(figure.limit_per_s);
  line += R"(,"ratio":)" + number_or_null(ratio);
  for (const auto& [name, value] : figure.more) line += ",\"" + name + "\":" + number(value);
  return line + "}";
}

void print(const Figure& figure) {
  std::printf("%s\n", to_json(figure).c_str());
  std::fflush(stdout);
}

std::optional<double> quantile(std::vector<double>& values, double at) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(at * static_cast<double>(values.size())));
  return values[std::clamp<size_t>(rank, 1, values.size()) - 1];
}

void note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

}  // namespace relais::bench
