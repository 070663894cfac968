// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/tap.h"

#include <iostream>
#include <sstream>

namespace relais::e2e {

bool Tap::check(bool holds, const std::string& name, const std::string& why) {
  std::cout << (holds ? "ok " : "not ok ") << name << "\n";
  if (!holds) note(why);
  std::cout.flush();
  ++(holds ? passed_ : failed_);
  return holds;
}

bool Tap::none(const std::vector<std::string>& wrong, const std::string& name) {
  std::string why;
  for (const std::string& one : wrong) why += one + "\n";
  return check(wrong.empty(), name, why);
}

void Tap::pass_on(const std::string& output) {
  std::istringstream lines(output);
  std::string line;
  while (std::getline(lines, line)) {
    std::cout << line << "\n";
    if (line.rfind("ok ", 0) == 0) ++passed_;
    if (line.rfind("not ok ", 0) == 0) ++failed_;
  }
  std::cout.flush();
}

void Tap::note(const std::string& text) const {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) std::cout << "# " << line << "\n";
  std::cout.flush();
}

}  // namespace relais::e2e
