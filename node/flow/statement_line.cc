// SPDX-License-Identifier: Apache-2.0
#include "node/flow/statement_line.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "node/core/rfc3339.h"
#include "node/flow/entry.h"
#include "node/flow/statement_words.h"
#include "node/flow/withhold.h"

namespace relais::flow {
namespace {

std::string category_label(const Line& line, const std::string& code, const std::string& language) {
  const auto bit = line.vocabulary.find(code);
  return bit ? line.vocabulary.at(*bit).label.in(language) : code;
}

// The counterpart by the name it had when the entry was made (CJEU C-154/21: the actual recipient).
void put_counterpart(const Line& line, const ledger::SharedPart& shared,
                     const std::string& language, StatementLine& out) {
  const bool sent = shared.sender_agency == line.settings.agency.text();
  out.service_name = parted(shared.recipient_service_name).in(language);
  if (sent) {
    out.counterpart_name = parted(shared.recipient_name).in(language);
    out.counterpart_address = shared.recipient_address;
    return;
  }
  const auto directory = line.directories.current();
  const AgencyId id(shared.sender_agency);
  const Agency* sender = directory->find(id);
  out.counterpart_name = directory->name_of(id).in(language);
  out.counterpart_address = sender == nullptr ? "" : sender->address;
}

// One text a reason: "nom et prénom, besoin : le service n'en a pas besoin".
std::vector<std::string> withheld_words(const Line& line,
                                        const std::vector<ledger::Withheld>& withheld,
                                        const std::string& language) {
  std::vector<std::pair<std::string, std::string>> grouped;  // why, labels; in order of appearance
  for (const ledger::Withheld& one : withheld) {
    std::string why = stop_words(one.stop, language);
    if (!one.citation.empty()) why += " (" + citation_words(one.citation, language) + ")";
    const std::string label = category_label(line, one.category, language);
    const auto known = std::find_if(grouped.begin(), grouped.end(),
                                    [&](const auto& group) { return group.first == why; });
    if (known == grouped.end()) {
      grouped.emplace_back(std::move(why), label);
    } else {
      known->second += ", " + label;
    }
  }
  std::vector<std::string> texts;
  for (const auto& [why, labels] : grouped) {
    texts.push_back(labels + (language == "fr" ? " : " : ": ") + why);
  }
  return texts;
}

void put_left_out(const Line& line, const ledger::PrivatePart& privately,
                  const std::string& language, StatementLine& out) {
  std::istringstream codes(detail_of(privately, kLeftOut));
  for (std::string code; codes >> code;) {
    out.kept.push_back(category_label(line, code, language));
    out.withheld.push_back(out.kept.back() + (language == "fr"
                                                  ? " : un professionnel l'a laissé de côté"
                                                  : ": a professional left it out"));
  }
}

// A decision may have been asked with a consent that was withdrawn or had run out, and stand on the
// law alone: it is no consent of the person's then.
bool was_given(const Line& line, const ledger::PrivatePart& privately) {
  const auto facts = policy::Facts::from_canonical(privately.facts, line.vocabulary);
  if (!facts || !facts->is_known(policy::FactKey::consent_state)) return true;  // no decision
  return facts->text(line.vocabulary, policy::FactKey::consent_state) == "given";
}

}  // namespace

StatementLine line_of(const Line& line, const AccountEntry& entry, const ledger::SharedPart& shared,
                      const ledger::PrivatePart& privately, const std::string& language) {
  StatementLine out;
  out.index = entry.index;
  out.ledger = entry.ledger;
  out.origin = entry.origin;
  out.time = rfc3339(from_unix_ms(static_cast<int64_t>(shared.time_claimed_ms)));
  out.moment = moment_words(shared.time_claimed_ms, language);
  out.event = std::string(ledger::code_of(shared.event));
  out.sentence = language == "fr" ? privately.sentence_fr : privately.sentence_en;
  if (!shared.recipient_agency.empty()) put_counterpart(line, shared, language, out);
  if (const auto purpose = line.vocabulary.purpose(shared.purpose)) {
    out.purpose = line.vocabulary.purposes()[*purpose].label.in(language);
  }
  for (const std::string& code : shared.categories_released) {
    out.released.push_back(category_label(line, code, language));
  }
  out.withheld = withheld_words(line, privately.categories_withheld, language);
  for (const ledger::Withheld& one : privately.categories_withheld) {
    out.kept.push_back(category_label(line, one.category, language));
  }
  put_left_out(line, privately, language, out);
  out.kept_until = privately.retention_until;
  for (const Ground& ground : shared.grounds) {
    std::string citation = citation_words(ground.citation, language);
    const bool known =
        std::find(out.citations.begin(), out.citations.end(), citation) != out.citations.end();
    if (!known) out.citations.push_back(std::move(citation));
  }
  if (!privately.consent_id.empty() && was_given(line, privately)) {
    out.consent = privately.consent_id + ", version " + std::to_string(privately.consent_version);
  }
  out.grounds = shared.grounds;
  out.origin_labels = shared.origin_labels;
  out.status = shared.status;
  out.commitment = to_hex(view(entry.commitment));
  if (privately.visibility == ledger::Visibility::withheld) {
    out.opened = privately.withheld_until;
    out.opened_basis = basis_with_rule(privately);
  }
  return out;
}

}  // namespace relais::flow
