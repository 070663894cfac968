// SPDX-License-Identifier: Apache-2.0
// What stewards change in the directory: an agency joins, is suspended, comes back or leaves, and
// the whole lives on. Each makes the next version of the draft, which counts once it is signed.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/directory_draft.h"
#include "admin/files.h"
#include "node/core/rfc3339.h"

namespace relais::admin {
namespace {

using Json = nlohmann::json;

// Reads the draft, makes the change, writes the next version, and says what came of it.
template <class Change>
int change(const Arguments& given, Output& output, Change make, const Json& told,
           const std::string& sentence) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  auto draft = DirectoryDraft::read(given, *words);
  if (!draft) return output.fault(draft.error());
  const Result<void> made = make(*draft);
  if (!made) return output.fault(made.error());
  const auto written = draft->write();
  if (!written) return output.fault(written.error());
  const Directory& now = draft->directory();
  const size_t agencies = now.agencies.size();
  Json object{{"file", draft->path()}, {"version", now.version}, {"agencies", agencies}};
  object.update(told);
  return output.done(object, "version " + std::to_string(now.version) + ", " +
                                 std::to_string(agencies) + " agencies" + sentence);
}

int run_add(const Arguments& given, Output& output) {
  const std::string file = given.one("AGENCY");
  const auto entry = read_text(file);
  if (!entry) return output.fault(entry.error());
  const auto make = [&](DirectoryDraft& draft) { return draft.append(*entry, file); };
  return change(given, output, make, Json::object(), "");
}

int run_suspend(const Arguments& given, Output& output) {
  const std::string agency = given.one("AGENCY");
  const auto make = [&](DirectoryDraft& draft) { return draft.suspend(agency, true); };
  return change(given, output, make, {{"agency", agency}, {"suspended", true}},
                "; " + agency + " is suspended");
}

int run_resume(const Arguments& given, Output& output) {
  const std::string agency = given.one("AGENCY");
  const auto make = [&](DirectoryDraft& draft) { return draft.suspend(agency, false); };
  return change(given, output, make, {{"agency", agency}, {"suspended", false}},
                "; " + agency + " is not suspended any more");
}

int run_leave(const Arguments& given, Output& output) {
  const std::string agency = given.one("AGENCY");
  const auto make = [&](DirectoryDraft& draft) { return draft.remove(agency); };
  return change(given, output, make, {{"agency", agency}}, "; " + agency + " is not among them");
}

int run_renew(const Arguments& given, Output& output) {
  const auto expires = expiry_of(given);
  if (!expires) return output.usage(kDaysWanted);
  const std::string until = rfc3339(*expires);
  const auto make = [&](DirectoryDraft& draft) { return draft.renew(*expires); };
  return change(given, output, make, {{"expires", until}}, "; it expires " + until);
}

Command row(const char* verb, const char* help, std::vector<Parameter> more,
            int (*run)(const Arguments&, Output&)) {
  more.push_back(operand("DIRECTORY", "the TOML directory"));
  more.push_back(vocabulary_option());
  return {"directory", verb, help, std::move(more), run};
}

}  // namespace

std::vector<Command> directory_change_commands() {
  const Parameter agency = operand("AGENCY", "its directory id");
  return {
      row("add", "append an agency and raise the version",
          {operand("AGENCY", "TOML of one [[agency]]")}, run_add),
      row("suspend", "have peers refuse an agency from their next call on; raises the version",
          {agency}, run_suspend),
      row("resume", "lift an agency's suspension and raise the version", {agency}, run_resume),
      row("leave", "take an agency out and raise the version", {agency}, run_leave),
      row("renew", "put the expiry further away and raise the version", {days_option()}, run_renew),
  };
}

}  // namespace relais::admin
