// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/witness.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr std::string_view kOld = "old ";

// Takes the next line, without its newline; nothing when there is no newline any more.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

bool extends(const AddCheckpoint& request, const Checkpoint& checkpoint, const Witnessed& before) {
  if (before.size == 0) return request.proof.empty();
  if (before.size == checkpoint.size) {
    return request.proof.empty() && before.root == checkpoint.root;
  }
  return verify_consistency(before.size, checkpoint.size, before.root, checkpoint.root,
                            request.proof)
      .has_value();
}

bool is_accounted_for(const Witnessed& tree, const ShownTree& shown) {
  const auto& led_to = shown.led_to;
  return tree == shown.base || std::find(led_to.begin(), led_to.end(), tree) != led_to.end();
}

// Of a checkpoint that what was shown does not account for yet.
WitnessJudgement judge_shown(const AddCheckpoint& request, const Checkpoint& checkpoint,
                             const Witnessed& shown) {
  WitnessJudgement judged{WitnessAnswer::conflict};
  judged.by_shown = true;
  if (checkpoint.size == shown.size) {
    judged.alarm = WitnessAlarm::split_view;
  } else if (request.old_size == shown.size) {
    judged.led = extends(request, checkpoint, shown);
    if (judged.led) return judged;
    judged.answer = WitnessAnswer::inconsistent;
    judged.alarm = WitnessAlarm::inconsistent;
  }
  return judged;
}

bool is_known(const NoteSignature& signature, std::span<const VerifierKey> witnesses) {
  return std::any_of(witnesses.begin(), witnesses.end(), [&](const VerifierKey& key) {
    return key.name() == signature.name && key.id() == signature.key_id;
  });
}

}  // namespace

Bytes print_add_checkpoint(const AddCheckpoint& request) {
  Bytes out(kOld);
  out += std::to_string(request.old_size) + "\n";
  for (const Digest& hash : request.proof) out += base64(view(hash)) + "\n";
  return out + "\n" + request.note;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  const auto malformed = fail(FaultKind::invalid, "not an add-checkpoint request", "body");
  AddCheckpoint request;
  const auto first = take_line(body);
  if (!first || !first->starts_with(kOld)) return malformed;
  const auto size = from_decimal(first->substr(kOld.size()));
  if (!size) return malformed;
  request.old_size = *size;
  for (auto line = take_line(body);; line = take_line(body)) {
    if (!line) return malformed;
    if (line->empty()) break;
    const auto hash = from_base64(*line);
    const auto digest = hash ? digest_of(*hash) : std::nullopt;
    if (!digest || request.proof.size() == kMaxConsistencyHashes) return malformed;
    request.proof.push_back(*digest);
  }
  if (!parse_note(body)) return malformed;
  request.note = Bytes(body);
  return request;
}

Result<std::string> origin_of(const AddCheckpoint& request) {
  RELAIS_TRY(note, parse_note(request.note));
  RELAIS_TRY(checkpoint, parse_checkpoint(note.text));
  return std::move(checkpoint.origin);
}

std::string_view code_of(WitnessAlarm alarm) {
  switch (alarm) {
    case WitnessAlarm::split_view:
      return "split_view";
    case WitnessAlarm::rollback:
      return "rollback";
    case WitnessAlarm::inconsistent:
      return "inconsistent";
    case WitnessAlarm::unled:
      return "unled";
    case WitnessAlarm::none:
      break;
  }
  return "";
}

WitnessJudgement judge(const AddCheckpoint& request, const VerifierKey& log,
                       const Witnessed& before, const std::optional<ShownTree>& shown) {
  if (!origin_of(request)) return {WitnessAnswer::malformed};
  const auto opened = open_checkpoint(request.note, log);
  if (!opened) return {WitnessAnswer::not_signed};
  const Checkpoint& checkpoint = opened->checkpoint();
  if (checkpoint.size > kMostLeaves) return {WitnessAnswer::malformed};
  if (before.size > 0 && checkpoint.size == before.size && checkpoint.root != before.root) {
    return {WitnessAnswer::conflict, {}, WitnessAlarm::split_view};
  }
  if (shown && shown->base.size == before.size && shown->base.root != before.root) {
    return {WitnessAnswer::conflict, {}, WitnessAlarm::split_view, true};
  }
  const WitnessAlarm shorter =
      checkpoint.size < before.size ? WitnessAlarm::rollback : WitnessAlarm::none;
  if (request.old_size > checkpoint.size) return {WitnessAnswer::malformed, {}, shorter};
  bool led = false;
  const Witnessed tree{checkpoint.size, checkpoint.root};
  if (shown && shorter == WitnessAlarm::none && !is_accounted_for(tree, *shown)) {
    const WitnessJudgement judged = judge_shown(request, checkpoint, shown->base);
    if (!judged.led) return judged;
    led = true;
  }
  if (request.old_size != before.size) {
    return {WitnessAnswer::conflict, {}, shorter, false, led};
  }
  if (!extends(request, checkpoint, before)) {
    // A proof where none is needed is bad form, and says nothing about the log.
    const bool doubtful = before.size > 0 && checkpoint.size > before.size;
    return {WitnessAnswer::inconsistent,
            {},
            doubtful ? WitnessAlarm::inconsistent : WitnessAlarm::none,
            false,
            led};
  }
  return {
      WitnessAnswer::cosign, {checkpoint.size, checkpoint.root}, WitnessAlarm::none, false, led};
}

Result<Bytes> cosignature_line(const AddCheckpoint& request, const Signer& witness,
                               uint64_t time_s) {
  RELAIS_TRY(note, parse_note(request.note));
  RELAIS_TRY(signature, cosign(note.text, witness, time_s));
  const Bytes whole = print_note({note.text, {std::move(signature)}});
  return whole.substr(note.text.size() + 1);
}

Result<Bytes> without_others(std::string_view note, const VerifierKey& log) {
  RELAIS_TRY(whole, parse_note(note));
  for (NoteSignature& signature : whole.signatures) {
    if (!is_known(signature, {&log, 1})) continue;
    return print_note({std::move(whole.text), {std::move(signature)}});
  }
  return fail(FaultKind::invalid, "a checkpoint its log did not sign", "checkpoint");
}

Result<Bytes> with_cosignatures(std::string_view note, std::string_view lines,
                                const VerifierKey& log, std::span<const VerifierKey> witnesses) {
  RELAIS_TRY(before, parse_note(note));
  RELAIS_TRY(answered, parse_note(before.text + "\n" + std::string(lines)));
  for (NoteSignature& signature : answered.signatures) {
    const auto& all = before.signatures;
    const bool there = std::find(all.begin(), all.end(), signature) != all.end();
    if (is_known(signature, witnesses) && !there) before.signatures.push_back(std::move(signature));
  }
  Bytes whole = print_note(before);
  RELAIS_TRY_VOID(open_checkpoint(whole, log, witnesses));
  return whole;
}

}  // namespace relais::ledger
