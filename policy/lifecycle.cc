// SPDX-License-Identifier: Apache-2.0
#include "policy/lifecycle.h"

namespace relais::policy {
namespace {

bool follows(const State& state, size_t from) { return (state.from >> from & 1) != 0; }

Result<void> check_reason(const Vocabulary& words, const State& to, std::string_view reason) {
  if (to.needs_reason && reason.empty()) {
    return fail(FaultKind::invalid, "this state needs a reason code", "reason_code");
  }
  if (!reason.empty() && !to.needs_reason) {
    return fail(FaultKind::invalid, "this state takes no reason code", "reason_code");
  }
  if (!reason.empty() && words.label("reason_code", reason) == nullptr) {
    return fail(FaultKind::invalid, "no such reason code in the vocabulary", "reason_code");
  }
  return {};
}

// "a, b" of the states a state may follow; open and any by their names.
std::string from_text(const Vocabulary& words, const State& state) {
  uint64_t open = 0, all = 0;
  const auto& states = words.states();
  for (size_t i = 0; i < states.size(); ++i) {
    const uint64_t bit = uint64_t{1} << i;
    if (&states[i] == &state) continue;
    all |= bit;
    if (is_open(words, states[i].code)) open |= bit;
  }
  if (state.from == all) return "any";
  if (state.from == open) return "any open state";
  std::string text;
  for (size_t i = 0; i < states.size(); ++i) {
    if (follows(state, i)) text += (text.empty() ? "" : ", ") + states[i].code;
  }
  return text.empty() ? "—" : text;
}

std::string row(const Vocabulary& words, const State& state) {
  std::string leaves = state.adds_need ? "everything the service declared" : "";
  if (!state.adds_need && state.adds_required_need) leaves = "what the service declared required, ";
  if (!state.adds_need) {
    for (const std::string& code : words.codes(state.ceiling)) {
      if (words.at(*words.find(code)).tier > 0) leaves += code + " ";
    }
  }
  return "| `" + state.code + "` | " + state.label.fr + " / " + state.label.en + " | " +
         state.owner + " | " + from_text(words, state) + " | " + (state.needs_reason ? "yes" : "") +
         " | " + (state.terminal ? "yes" : "") + " | " + state.fhir + " | " +
         (leaves.empty() ? "nothing" : leaves) + " |\n";
}

// Arrows that start in every open state would hide the rest: they are said in words.
std::string diagram(const Vocabulary& words) {
  std::string text = "```mermaid\nstateDiagram-v2\n  [*] --> draft\n";
  const auto& states = words.states();
  for (const State& state : states) {
    const std::string from = from_text(words, state);
    if (from.starts_with("any")) {
      text += "  note right of " + state.code + " : from " + from + "\n";
      continue;
    }
    for (size_t i = 0; i < states.size(); ++i) {
      if (follows(state, i)) {
        text += "  " + states[i].code + " --> " + state.code + " : " + state.owner + "\n";
      }
    }
  }
  for (const State& state : states) {
    if (state.terminal) text += "  " + state.code + " --> [*]\n";
  }
  return text + "```\n";
}

}  // namespace

std::string_view text_of(Mover mover) {
  switch (mover) {
    case Mover::sender:
      return "sender";
    case Mover::target:
      return "target";
    case Mover::timer:
      return "timer";
    case Mover::person:
      return "person";
  }
  return "";
}

bool is_open(const Vocabulary& words, std::string_view state) {
  const State* found = words.find_state(state);
  return found != nullptr && !found->terminal && state != "draft";
}

Result<void> check_move(const Vocabulary& words, std::string_view from, std::string_view to,
                        Mover mover, std::string_view reason) {
  const auto before = words.state(from);
  const auto after = words.state(to);
  if (!before || !after)
    return fail(FaultKind::invalid, "no such state in the vocabulary", "state");
  const State& state = words.states()[*after];
  const std::string move = std::string(from) + " -> " + std::string(to);
  if (state.owner != text_of(mover)) {
    return fail(FaultKind::forbidden, "this state is another's to set", move);
  }
  if (!follows(state, *before)) {
    return fail(FaultKind::precondition, "this state cannot follow the present one", move);
  }
  return check_reason(words, state, reason);
}

std::string lifecycle_page(const Vocabulary& words) {
  std::string page =
      "# The life of a referral\n\n"
      "Made from `policy/vocabulary.toml` by `relaisctl policy states`; a test compares the two. "
      "What may follow what is checked on\n"
      "both sides: by the agency that moves a referral before it tells the other, and by the other "
      "when it is told. What the\n"
      "last column names is an upper bound; law, need and consent come on top of it.\n\n"
      "| state | in words | set by | may follow | reason | end | FHIR Task.status | may leave |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const State& state : words.states()) page += row(words, state);
  return page + "\n" + diagram(words);
}

}  // namespace relais::policy
