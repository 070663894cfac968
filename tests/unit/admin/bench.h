// SPDX-License-Identifier: Apache-2.0
// Bench: runs commands of the table as the command line would, in a folder of its own, and keeps
// what they wrote. One a test.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "admin/command.h"
#include "admin/files.h"
#include "tests/support/certificates.h"

namespace relais::admin {

class Bench {
 public:
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

  // Exit code of "noun verb" with these values by parameter name.
  int run(const std::string& noun, const std::string& verb, const Values& values,
          bool json = false) {
    out_.str("");
    err_.str("");
    Arguments given{"", values};
    Output output(out_, err_, json);
    for (const Command& one : commands()) {
      if (one.noun == noun && one.verb == verb) return one.run(given, output);
    }
    ADD_FAILURE() << "no command " << noun << " " << verb;
    return kUsage;
  }

  std::string file(const std::string& name) const { return folder_.file(name); }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(replace_text(file(name), text));
  }
  std::string read(const std::string& name) const { return read_text(file(name)).value_or(""); }
  // The last command's output without the line end.
  std::string line() const {
    std::string text = out_.str();
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  nlohmann::json object() const { return nlohmann::json::parse(out_.str(), nullptr, false); }
  std::string errors() const { return err_.str(); }

 private:
  test::TestFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace relais::admin
