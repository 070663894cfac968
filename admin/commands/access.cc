// SPDX-License-Identifier: Apache-2.0
// What a person may be told and take along besides the statement: the accountings of the United
// States' statutes, their suspension by an authority, and the file of GDPR 20.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "admin/steward.h"

namespace relais::admin {
namespace {

Parameter person_option() { return needed("person", "the agency's own file number"); }

Parameter requester_option() {
  return option("requester", "who asks (default subject)",
                {"subject", "parent", "guardian", "other"});
}

int run_accounting(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::AccountingRequest request;
  request.set_person_ref(given.one("person"));
  request.set_statute(given.one("statute"));
  request.set_language(given.one("lang", "en"));
  request.set_format(given.one("format", "text"));
  request.set_requester(given.one("requester", "subject"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  return output.done({{"document", reply->document()},
                      {"entries", reply->entries()},
                      {"due", reply->due()},
                      {"ledger_index", reply->ledger_index()}},
                     reply->document());
}

int run_suspend(const Arguments& given, Output& output) {
  if (given.has("oral") == given.has("until")) {
    return output.usage("--oral, or --until with the day of the written statement");
  }
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::SuspendAccountingRequest request;
  request.set_person_ref(given.one("person"));
  request.set_statute(given.one("statute"));
  request.set_recipient(given.one("recipient"));
  request.set_form(given.has("oral") ? "oral" : "written");
  request.set_until(given.one("until"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  return output.done({{"until", reply->until()}, {"ledger_index", reply->ledger_index()}},
                     "suspended until " + reply->until() + ", recorded at " +
                         std::to_string(reply->ledger_index()));
}

int run_export(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ExportRequest request;
  request.set_person_ref(given.one("person"));
  request.set_requester(given.one("requester", "subject"));
  const auto reply = steward->call(request);
  if (!reply) return output.fault(reply.error());
  const std::string path = given.one("out");
  const auto written = replace_private(path, reply->document());
  if (!written) return output.fault(written.error());
  return output.done(
      {{"file", path}, {"items", reply->items()}, {"ledger_index", reply->ledger_index()}},
      std::to_string(reply->items()) + " items in " + path + ", recorded at " +
          std::to_string(reply->ledger_index()));
}

}  // namespace

std::vector<Command> access_commands() {
  return {
      {"access",
       "accounting",
       "the disclosures one statute has a person told of; reading it is an entry of its own",
       {person_option(), needed("statute", "an accounting of the law, e.g. us.hipaa.164.528"),
        option("lang", "default en", {"fr", "en"}),
        option("format", "default text", {"text", "json"}), requester_option(), socket_option()},
       run_accounting,
       false,
       true},
      {"access",
       "suspend-accounting",
       "an authority has a person told later of what was passed on to it (45 CFR 164.528(a)(2))",
       {person_option(), needed("statute", "an accounting of the law, e.g. us.hipaa.164.528"),
        needed("recipient", "the authority's directory id"),
        flag("oral", "by word of mouth: for the days the law fixes, and not again"),
        option("until", "the day its written statement names, YYYY-MM-DD"), socket_option()},
       run_suspend,
       false,
       true},
      {"access",
       "export",
       "what a person gave, as a file to take along (GDPR 20); making it is an entry of its own",
       {person_option(), needed("out", "the file to write, readable by its owner alone"),
        requester_option(), socket_option()},
       run_export,
       false,
       true},
  };
}

}  // namespace relais::admin
