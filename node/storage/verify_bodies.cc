// SPDX-License-Identifier: Apache-2.0
#include "node/storage/verify_bodies.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "node/ledger/record.h"
#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

// Persons in slices, so that the memory needed is that of one slice's bodies.
const Statement kPersons{"verify_persons",
                         "SELECT id, key_epoch, key_wrapped, last_seq, last_commitment FROM person"
                         " WHERE id > $1::uuid AND key_wrapped IS NOT NULL ORDER BY id LIMIT 100"};
const Statement kBodies{"verify_person_bodies",
                        "SELECT b.entry, e.commitment, b.sealed FROM body b"
                        " LEFT JOIN entry e ON e.id = b.entry WHERE b.person = $1::uuid"};
const Statement kNobodys{
    "verify_nobodys",
    "SELECT b.entry, e.commitment, b.sealed FROM body b"
    " LEFT JOIN entry e ON e.id = b.entry"
    " WHERE b.person IS NULL AND b.entry > $1::uuid ORDER BY b.entry LIMIT 500"};
const Statement kOrphans{"verify_orphans",
                         "SELECT b.entry FROM body b WHERE b.person IS NOT NULL AND NOT EXISTS"
                         " (SELECT 1 FROM person p WHERE p.id = b.person) LIMIT 1000"};
const Statement kWithout{"verify_without_body",
                         "SELECT count(*) FROM entry e WHERE NOT EXISTS"
                         " (SELECT 1 FROM body b WHERE b.entry = e.id)"};
constexpr const char* kBeforeAll = "00000000-0000-0000-0000-000000000000";

struct Link {
  uint64_t seq = 0;
  std::optional<Digest> previous;
  Digest commitment{};
  std::string entry;
};

class BodyWalk {
 public:
  BodyWalk(Work& work, const Keyring& keyring, VerifyReport& report, Findings& findings)
      : work_(work), keyring_(keyring), report_(report), findings_(findings) {}

  void walk_persons() {
    std::string after = kBeforeAll;
    while (true) {
      const pqxx::result slice = run(work_, kPersons, after);
      if (slice.empty()) return;
      for (const auto& row : slice) person(row);
      after = slice[slice.size() - 1][0].as<std::string>();
    }
  }

  void walk_nobodys() {
    std::string after = kBeforeAll;
    while (true) {
      const pqxx::result slice = run(work_, kNobodys, after);
      if (slice.empty()) return;
      for (const auto& row : slice) open_body(row, keyring_.agency_key());
      after = slice[slice.size() - 1][0].as<std::string>();
    }
  }

 private:
  void person(const pqxx::row& row) {
    const PersonId id(row[0].as<std::string>());
    ++report_.persons;
    const auto key = key_of(row, 1, id, keyring_);
    if (!key) return findings_.add("a person's key does not open", "person " + id.text());
    std::vector<Link> chain;
    for (const auto& body : run(work_, kBodies, id.text())) {
      if (auto link = open_body(body, *key)) chain.push_back(*std::move(link));
    }
    std::sort(chain.begin(), chain.end(),
              [](const Link& a, const Link& b) { return a.seq < b.seq; });
    follow(chain, row, id);
  }

  // What the body commits to must be what the entry says.
  std::optional<Link> open_body(const pqxx::row& row, const ledger::SealKey& key) {
    const std::string entry = row[0].as<std::string>();
    ++report_.bodies;
    const auto commitment = row[1].is_null() ? std::nullopt : digest_of(bytes_of(row[1]));
    if (!commitment) {
      findings_.add("a body has no entry", entry);
      return std::nullopt;
    }
    const auto plain =
        ledger::open(key, body_bound_to(EntryId(entry), *commitment), bytes_of(row[2]));
    const auto body = plain ? unpack_body(*plain) : tl::unexpected<Fault>(plain.error());
    if (!body || body->commitment().commitment != *commitment) {
      findings_.add("an entry is not what its body commits to", entry);
      return std::nullopt;
    }
    const auto part = ledger::decode_private(body->private_bytes);
    if (!part || !ledger::decode_shared(body->shared_bytes)) {
      findings_.add("a record does not decode", entry);
      return std::nullopt;
    }
    return Link{part->person_seq, part->previous_commitment, *commitment, entry};
  }

  void follow(const std::vector<Link>& chain, const pqxx::row& row, const PersonId& id) {
    uint64_t seq = 0;
    std::optional<Digest> previous;
    for (const Link& link : chain) {
      if (link.seq != ++seq || link.previous != previous) {
        findings_.add("an entry does not follow the person's one before it", link.entry);
        seq = link.seq;
      }
      previous = link.commitment;
    }
    const auto last = row[4].is_null() ? std::nullopt : digest_of(bytes_of(row[4]));
    if (seq != row[3].as<uint64_t>() || previous != last) {
      findings_.add("a person's last entry is not there", "person " + id.text());
    }
  }

  Work& work_;
  const Keyring& keyring_;
  VerifyReport& report_;
  Findings& findings_;
};

}  // namespace

void verify_bodies(Work& work, const Keyring& keyring, VerifyReport& report, Findings& findings) {
  BodyWalk walk(work, keyring, report, findings);
  walk.walk_persons();
  walk.walk_nobodys();
  for (const auto& row : run(work, kOrphans)) {
    findings.add("a body is about a person that is not there", row[0].as<std::string>());
  }
  report.without_body = run(work, kWithout)[0][0].as<uint64_t>();
}

}  // namespace relais::storage
