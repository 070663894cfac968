// SPDX-License-Identifier: Apache-2.0
// Words: licences, names, and what the documents must and must not mention.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "tests/tidy/source_tree.h"

namespace relais::tidy {
namespace {

constexpr const char* kLicence = "SPDX-License-Identifier: Apache-2.0";

bool has_comments(const SourceFile& file) {
  constexpr std::array kSuffixes{".cc",  ".h",   ".inc",  ".cmake", ".toml",          ".proto",
                                 ".sql", ".yml", ".yaml", ".mjs",   "CMakeLists.txt", ".sh",
                                 ".supp"};
  const bool script = !file.lines.empty() && file.lines[0].starts_with("#!");
  return script || std::any_of(kSuffixes.begin(), kSuffixes.end(),
                               [&file](const char* suffix) { return file.ends(suffix); });
}

bool is_cpp(const SourceFile& file) { return file.cpp(); }
bool is_any(const SourceFile& /*file*/) { return true; }

const SourceFile* find(const std::string& path) {
  const auto& tree = source_tree();
  const auto found = std::find_if(tree.begin(), tree.end(),
                                  [&path](const SourceFile& file) { return file.path == path; });
  return found == tree.end() ? nullptr : &*found;
}

std::string text_of(const std::string& path) {
  std::string text;
  const SourceFile* file = find(path);
  if (file == nullptr) return text;
  for (const std::string& line : file->lines) text += line + "\n";
  return text;
}

// Every match of the pattern's first group in the files accepted.
std::set<std::string> names_in(const std::function<bool(const SourceFile&)>& wanted,
                               const std::regex& pattern) {
  std::set<std::string> names;
  each_line(wanted, [&](const SourceFile& /*file*/, size_t /*number*/, const std::string& line) {
    for (std::sregex_iterator it(line.begin(), line.end(), pattern), end; it != end; ++it) {
      names.insert((*it)[1].str());
    }
  });
  return names;
}

TEST(Words, every_source_names_its_licence_first) {
  Findings findings;
  for (const SourceFile& file : source_tree()) {
    if (!has_comments(file) || file.lines.empty()) continue;
    const size_t line = file.lines[0].starts_with("#!") ? 1 : 0;
    const bool named =
        file.lines.size() > line && file.lines[line].find(kLicence) != std::string::npos;
    if (!named) findings.add(file, line + 1, "the licence line is missing");
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_header_says_what_it_is_before_anything_else) {
  Findings findings;
  for (const SourceFile& file : source_tree()) {
    if (!file.ends(".h") || file.lines.size() < 3) continue;
    const bool says = file.lines[1].starts_with("// ");
    const bool once =
        std::find(file.lines.begin(), file.lines.end(), "#pragma once") != file.lines.end();
    if (!says) findings.add(file, 2, "the paragraph that says what this is, is missing");
    if (!once) findings.add(file, 2, "#pragma once is missing");
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, no_type_is_named_after_having_no_name) {
  const std::regex vague("\\b(class|struct|enum)\\s+\\w*(Manager|Handler|Helper|Utils?|Impl)\\b");
  Findings findings;
  each_line(is_cpp, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (std::regex_search(line, vague)) findings.add(file, number, line);
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

// clang-tidy's own check sees one source at a time only.
TEST(Words, every_using_declaration_is_used) {
  const std::regex declaration("^\\s*using [\\w:]+::(\\w+);$");
  Findings findings;
  each_line(is_cpp, [&](const SourceFile& file, size_t number, const std::string& line) {
    std::smatch found;
    if (!std::regex_match(line, found, declaration)) return;
    const std::regex use("\\b" + found[1].str() + "\\b");
    const auto uses = std::count_if(file.lines.begin(), file.lines.end(),
                                    [&](const auto& one) { return std::regex_search(one, use); });
    if (uses < 2) findings.add(file, number, "declared and not used");
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

// A question for a lawyer is not work left over: the packs mark it, and the documents name the
// mark.
TEST(Words, nothing_is_left_for_later) {
  const std::regex later(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX|HA"
      "CK)\\b(?! counsel)");
  Findings findings;
  const auto is_code = [](const SourceFile& file) {
    return file.cpp() || file.ends(".proto") || file.ends(".cmake") || file.ends(".mjs") ||
           file.ends("CMakeLists.txt") || file.ends(".sql") || file.ends(".md");
  };
  each_line(is_code, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (std::regex_search(line, later)) findings.add(file, number, "left for later");
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, no_template_prints_unescaped) {
  Findings findings;
  const auto is_page = [](const SourceFile& file) {
    return file.under("node/web/") || file.ends(".mustache") || file.ends(".html");
  };
  each_line(is_page, [&](const SourceFile& file, size_t number, const std::string& line) {
    const bool raw = line.find("{{{") != std::string::npos || line.find("{{&") != std::string::npos;
    if (raw) findings.add(file, number, "prints a value without escaping it");
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, no_file_mentions_the_machine_it_was_written_on) {
  const std::regex machine(
      "/wo"
      "rk/|/ro"
      "ot/|/ho"
      "me/[a-z]|pri"
      "vate-registry");
  Findings findings;
  each_line(is_any, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (std::regex_search(line, machine)) findings.add(file, number, "a path of one machine");
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_metric_is_in_the_operations_document) {
  const std::string document = text_of("docs/operations.md");
  const auto names =
      names_in([](const SourceFile& file) { return file.under("node/ops/") && file.ends(".cc"); },
               std::regex("\"(relais_[a-z0-9_]+)\""));
  Findings findings;
  EXPECT_FALSE(names.empty());
  for (const std::string& name : names) {
    if (document.find("`" + name) == std::string::npos) findings.add(name + " is not described");
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_configuration_key_is_in_the_operations_document) {
  const std::string document = text_of("docs/operations.md");
  const auto names = names_in(
      [](const SourceFile& file) { return file.path == "node/ops/config.cc"; },
      std::regex("\\.(?:required_text|text|texts|integer|integer64|flag|path|one_of|optional_flag"
                 "|table|tables|raw)\\(\"([a-z0-9_]+)\""));
  Findings findings;
  EXPECT_FALSE(names.empty());
  for (const std::string& name : names) {
    if (document.find(name) == std::string::npos) findings.add(name + " is not described");
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_decision_is_short_and_has_its_own_number) {
  Findings findings;
  std::set<std::string> numbers;
  for (const SourceFile& file : source_tree()) {
    const std::string folder = "docs/decisions/";
    if (!file.under(folder)) continue;
    const std::string number = file.path.substr(folder.size(), 4);
    if (!numbers.insert(number).second) findings.add(file, 1, "this number is taken");
    if (file.lines.size() > 40) findings.add(file, 41, "a decision is at most 40 lines");
  }
  EXPECT_FALSE(numbers.empty());
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_package_has_its_reason) {
  const SourceFile* list = find("admin/packages.txt");
  ASSERT_NE(list, nullptr);
  const std::regex reasoned("^[a-z0-9.+-]+ +# .+$");
  Findings findings;
  for (size_t i = 0; i < list->lines.size(); ++i) {
    const std::string& line = list->lines[i];
    if (line.empty() || line[0] == '#' || line[0] == '[') continue;
    if (!std::regex_match(line, reasoned)) findings.add(*list, i + 1, "name  # reason");
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Words, every_test_is_named_by_a_sentence) {
  const std::regex test("^TEST(?:_F|_P)?\\(\\w+, (\\w+)\\)");
  Findings findings;
  each_line(is_cpp, [&](const SourceFile& file, size_t number, const std::string& line) {
    std::smatch match;
    if (!std::regex_search(line, match, test)) return;
    const std::string name = match[1].str();
    if (std::count(name.begin(), name.end(), '_') < 2) findings.add(file, number, name);
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

}  // namespace
}  // namespace relais::tidy
