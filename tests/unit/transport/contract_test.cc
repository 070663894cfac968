// SPDX-License-Identifier: Apache-2.0
// What the descriptors themselves show: every method is in the authorisation table, and nothing a
// peer reads in a reply may be about a person.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "node/transport/methods.h"
#include "relais/v1/desk.pb.h"
#include "relais/v1/exchange.pb.h"
#include "relais/v1/personal.pb.h"
#include "relais/v1/steward.pb.h"

namespace relais::transport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

struct Contract {
  const FileDescriptor* file;
  Surface surface;
};

std::vector<Contract> contracts() {
  return {{v1::ReferralRequest::descriptor()->file(), Surface::desk},
          {v1::DeliverRequest::descriptor()->file(), Surface::exchange},
          {v1::StatementRequest::descriptor()->file(), Surface::steward}};
}

std::string path_of(const MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

template <class Visit>
void each_method(const FileDescriptor& file, Visit visit) {
  for (int s = 0; s < file.service_count(); ++s) {
    for (int m = 0; m < file.service(s)->method_count(); ++m) visit(*file.service(s)->method(m));
  }
}

// Fields marked personal anywhere below a message, by full name.
void collect_personal(const Descriptor& message, std::set<const Descriptor*>& seen,
                      std::set<std::string>& found) {
  if (!seen.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.options().GetExtension(v1::personal)) found.insert(field.full_name());
    if (field.message_type() != nullptr) collect_personal(*field.message_type(), seen, found);
  }
}

std::set<std::string> personal_fields(const Descriptor& message) {
  std::set<const Descriptor*> seen;
  std::set<std::string> found;
  collect_personal(message, seen, found);
  return found;
}

TEST(AuthorisationTable, holds_every_method_of_the_contracts_on_its_own_surface) {
  for (const Contract& contract : contracts()) {
    each_method(*contract.file, [&](const MethodDescriptor& method) {
      EXPECT_TRUE(authorised(path_of(method), contract.surface)) << path_of(method);
      for (const Surface other : {Surface::desk, Surface::exchange, Surface::steward}) {
        EXPECT_EQ(authorised(path_of(method), other), other == contract.surface) << path_of(method);
      }
    });
  }
}

TEST(AuthorisationTable, holds_nothing_that_is_not_in_the_contracts) {
  std::set<std::string> known;
  for (const Contract& contract : contracts()) {
    each_method(*contract.file,
                [&](const MethodDescriptor& method) { known.insert(path_of(method)); });
  }
  EXPECT_EQ(known.size(), kMethods.size());
  for (const Method& method : kMethods) EXPECT_TRUE(known.count(std::string(method.path)) == 1);
}

TEST(AuthorisationTable, denies_what_it_does_not_name) {
  static_assert(!authorised("/relais.v1.DeskService/ReadEverything", Surface::desk));
  static_assert(!authorised("", Surface::exchange));
  static_assert(method("/relais.v1.ExchangeService/Deliver").surface == Surface::exchange);
}

// A new method without a group would be refused to everybody: that is found here, not at a counter.
TEST(AuthorisationTable, gives_every_desk_method_to_some_right_and_no_other_method) {
  for (const Contract& contract : contracts()) {
    each_method(*contract.file, [&](const MethodDescriptor& method) {
      const DeskRights rights = kMethods.at(index_of(path_of(method))).rights;
      EXPECT_EQ(rights.empty(), contract.surface != Surface::desk) << path_of(method);
    });
  }
}

TEST(AuthorisationTable, has_a_method_for_every_right) {
  for (size_t i = 0; i < kDeskRights.size(); ++i) {
    const auto given = [i](const Method& one) { return one.rights.has(static_cast<DeskRight>(i)); };
    EXPECT_TRUE(std::any_of(kMethods.begin(), kMethods.end(), given)) << kDeskRights[i];
  }
}

TEST(AuthorisationTable, stands_in_the_decision_as_it_is) {
  std::ifstream file(RELAIS_SOURCE_DIR "/docs/decisions/0086-what-a-role-may-at-the-desk.md");
  std::map<std::string, std::string> written;
  for (std::string row; std::getline(file, row);) {
    if (!row.starts_with("| `")) continue;
    const size_t end = row.find("` | ");
    written[row.substr(3, end - 3)] = row.substr(end + 4, row.size() - end - 6);
  }
  std::map<std::string, std::string> held;
  for (const Method& method : kMethods) {
    for (const std::string_view right : kDeskRights) {
      if (!method.rights.has(*desk_right(right))) continue;
      std::string& methods = held[std::string(right)];
      methods += methods.empty() ? "" : ", ";
      methods += method.path.substr(method.path.rfind('/') + 1);
    }
  }
  EXPECT_EQ(written, held);
}

TEST(AuthorisationTable, asks_every_desk_method_who_acts) {
  each_method(*v1::ReferralRequest::descriptor()->file(), [](const MethodDescriptor& method) {
    const FieldDescriptor* acting = method.input_type()->FindFieldByName("acting");
    ASSERT_NE(acting, nullptr) << path_of(method);
    EXPECT_EQ(acting->message_type(), v1::ActingProfessional::descriptor()) << path_of(method);
  });
}

TEST(AuthorisationTable, refuses_a_method_without_a_right_to_a_role_with_all_of_them) {
  static_assert(!DeskRights::all().meets(Method{"", Surface::desk}.rights));
  static_assert(!DeskRights{}.meets(DeskRights::all()));
  static_assert(DeskRights{DeskRight::duty}.meets({DeskRight::refer, DeskRight::duty}));
  EXPECT_EQ(text_of({DeskRight::duty, DeskRight::refer}, " or "), "refer or duty");
}

TEST(PeerReplies, hold_no_personal_field) {
  each_method(*v1::DeliverRequest::descriptor()->file(), [](const MethodDescriptor& method) {
    EXPECT_TRUE(personal_fields(*method.output_type()).empty()) << path_of(method);
  });
}

TEST(PeerReplies, would_be_caught_if_they_did) {
  EXPECT_EQ(personal_fields(*v1::DeliverRequest::descriptor()).size(), 2u);
  EXPECT_FALSE(personal_fields(*v1::GetReferralResponse::descriptor()).empty());
}

TEST(Problems, hold_no_personal_field) {
  EXPECT_TRUE(personal_fields(*v1::Problem::descriptor()).empty());
}

}  // namespace
}  // namespace relais::transport
