// SPDX-License-Identifier: Apache-2.0
#include "policy/stray.h"

#include <vector>

namespace relais::policy {
namespace {

constexpr size_t kMostParts = 32;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  std::optional<Stray> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_stray()) return outside_ascii();
      count_parts(c);
      if (parts_ > kMostParts) return Stray{position(), "nested deeper than 32 levels"};
      if (c == '#') {
        skip_comment();
        glued_ = false;
      } else if (c == '"' || c == '\'') {
        if (skip_string(c)) return outside_ascii();
        glued_ = true;
      } else {
        follow(c);
        step();
      }
    }
    return std::nullopt;
  }

 private:
  bool is_stray() const {
    return at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0x80) != 0;
  }
  bool is_next(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  Stray outside_ascii() const {
    return {position(), "a character outside ASCII, outside a string and a comment"};
  }
  // The dots of one name or number.
  void count_parts(char c) {
    if (c == '.') ++parts_;
    const bool ends =
        c == '\n' || c == '=' || c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
    if (ends) parts_ = 0;
  }
  // Where a quote opens a string and where it does not: the library reads a value that begins with
  // neither quote nor bracket up to white space or one of ,]}# whatever else stands in it.
  void follow(char c) {
    const bool in_list = !open_.empty() && open_.back() == '[';
    if (is_blank(c) || c == ',') {
      glued_ = false;
      if (c == ',' || c == '\n') value_ = in_list;
    } else if (c == ']' || c == '}') {
      if (!open_.empty() && in_list == (c == ']')) open_.pop_back();
      glued_ = false;
      value_ = true;
    } else if (c == '=' && !(glued_ && value_)) {
      glued_ = false;
      value_ = true;
    } else if (c == '[' && !glued_) {
      if (value_) open_.push_back(c);
    } else if (c == '{' && value_ && !glued_) {
      open_.push_back(c);
      value_ = false;
    } else {
      glued_ = true;
    }
  }
  Position position() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }

  void step() {
    if (text_[at_++] != '\n') return;
    ++line_;
    line_start_ = at_;
  }

  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  // Past a string; true when it stopped at a stray character in it. A string of one line ends with
  // the line at the latest: the parser stops there with a complaint of its own.
  bool skip_string(char quote) {
    const char three[] = {quote, quote, quote};
    const std::string_view fence(three, 3);
    const bool many_lines = is_next(fence);
    at_ += many_lines ? 3 : 1;
    while (at_ < text_.size()) {
      if (glued_ && is_stray()) return true;
      if (quote == '"' && text_[at_] == '\\') {
        if (skip_escape(many_lines)) return true;
      } else if (many_lines ? is_next(fence) : text_[at_] == quote) {
        close(quote, many_lines);
        return false;
      } else if (!many_lines && text_[at_] == '\n') {
        return false;
      } else {
        step();
      }
    }
    return false;
  }

  // Up to two quotes may stand before the three that close.
  void close(char quote, bool many_lines) {
    at_ += many_lines ? 3 : 1;
    for (int i = 0; many_lines && i < 2 && at_ < text_.size() && text_[at_] == quote; ++i) ++at_;
  }

  bool skip_escape(bool many_lines) {
    ++at_;
    const bool folds = many_lines && at_ < text_.size() && is_blank(text_[at_]);
    if (!folds) {
      if (at_ < text_.size() && text_[at_] != '\n') ++at_;
      return false;
    }
    while (at_ < text_.size() && is_blank(text_[at_])) step();
    return is_stray();
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t parts_ = 0;
  bool glued_ = false;      // to something before it: a quote opens no string here
  bool value_ = false;      // a value stands here, not a key
  std::vector<char> open_;  // brackets of lists and inline tables
  int line_ = 1;
  size_t line_start_ = 0;
};

}  // namespace

std::optional<Stray> find_stray(std::string_view text) { return Scanner(text).run(); }

}  // namespace relais::policy
