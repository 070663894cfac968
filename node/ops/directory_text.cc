// SPDX-License-Identifier: Apache-2.0
// The directory's TOML, read strictly.
#include <set>

#include "node/core/text.h"
#include "node/ops/config_reader.h"
#include "node/ops/directory.h"
#include "policy/declaration.h"
#include "policy/facts.h"

namespace relais::ops {
namespace {

using policy::FactKey;

std::vector<std::string_view> allowed(FactKey key) {
  const auto values = policy::allowed_values(key);
  return {values.begin(), values.end()};
}

Instant instant_of(const toml::date_time& value) {
  const auto date = Date::of(value.date.year, value.date.month, value.date.day);
  if (!date) return {};
  return date->start() + std::chrono::hours{value.time.hour} +
         std::chrono::minutes{value.time.minute} + std::chrono::seconds{value.time.second};
}

// "2027-01-01T00:00:00Z": a time in UTC, said to be so.
void read_instant(TableReader& table, const toml::table& raw, std::string_view key, Instant& into) {
  table.mark(key);
  const toml::node* node = raw.get(key);
  const auto* value = node == nullptr ? nullptr : node->as_date_time();
  if (value == nullptr || !value->get().offset || value->get().offset->minutes != 0) {
    return table.complain(key, "a time in UTC is expected, e.g. 2027-01-01T00:00:00Z");
  }
  into = instant_of(value->get());
}

void read_label(TableReader& table, Label& label) {
  table.required_text("name_fr", label.fr);
  table.required_text("name_en", label.en);
}

std::string because(const policy::DeclarationRule& rule) {
  return " (" + rule.id + ": " + rule.cite + ")";
}

// Why a category cannot be asked for; empty when it can.
std::string complaint_about_category(const policy::Vocabulary& words, const std::string& code) {
  const auto bit = words.find(code);
  if (bit && words.decidable().has(*bit)) return {};
  if (bit && words.tier(4).has(*bit)) return "tier 4 never travels: no service may ask for it";
  if (bit) return "routing accompanies every referral: it is not asked for";
  const std::string near = words.nearest_category(code);
  return "no such category" + (near.empty() ? "" : " (did you mean '" + near + "'?)");
}

void read_needs(TableReader& table, const policy::Vocabulary& words, const Agency& agency,
                Service& service) {
  for (TableReader& row : table.tables("need")) {
    std::string code;
    Need need;
    row.required_text("category", code);
    row.flag("required", need.required);
    row.text("reason", need.reason);
    if (const auto wrong = policy::complaint_about_reason(need.reason)) {
      row.complain("reason", *wrong);
    }
    const std::string wrong = complaint_about_category(words, code);
    if (!wrong.empty()) {
      row.complain("category", wrong);
    } else if (service.need().has(*words.find(code))) {
      row.complain("category", "this category stands here twice");
    } else {
      need.category = *words.find(code);
      const auto* rule = policy::may_go_unanswered(words, agency, service, need.category);
      if (need.required && rule != nullptr) {
        row.complain("required",
                     "this may go unanswered, so it cannot be required" + because(*rule));
      }
      service.needs.push_back(std::move(need));
    }
    row.finish();
  }
}

// A service may say what it is: one that turns away whoever does not sign a release. Then it is
// told which law forbids that.
void read_release(TableReader& table, const policy::Vocabulary& words, const Agency& agency,
                  const Service& service) {
  bool required = false;
  table.flag("release_required", required);
  if (!required) return;
  const auto* rule = policy::forbids_required_release(words, agency, service);
  table.complain("release_required", "a release cannot be the price of the service" +
                                         (rule == nullptr ? std::string() : because(*rule)));
}

void read_services(TableReader& table, const policy::Vocabulary& words, Agency& agency) {
  for (TableReader& row : table.tables("service")) {
    Service service;
    std::string id;
    row.required_text("id", id);
    service.id = ServiceId(id);
    if (agency.service(service.id) != nullptr) row.complain("id", "this service stands here twice");
    read_label(row, service.name);
    row.one_of("kind", service.kind, allowed(FactKey::recipient_kind));
    row.one_of("category", service.category, allowed(FactKey::recipient_category));
    row.text("address", service.address);
    row.text("phone", service.phone);
    row.texts("purposes", service.purposes);
    for (const std::string& purpose : service.purposes) {
      if (!words.purpose(purpose)) row.complain("purposes", "no such purpose: '" + purpose + "'");
    }
    read_release(row, words, agency, service);
    read_needs(row, words, agency, service);
    row.finish();
    agency.services.push_back(std::move(service));
  }
}

void read_professions(TableReader& table, Agency& agency) {
  for (TableReader& row : table.tables("profession")) {
    DeclaredProfession declared;
    row.one_of("profession", declared.profession, allowed(FactKey::recipient_profession));
    row.one_of("secrecy", declared.secrecy, allowed(FactKey::recipient_secrecy));
    row.one_of("r1110_2", declared.r1110_2, allowed(FactKey::recipient_r1110_2));
    row.optional_flag("sworn", declared.sworn);
    if (declared.profession.empty()) row.complain("profession", "missing; it has no default");
    row.finish();
    agency.professions.push_back(std::move(declared));
  }
}

void read_vkey(TableReader& table, std::string_view key, std::string& into) {
  table.required_text(key, into);
  if (!into.empty() && !ledger::VerifierKey::parse(into)) {
    table.complain(key, "a verifier key is name+hex+base64, as `relaisctl keys show` prints it");
  }
}

// The key of a certificate, as `relaisctl keys certificate` prints it.
void read_tls_key(TableReader& table, std::string_view key, std::string& into) {
  table.required_text(key, into);
  const bool digest = into.size() == 2 * sizeof(Digest) && from_hex(into).has_value();
  if (!into.empty() && !digest) {
    table.complain(key, "SHA-256 of a certificate's public key is 64 hex digits");
  }
}

// [[agency.ledger]], [[agency.signing]], [[agency.tls]]: a further key and its window.
template <class ReadKey>
std::vector<DatedKey> read_dated(TableReader& table, const toml::table& raw, std::string_view name,
                                 ReadKey read_key) {
  std::vector<DatedKey> keys;
  const toml::array* rows = raw[name].as_array();
  std::vector<TableReader> readers = table.tables(name);
  for (size_t i = 0; i < readers.size(); ++i) {
    DatedKey one;
    const toml::table& row = *rows->get(i)->as_table();
    read_key(readers[i], "key", one.key);
    read_instant(readers[i], row, "valid_from", one.valid_from);
    read_instant(readers[i], row, "valid_until", one.valid_until);
    if (one.valid_until <= one.valid_from) readers[i].complain("valid_until", "after valid_from");
    readers[i].finish();
    keys.push_back(std::move(one));
  }
  return keys;
}

void read_identity(TableReader& table, const std::string& federation, Agency& agency) {
  std::string id;
  table.required_text("id", id);
  agency.id = AgencyId(id);
  read_label(table, agency.name);
  table.text("address", agency.address);
  table.required_text("endpoint", agency.endpoint);
  table.required_text("tls_identity", agency.tls_identity);
  const std::string identity = agency_identity(federation, id);
  if (agency.tls_identity != identity) {
    table.complain("tls_identity", "must be " + identity);
  }
  read_vkey(table, "signing_key", agency.signing_key);
  read_vkey(table, "ledger_key", agency.ledger_key);
}

Agency read_agency(TableReader& table, const toml::table& raw, const std::string& federation,
                   const policy::Vocabulary& words) {
  Agency agency;
  read_identity(table, federation, agency);
  table.one_of("category", agency.category, allowed(FactKey::sender_category));
  table.required_text("jurisdiction", agency.jurisdiction);
  if (!policy::encode_jurisdiction(agency.jurisdiction)) {
    table.complain("jurisdiction", "an ISO 3166 code is expected, e.g. \"FR\"");
  }
  table.texts("missions", agency.missions);
  for (const std::string& mission : agency.missions) {
    const auto known = allowed(FactKey::sender_mission);
    if (std::find(known.begin(), known.end(), mission) == known.end()) {
      table.complain("missions", "no such mission: '" + mission + "'");
    }
  }
  table.optional_flag("public_official", agency.public_official);
  table.one_of("secrecy", agency.secrecy, allowed(FactKey::recipient_secrecy));
  read_instant(table, raw, "valid_from", agency.valid_from);
  read_instant(table, raw, "valid_until", agency.valid_until);
  table.flag("suspended", agency.suspended);
  agency.ledgers = read_dated(table, raw, "ledger", read_vkey);
  agency.signings = read_dated(table, raw, "signing", read_vkey);
  agency.tls_keys = read_dated(table, raw, "tls", read_tls_key);
  read_professions(table, agency);
  read_services(table, words, agency);
  table.finish();
  return agency;
}

// The origins of an agency's ledgers: the names of their keys.
std::set<std::string> origins_of(const Agency& agency) {
  std::set<std::string> origins;
  const auto add = [&](const std::string& text) {
    if (const auto key = ledger::VerifierKey::parse(text)) origins.insert(key->name());
  };
  add(agency.ledger_key);
  for (const DatedKey& one : agency.ledgers) add(one.key);
  return origins;
}

void read_agencies(TableReader& root, const toml::table& raw, const policy::Vocabulary& words,
                   Directory& directory) {
  std::set<std::string> seen;
  const toml::array* rows = raw["agency"].as_array();
  std::vector<TableReader> readers = root.tables("agency");
  for (size_t i = 0; i < readers.size(); ++i) {
    Agency agency = read_agency(readers[i], *rows->get(i)->as_table(), directory.federation, words);
    std::vector<std::string> unique{"id " + agency.id.text(), "key " + agency.signing_key,
                                    "key " + agency.ledger_key};
    for (const auto* keys : {&agency.ledgers, &agency.signings, &agency.tls_keys}) {
      for (const DatedKey& one : *keys) unique.push_back("key " + one.key);
    }
    // Witnesses look a log's key up by its origin: one that two had would be the first one's.
    for (const std::string& origin : origins_of(agency)) {
      if (!seen.insert("origin " + origin).second) {
        readers[i].complain("ledger_key", "a ledger of this origin is another agency's");
      }
    }
    for (const std::string& one : unique) {
      if (!seen.insert(one).second) readers[i].complain("id", "an id or key stands here twice");
    }
    directory.agencies.push_back(std::move(agency));
  }
}

}  // namespace

Result<Directory> parse_directory(const std::string& text, const std::string& name,
                                  const policy::Vocabulary& words) {
  Complaints complaints(name);
  const auto parsed = parse_table(text, name, complaints);
  if (!parsed) return fail(FaultKind::invalid, "the directory is not TOML", complaints.sentences());
  TableReader root(&*parsed, "", complaints);
  Directory directory;
  root.required_text("federation", directory.federation);
  root.integer64("version", directory.version, 1, INT64_MAX);
  if (directory.version == 0)
    root.complain("version", "a whole number from 1, raised by each change");
  read_instant(root, *parsed, "expires", directory.expires);
  read_agencies(root, *parsed, words, directory);
  root.finish();
  if (complaints.empty()) return directory;
  return fail(FaultKind::invalid, "the directory is not usable", complaints.sentences());
}

}  // namespace relais::ops
