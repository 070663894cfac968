// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/witness_policy.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr size_t kMaxMembers = 256;
constexpr size_t kMaxNameBytes = 128;

// Words between spaces and tabs; nothing from '#' on.
std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text != "none" &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

// Reads one line after another into a policy.
class PolicyReader {
 public:
  Result<void> take(const std::vector<std::string_view>& words) {
    if (words.empty()) return {};
    if (words[0] == "witness") return take_witness(words);
    if (words[0] == "group") return take_group(words);
    if (words[0] == "quorum") return take_quorum(words);
    return refuse("a line of a witness policy is witness, group or quorum");
  }
  Result<WitnessPolicy> finish() && {
    if (!has_quorum_) return refuse("a witness policy without a quorum");
    return std::move(policy_);
  }

 private:
  using Node = WitnessPolicy::Node;
  using Words = std::vector<std::string_view>;

  static tl::unexpected<Fault> refuse(Constant message) {
    return fail(FaultKind::invalid, message);
  }

  size_t find(std::string_view name) const {
    const auto& nodes = policy_.nodes_;
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&](const Node& one) { return one.name == name; });
    return found == nodes.end() ? WitnessPolicy::kNone : static_cast<size_t>(found - nodes.begin());
  }

  Result<void> add(Node node) {
    if (!is_name(node.name)) return refuse("not a name of a witness or group");
    if (find(node.name) != WitnessPolicy::kNone) return refuse("a name that is taken");
    if (policy_.nodes_.size() == kMaxMembers) return refuse("too many witnesses and groups");
    policy_.nodes_.push_back(std::move(node));
    return {};
  }

  Result<void> take_witness(const Words& words) {
    if (words.size() != 3 && words.size() != 4) {
      return refuse("witness takes a name, a verifier key and perhaps a URL");
    }
    RELAIS_TRY(key, VerifierKey::parse(words[2]));
    if (key.type() != SignatureType::cosignature) {
      return refuse("a witness has a key for cosignatures");
    }
    for (const WitnessPolicy::Witness& other : policy_.witnesses_) {
      if (other.key.key() == key.key()) return refuse("one key is one witness's");
    }
    Node node;
    node.name = words[1];
    node.witness = policy_.witnesses_.size();
    RELAIS_TRY_VOID(add(std::move(node)));
    policy_.witnesses_.push_back(
        {std::string(words[1]), key, words.size() == 4 ? std::string(words[3]) : ""});
    return {};
  }

  Result<void> take_group(const Words& words) {
    if (words.size() < 4) return refuse("group takes a name, a number and members");
    Node node;
    node.name = words[1];
    for (size_t i = 3; i < words.size(); ++i) {
      const size_t member = find(words[i]);
      if (member == WitnessPolicy::kNone) return refuse("a member that is not defined yet");
      // Otherwise one word would count twice towards a quorum.
      if (policy_.nodes_[member].in_group) return refuse("a member of two groups");
      policy_.nodes_[member].in_group = true;
      node.members.push_back(member);
    }
    const auto threshold = threshold_of(words[2], node.members.size());
    if (!threshold) return refuse("a group needs all, any, or 1 to as many as it has members");
    node.threshold = *threshold;
    return add(std::move(node));
  }

  static std::optional<size_t> threshold_of(std::string_view text, size_t members) {
    if (text == "all") return members;
    if (text == "any") return size_t{1};
    const auto number = from_decimal(text);
    if (!number || *number == 0 || *number > members) return std::nullopt;
    return static_cast<size_t>(*number);
  }

  Result<void> take_quorum(const Words& words) {
    if (words.size() != 2) return refuse("quorum takes one name, or none");
    if (has_quorum_) return refuse("a second quorum");
    has_quorum_ = true;
    if (words[1] == "none") return {};
    policy_.quorum_ = find(words[1]);
    if (policy_.quorum_ == WitnessPolicy::kNone) return refuse("a quorum that is not defined yet");
    return {};
  }

  WitnessPolicy policy_;
  bool has_quorum_ = false;
};

Result<WitnessPolicy> WitnessPolicy::parse(std::string_view text) {
  if (text.size() > kMaxPolicyBytes || !is_utf8(text)) {
    return fail(FaultKind::invalid, "not the text of a witness policy", "witness policy");
  }
  PolicyReader reader;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    auto taken = reader.take(words_of(text.substr(0, end)));
    if (!taken) {
      taken.error().where = "line " + std::to_string(number);
      return tl::unexpected<Fault>(std::move(taken.error()));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(reader).finish();
}

std::vector<VerifierKey> WitnessPolicy::keys() const {
  std::vector<VerifierKey> keys;
  for (const Witness& one : witnesses_) keys.push_back(one.key);
  return keys;
}

bool WitnessPolicy::satisfied_by(std::span<const Verified> by) const {
  if (quorum_ == kNone) return true;
  std::vector<bool> holds;  // of each node: its members stand before it
  for (const Node& node : nodes_) {
    size_t count = 0;
    for (const size_t member : node.members) count += holds[member] ? 1U : 0U;
    const bool signed_by =
        node.witness != kNone && std::any_of(by.begin(), by.end(), [&](const Verified& one) {
          return one.key.text() == witnesses_[node.witness].key.text();
        });
    holds.push_back(node.witness == kNone ? count >= node.threshold : signed_by);
  }
  return holds[quorum_];
}

}  // namespace relais::ledger
