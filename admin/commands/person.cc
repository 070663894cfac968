// SPDX-License-Identifier: Apache-2.0
// What a counter does for one person through the running node: their consents and their account.
// The reference is the agency's own file number and stays between this terminal and the node.
#include <google/protobuf/util/time_util.h>

#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/steward.h"
#include "node/core/time.h"

namespace relais::admin {
namespace {

using google::protobuf::util::TimeUtil;

nlohmann::json list_of(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

std::string words_of(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

nlohmann::json json_of(const v1::Consent& consent) {
  return {{"consent_id", consent.consent_id()},
          {"version", consent.version()},
          {"state", consent.state()},
          {"giver", consent.giver()},
          {"form", consent.form()},
          {"recipients", list_of(consent.recipients())},
          {"purposes", list_of(consent.purposes())},
          {"categories", list_of(consent.categories())},
          {"valid_from", TimeUtil::ToString(consent.valid_from())},
          {"valid_until", TimeUtil::ToString(consent.valid_until())}};
}

std::string text_of(const v1::Consent& consent) {
  return consent.consent_id() + " version " + std::to_string(consent.version()) + "  " +
         consent.state() + " by " + consent.giver() + ", until " +
         TimeUtil::ToString(consent.valid_until()) + "\n  to   " + words_of(consent.recipients()) +
         "\n  for  " + words_of(consent.purposes()) + "\n  what " + words_of(consent.categories()) +
         "\n";
}

int run_list(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ListConsentsRequest request;
  request.set_person_ref(given.one("person"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  nlohmann::json consents = nlohmann::json::array();
  std::string text;
  for (const v1::Consent& one : reply->consents()) {
    consents.push_back(json_of(one));
    text += text_of(one);
  }
  return output.done({{"consents", consents}}, text.empty() ? "no consent" : text);
}

// The whole of the last day counts, as people mean it.
bool set_days(const Arguments& given, v1::Consent& consent) {
  const auto last = Date::parse(given.one("until"));
  if (!last) return false;
  *consent.mutable_valid_until() =
      TimeUtil::MillisecondsToTimestamp(unix_ms(last->plus_days(1).start()));
  if (!given.has("from")) return true;
  const auto first = Date::parse(given.one("from"));
  if (first)
    *consent.mutable_valid_from() = TimeUtil::MillisecondsToTimestamp(unix_ms(first->start()));
  return first.has_value();
}

void describe(const Arguments& given, v1::Consent& consent) {
  consent.set_state(given.one("state", "given"));
  consent.set_giver(given.one("giver", "subject"));
  consent.set_giver_is_alleged_author(given.has("giver-is-alleged-author"));
  consent.set_assisted_by_role(given.one("assisted-by"));
  consent.set_form(given.one("form"));
  consent.set_language(given.one("language"));
  consent.set_notice_version(given.one("notice"));
  consent.set_informed(given.has("informed"));
  consent.set_elements_complete(given.has("elements-complete"));
  consent.set_evidence_digest(given.one("evidence"));
  for (const std::string& one : given.all("recipient")) consent.add_recipients(one);
  for (const std::string& one : given.all("purpose")) consent.add_purposes(one);
  for (const std::string& one : given.all("category")) consent.add_categories(one);
}

int run_give(const Arguments& given, Output& output) {
  v1::GrantConsentRequest request;
  request.set_person_ref(given.one("person"));
  if (!set_days(given, *request.mutable_consent())) {
    return output.usage("--until and --from are days, YYYY-MM-DD");
  }
  describe(given, *request.mutable_consent());
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  return output.done({{"consent_id", reply->consent_id()},
                      {"version", reply->version()},
                      {"ledger_index", reply->ledger_index()}},
                     reply->consent_id() + " version " + std::to_string(reply->version()) +
                         ", recorded at " + std::to_string(reply->ledger_index()));
}

int run_withdraw(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::RevokeConsentRequest request;
  request.set_person_ref(given.one("person"));
  request.set_consent_id(given.one("CONSENT"));
  request.set_reason(given.one("reason"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  return output.done({{"ledger_index", reply->ledger_index()}},
                     "withdrawn, recorded at " + std::to_string(reply->ledger_index()));
}

int run_statement(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::StatementRequest request;
  request.set_person_ref(given.one("person"));
  request.set_language(given.one("lang", "fr"));
  request.set_format(given.one("format", "text"));
  request.set_requester(given.one("requester", "subject"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  return output.done({{"document", reply->document()},
                      {"entries", reply->entries()},
                      {"ledger_index", reply->ledger_index()}},
                     reply->document());
}

Parameter person_option() { return needed("person", "the agency's own file number"); }

std::vector<Parameter> give_parameters() {
  return {person_option(),
          several("recipient", "an agency's directory id", true),
          several("purpose", "a purpose of the vocabulary", true),
          several("category", "a category or mask of the vocabulary", true),
          needed("until", "its last day, YYYY-MM-DD"),
          option("from", "its first day, YYYY-MM-DD (default: now)"),
          needed("form", "how it was given", {"oral_witnessed", "paper", "electronic"}),
          needed("language", "the language it was given in, e.g. fr"),
          needed("notice", "version of the notice read or shown"),
          option("state", "what was said (default given)", {"given", "refused", "deferred"}),
          option("giver", "default subject", {"subject", "parent", "guardian", "other"}),
          flag("giver-is-alleged-author", "the giver is the alleged author; checked"),
          flag("informed", "the person was informed before"),
          flag("elements-complete", "all elements the law asks of the form are present"),
          option("assisted-by", "role of a person who assisted"),
          option("evidence", "hex SHA-256 of the signed paper or recording"),
          socket_option()};
}

}  // namespace

std::vector<Command> person_commands() {
  return {
      {"consent",
       "list",
       "the consents of one person, newest version of each",
       {person_option(), socket_option()},
       run_list,
       false,
       true},
      {"consent", "give", "record a consent at the counter", give_parameters(), run_give, false,
       true},
      {"consent",
       "withdraw",
       "withdraw a consent; what waits for delivery under it stops",
       {operand("CONSENT", "the consent's id"), person_option(),
        needed("reason", "why, for the record", {"person_asked", "error"}), socket_option()},
       run_withdraw,
       false,
       true},
      {"access",
       "statement",
       "everything about one person at this agency; reading it is an entry of its own",
       {person_option(), option("lang", "default fr", {"fr", "en"}),
        option("format", "default text", {"text", "html", "json"}),
        option("requester", "who asks (default subject)",
               {"subject", "parent", "guardian", "other"}),
        socket_option()},
       run_statement,
       false,
       true},
  };
}

}  // namespace relais::admin
