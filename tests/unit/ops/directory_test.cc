// SPDX-License-Identifier: Apache-2.0
// The directory's file: who must have signed it, what it may say, and which one stays in force.
#include "node/ops/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/support/certificates.h"
#include "tests/unit/ops/directory_texts.h"

namespace relais::ops {
namespace {

using ::testing::HasSubstr;

std::string problems(const std::string& text) {
  const auto directory = parse_directory(text, "d", words());
  return directory ? "" : directory.error().where;
}

// One more ledger of the first agency.
std::string with_ledger(const std::string& key, const std::string& until) {
  return replaced(text_of(1), "[[agency.service]]",
                  "[[agency.ledger]]\nkey = \"" + key +
                      "\"\nvalid_from = 2026-12-01T00:00:00Z\nvalid_until = " + until +
                      "\n[[agency.service]]");
}

TEST(Directory, an_agency_may_list_a_further_years_ledger_with_its_window) {
  const std::string key = signer_of("a/l/2027", 'y').verifier().text();
  const auto read = parse_directory(with_ledger(key, "2028-01-15T00:00:00Z"), "d", words());
  ASSERT_TRUE(read.has_value()) << read.error().where;
  ASSERT_EQ(read->agencies[0].ledgers.size(), 1U);
  EXPECT_EQ(read->agencies[0].ledgers[0].key, key);
  EXPECT_EQ(read->agencies[0].ledgers[0].valid_until, Date::parse("2028-01-15")->start());
  EXPECT_TRUE(read->agencies[1].ledgers.empty());
}

TEST(Directory, a_further_ledger_needs_a_key_nobody_has_and_a_window) {
  const std::string taken = signer_of("a/l", 'b').verifier().text();
  EXPECT_NE(problems(with_ledger(taken, "2028-01-15T00:00:00Z")).find("stands here twice"),
            std::string::npos);
  EXPECT_NE(problems(with_ledger("nonsense", "2028-01-15T00:00:00Z")).find("verifier key"),
            std::string::npos);
  const std::string key = signer_of("a/l/2027", 'y').verifier().text();
  EXPECT_NE(problems(with_ledger(key, "\"soon\"")).find("a time in UTC"), std::string::npos);
}

// More of the first agency.
std::string with_more(const std::string& table) {
  return replaced(text_of(1), "[[agency.service]]", table + "[[agency.service]]");
}

TEST(Directory, an_agency_may_list_another_signing_key_and_the_keys_of_its_certificates) {
  const std::string key = signer_of("a/s/old", 'y').verifier().text();
  const std::string window =
      "valid_from = 2026-03-01T00:00:00Z\nvalid_until = 2026-03-15T00:00:00Z\n";
  const auto read = parse_directory(
      with_more("[[agency.signing]]\nkey = \"" + key + "\"\n" + window +
                "[[agency.tls]]\nkey = \"" + std::string(64, 'a') + "\"\n" + window),
      "d", words());
  ASSERT_TRUE(read.has_value()) << read.error().where;
  const Agency& agency = read->agencies[0];
  const Instant before = Date::parse("2026-03-01")->start() - std::chrono::milliseconds{1};
  const Instant within = Date::parse("2026-03-14")->start();
  const Instant after = Date::parse("2026-03-15")->start();
  EXPECT_EQ(agency.signing_keys(before).size(), 1U);
  EXPECT_EQ(agency.signing_keys(within).size(), 2U);
  EXPECT_EQ(agency.signing_keys(after).size(), 1U);
  EXPECT_EQ(agency.peer_address(within).tls_keys->size(), 1U);
  EXPECT_TRUE(agency.peer_address(after).tls_keys->empty());  // listed, and none counts any more
  EXPECT_FALSE(read->agencies[1].peer_address(within).tls_keys.has_value());
}

TEST(Directory, a_further_key_is_in_its_form_and_its_window_is_one) {
  const std::string key = "[[agency.tls]]\nkey = \"" + std::string(64, 'a') + "\"\n";
  const std::string from = "valid_from = 2026-03-01T00:00:00Z\n";
  EXPECT_THAT(problems(with_more("[[agency.tls]]\nkey = \"abc\"\n" + from +
                                 "valid_until = 2026-03-15T00:00:00Z\n")),
              HasSubstr("64 hex digits"));
  EXPECT_THAT(problems(with_more(key + from + "valid_until = 2026-03-01T00:00:00Z\n")),
              HasSubstr("after valid_from"));
  EXPECT_THAT(
      problems(with_more("[[agency.signing]]\nkey = \"" + signer_of("b/s", 'c').verifier().text() +
                         "\"\n" + from + "valid_until = 2026-03-15T00:00:00Z\n")),
      HasSubstr("stands here twice"));
}

TEST(Directory, a_whole_text_is_read) {
  const auto directory = parse_directory(text_of(3), "d", words());
  ASSERT_TRUE(directory.has_value()) << directory.error().where;
  EXPECT_EQ(directory->version, 3);
  EXPECT_EQ(directory->expires,
            Date::of(2026, 12, 31)->start() + std::chrono::hours(12) + std::chrono::minutes(30));
  const Agency* found = directory->find(AgencyId("b"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(directory->by_tls_identity("spiffe://test/agency/b"), found);
  ASSERT_NE(found->service(ServiceId("beds")), nullptr);
  EXPECT_TRUE(found->service(ServiceId("beds"))->required().has(*words().find("identity.name")));
  EXPECT_FALSE(found->public_official.has_value());  // not said is unknown, not false
}

TEST(Directory, what_it_may_not_say_stops_it_with_its_place) {
  const std::string good = text_of(1);
  const std::pair<const char*, std::pair<const char*, const char*>> wrong[] = {
      {"secrecy = \"mission\"", {"secrecie = \"mission\"", "did you mean 'secrecy'?"}},
      {"category = \"shelter\"", {"category = \"shelters\"", "did you mean 'shelter'?"}},
      {"category = \"identity.name\"", {"category = \"identity.nam\"", "no such category"}},
      {"category = \"identity.name\"", {"category = \"note.private\"", "tier 4 never travels"}},
      {"reason = \"to call the person\"", {"", "carries the article or reason"}},
      {"jurisdiction = \"FR\"", {"jurisdiction = \"France\"", "ISO 3166"}},
      {"missions = [\"homeless_intake\"]", {"missions = [\"x\"]", "no such mission"}},
      {"purposes = [\"housing_orientation\"]", {"purposes = [\"x\"]", "no such purpose"}},
      {"spiffe://test/agency/a", {"spiffe://test/agency/z", "must be spiffe://test/agency/a"}},
      {"version = 1", {"version = 0", "version"}},
      {"expires = 2026-12-31T12:30:00Z", {"expires = 2026-12-31T12:30:00", "a time in UTC"}},
      {"expires = 2026-12-31T12:30:00Z", {"expires = 2026-12-31T12:30:00+02:00", "a time in UTC"}},
      {"expires = 2026-12-31T12:30:00Z", {"", "a time in UTC"}},
      {"valid_until = 2027-01-01T00:00:00Z", {"", "a time in UTC"}},
      {"id = \"b\"", {"id = \"a\"", "stands here twice"}},
  };
  for (const auto& [from, rest] : wrong) {
    const std::string told = problems(replaced(good, from, rest.first));
    EXPECT_THAT(told, HasSubstr(rest.second)) << rest.first;
    EXPECT_EQ(told.rfind("d:", 0), 0U) << told;
  }
}

TEST(Directory, a_name_is_one_plain_line) {
  for (const char* bad : {"A\\nB", "\\u001b[31mA", "A\\u0085", "\\u202EA", "A\\u2028B"}) {
    const auto read = parse_directory(
        replaced(text_of(1), "\"Agence\"", "\"" + std::string(bad) + "\""), "d.toml", words());
    ASSERT_FALSE(read.has_value()) << bad;
    EXPECT_THAT(read.error().where, HasSubstr("one line")) << bad;
  }
}

TEST(Directory, two_agencies_never_share_a_key) {
  const std::string text = "federation = \"test\"\nversion = 1\nexpires = 2026-12-31T12:30:00Z\n" +
                           agency("a", 'a') +
                           replaced(agency("b", 'c'), signer_of("b/s", 'c').verifier().text(),
                                    signer_of("a/s", 'a').verifier().text());
  EXPECT_THAT(problems(text), HasSubstr("an id or key stands here twice"));
}

TEST(Directory, two_agencies_never_have_a_ledger_of_one_origin) {
  const std::string theirs = signer_of("b/l", 'd').verifier().text();
  const std::string ours = signer_of("a/l", 'z').verifier().text();  // another key, the same name
  EXPECT_THAT(problems(replaced(text_of(1), theirs, ours)), HasSubstr("another agency's"));
  const std::string further = signer_of("b/l", 'y').verifier().text();
  EXPECT_THAT(problems(with_ledger(further, "2028-01-15T00:00:00Z")),
              HasSubstr("another agency's"));
  const std::string own = signer_of("a/l", 'y').verifier().text();  // the same agency may
  EXPECT_TRUE(parse_directory(with_ledger(own, "2028-01-15T00:00:00Z"), "d", words()).has_value());
}

TEST(Directory, it_is_believed_when_enough_different_stewards_signed) {
  const std::string text = text_of(1);
  const auto open = [&](const std::vector<ledger::Ed25519Signer>& signers) {
    return open_directory(signed_by(text, signers), "d", stewards(), 2, words()).has_value();
  };
  EXPECT_TRUE(open({kFirst, kSecond}));
  EXPECT_TRUE(open({kFirst, kSecond, signer_of("stranger", 'x')}));
  EXPECT_FALSE(open({kFirst}));
  EXPECT_FALSE(open({kFirst, signer_of("stranger", 'x')}));
  EXPECT_FALSE(open({signer_of("first", 'x'), signer_of("second", 'y')}));  // names are no proof
}

TEST(Directory, one_steward_under_two_names_is_one_steward) {
  const ledger::Ed25519Signer alias = signer_of("alias", '1');
  const auto opened = open_directory(signed_by(text_of(1), {kFirst, alias}), "d",
                                     {kFirst.verifier(), alias.verifier()}, 2, words());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().message.view(), "too few different stewards have signed a note");
}

TEST(Directory, a_changed_byte_is_not_believed) {
  const std::string note = signed_by(text_of(1), {kFirst, kSecond});
  const std::string changed = replaced(note, "host:1", "host:2");
  EXPECT_FALSE(open_directory(changed, "d", stewards(), 2, words()).has_value());
  EXPECT_FALSE(open_directory(text_of(1), "d", stewards(), 1, words()).has_value());
  EXPECT_FALSE(open_directory("", "d", stewards(), 1, words()).has_value());
}

class FollowedDirectory : public ::testing::Test {
 protected:
  void put(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << signed_by(text, {kFirst, kSecond});
  }
  Result<std::unique_ptr<DirectoryFile>> open(const std::string& self = "a") {
    DirectorySettings settings{path_, "test", AgencyId(self), stewards(), 2};
    return DirectoryFile::open(std::move(settings), words(), [this](int64_t version, auto&) {
      if (version < newest_seen_) return Result<void>(fail(FaultKind::precondition, "rollback"));
      newest_seen_ = version;
      return Result<void>();
    });
  }

  test::TestFolder folder_;
  std::string path_ = folder_.file("directory.note");
  int64_t newest_seen_ = 0;
};

TEST_F(FollowedDirectory, a_newer_one_takes_over_and_an_older_snapshot_stays_valid) {
  put(text_of(1));
  auto file = open();
  ASSERT_TRUE(file.has_value());
  const auto before = (*file)->current();
  EXPECT_EQ((*file)->reload(), false);
  put(text_of(2));
  EXPECT_EQ((*file)->reload(), true);
  EXPECT_EQ((*file)->current()->version, 2);
  EXPECT_EQ(before->version, 1);
}

TEST_F(FollowedDirectory, a_bad_file_leaves_the_one_in_force) {
  put(text_of(2));
  auto file = open();
  ASSERT_TRUE(file.has_value());
  std::ofstream(path_, std::ios::trunc) << "half a not";
  EXPECT_FALSE((*file)->reload().has_value());
  put(text_of(1));
  EXPECT_FALSE((*file)->reload().has_value());
  put(replaced(text_of(2), "host:1", "host:9"));  // another one of the same version
  EXPECT_FALSE((*file)->reload().has_value());
  put(text_of(3, "test") + "unknown = 1\n");
  EXPECT_FALSE((*file)->reload().has_value());
  std::remove(path_.c_str());
  EXPECT_FALSE((*file)->reload().has_value());
  EXPECT_EQ((*file)->current()->version, 2);
}

TEST_F(FollowedDirectory, a_rollback_over_a_restart_is_refused) {
  newest_seen_ = 5;
  put(text_of(4));
  const auto file = open();
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().message.view(), "rollback");
}

TEST_F(FollowedDirectory, another_federation_or_one_without_this_agency_is_refused) {
  put(text_of(1));
  EXPECT_FALSE(open("c").has_value());
  std::string other = text_of(1, "other");
  for (const char* id : {"a", "b"}) {
    other = replaced(other, std::string("spiffe://test/agency/") + id,
                     std::string("spiffe://other/agency/") + id);
  }
  put(other);
  const auto file = open();
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().message.view(), "the directory is another federation's");
}

}  // namespace
}  // namespace relais::ops
