// SPDX-License-Identifier: Apache-2.0
#include "node/flow/named.h"

#include <algorithm>
#include <string_view>

namespace relais::flow {
namespace {

constexpr std::string_view kAsks = "asks:";
constexpr std::string_view kSee = "see:";

// nullptr: the directory has no such service.
const Service* service_of(const Directory& directory, const Named& named) {
  const Agency* agency = directory.find(named.agency);
  return agency == nullptr ? nullptr : agency->service(named.service);
}

void put_service(const Line& line, const std::string& text, Named& named) {
  const size_t cut = text.find('/');
  if (cut == std::string::npos) return;
  Named see;
  see.agency = AgencyId(text.substr(0, cut));
  see.service = ServiceId(text.substr(cut + 1));
  if (service_of(*line.directories.current(), see) == nullptr) return;
  named.agency = std::move(see.agency);
  named.service = std::move(see.service);
}

}  // namespace

std::vector<std::string> named_attachments(const Named& named) {
  std::vector<std::string> attachments;
  for (const std::string& code : named.categories) {
    attachments.push_back(std::string(kAsks) + code);
  }
  if (!named.agency.empty()) {
    attachments.push_back(std::string(kSee) + named.agency.text() + "/" + named.service.text());
  }
  return attachments;
}

Named named_in(const Line& line, const std::vector<std::string>& attachments) {
  Named named;
  for (const std::string& one : attachments) {
    if (one.starts_with(kSee)) put_service(line, one.substr(kSee.size()), named);
    if (!one.starts_with(kAsks)) continue;
    std::string code = one.substr(kAsks.size());
    auto& codes = named.categories;
    const bool again = std::find(codes.begin(), codes.end(), code) != codes.end();
    if (!again && line.vocabulary.find(code)) codes.push_back(std::move(code));
  }
  return named;
}

Label with_named(const Line& line, Label words, const Named& named) {
  Label asked;
  for (const std::string& code : named.categories) {
    const auto& label = line.vocabulary.at(*line.vocabulary.find(code)).label;
    asked.fr += (asked.fr.empty() ? "" : ", ") + label.fr;
    asked.en += (asked.en.empty() ? "" : ", ") + label.en;
  }
  if (!named.categories.empty()) {
    words.fr += " Ce qui est demandé : " + asked.fr + ".";
    words.en += " What is asked: " + asked.en + ".";
  }
  const auto directory = line.directories.current();
  if (const Service* service = service_of(*directory, named)) {
    const Label agency = directory->name_of(named.agency);
    words.fr += " Le service proposé : " + service->name.fr + " (" + agency.fr + ").";
    words.en += " The service suggested: " + service->name.en + " (" + agency.en + ").";
  }
  return words;
}

Result<Named> named_last(const Line& line, const StoredReferral& referral) {
  if (referral.handle.empty()) return Named{};  // anonymised: nothing ties an entry to it
  RELAIS_TRY(entries, line.account.entries(referral.person));
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    RELAIS_TRY(shared, ledger::decode_shared(entry->shared_bytes));
    const bool theirs = shared.handle == referral.handle.text() &&
                        shared.sender_agency == referral.counterpart.text() &&
                        shared.status == referral.state;
    if (theirs) return named_in(line, shared.attachments);
  }
  return Named{};
}

}  // namespace relais::flow
