// SPDX-License-Identifier: Apache-2.0
// Figure: one line of a bench's output, a JSON object with name, rate_per_s, p50_ms, p99_ms,
// limit_per_s and ratio, null where a figure does not apply, and what else the bench has to tell.
// Plain values; one thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relais::bench {

struct Figure {
  std::string name;
  double rate_per_s = 0;
  std::optional<double> p50_ms;
  std::optional<double> p99_ms;
  std::optional<double> limit_per_s;                 // ratio is rate_per_s of it
  std::vector<std::pair<std::string, double>> more;  // after the six, in this order
};

std::string to_json(const Figure& figure);  // without a newline
void print(const Figure& figure);           // a line on standard output, at once

// Nearest-rank quantile (0 < at <= 1) of what is sorted in place; nothing of nothing.
std::optional<double> quantile(std::vector<double>& values, double at);

// For whoever watches; the figures stand on standard output.
void note(const std::string& text);  // a line on standard error

}  // namespace relais::bench
