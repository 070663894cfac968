// SPDX-License-Identifier: Apache-2.0
#include "node/flow/note.h"

#include <string_view>

#include "node/ledger/encoding.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

constexpr std::string_view kNote = "note:";
constexpr size_t kMostCharacters = 200;

}  // namespace

bool is_note(const std::string& text) {
  const auto characters = policy::count_characters(text);
  return characters && *characters >= 1 && *characters <= kMostCharacters &&
         ledger::is_plain_line(text);
}

std::string note_attachment(const std::string& note) { return std::string(kNote) + note; }

std::optional<std::string> note_of(const std::vector<std::string>& attachments,
                                   const std::string& reason) {
  std::string note;
  for (const std::string& one : attachments) {
    if (!one.starts_with(kNote)) continue;
    const bool first = note.empty();
    note = one.substr(kNote.size());
    if (!first || reason != kReasonWithNote || !is_note(note)) return std::nullopt;
  }
  return note;
}

Label with_note(Label words, const std::string& note) {
  if (note.empty()) return words;
  words.fr += " Leurs mots : « " + note + " »";
  words.en += " In their words: \"" + note + "\"";
  return words;
}

}  // namespace relais::flow
