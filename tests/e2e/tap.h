// SPDX-License-Identifier: Apache-2.0
// What an end-to-end program prints: "ok NAME" or "not ok NAME" for each test, the reasons of a
// failure under it as "# …" lines, and its exit status. Names are sentences. One thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::e2e {

class Tap {
 public:
  // `why` is printed when it does not hold.
  bool check(bool holds, const std::string& name, const std::string& why = {});
  // Holds when there is nothing in the list.
  bool none(const std::vector<std::string>& wrong, const std::string& name);
  template <class T>
  bool worked(const Result<T>& result, const std::string& name) {
    return check(
        result.has_value(), name,
        result ? "" : std::string(result.error().message.view()) + ": " + result.error().where);
  }
  // Lines of another program that prints the same way: passed through and counted.
  void pass_on(const std::string& output);
  void note(const std::string& text) const;
  // 0 when something was tested and nothing failed.
  int status() const { return passed_ > 0 && failed_ == 0 ? 0 : 1; }

 private:
  int passed_ = 0;
  int failed_ = 0;
};

}  // namespace relais::e2e
