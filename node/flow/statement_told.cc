// SPDX-License-Identifier: Apache-2.0
#include "node/flow/statement_told.h"

#include "node/flow/entry.h"
#include "node/flow/statement_words.h"
#include "node/flow/tell.h"

namespace relais::flow {
namespace {

std::string day_of(Instant instant) { return Date::of(instant).text(); }

Label right_name(const std::string& event, bool lifted) {
  if (event == "consent_withdrawn") return {"Retrait de votre accord", "Your withdrawal"};
  if (event == "objection") {
    return lifted ? Label{"Fin de votre opposition", "The end of your objection"}
                  : Label{"Votre opposition", "Your objection"};
  }
  if (event == "restricted") {
    return lifted ? Label{"Fin du blocage de vos données", "The end of the block on your data"}
                  : Label{"Blocage de vos données", "The block on your data"};
  }
  return {"Correction", "The correction"};
}

}  // namespace

void Told::follow(const Line& line, const ledger::SharedPart& shared) {
  const std::string& self = line.settings.agency.text();
  if (shared.event == ledger::Event::disclosed && shared.sender_agency == self) {
    ends_[shared.handle].name = shared.recipient_name;
  }
  const bool had = shared.event == ledger::Event::received && shared.recipient_agency == self;
  if (had && !ends_.contains(shared.handle)) {
    const Label sender = line.directories.current()->name_of(AgencyId(shared.sender_agency));
    ends_.emplace(shared.handle, End{both(sender), Direction::received});
  }
}

void Told::add(const std::vector<Notice>& notices, Instant now, Statement& statement) const {
  for (const Notice& notice : notices) {
    const auto end = ends_.find(notice.handle.text());
    if (end == ends_.end()) continue;
    StatementNotice one;
    one.event = std::string(ledger::code_of(notice.event));
    one.lifted = notice.lifted;
    one.recipient = parted(end->second.name).in(statement.language);
    one.asked = day_of(notice.asked);
    one.status = notice.status;
    one.answer = notice.answer;
    one.words = answer_words(notice.status, notice.answer, statement.language,
                             heard_by(notice.event, end->second.referral));
    one.due = day_of(notice.due);
    if (notice.answered) one.answered = day_of(*notice.answered);
    one.overdue = !notice.answered && notice.due <= now;
    statement.told.push_back(std::move(one));
  }
}

std::vector<std::string> told_lines(const Statement& statement) {
  const bool french = statement.language == "fr";
  std::vector<std::string> lines;
  for (const StatementNotice& one : statement.told) {
    const Label right = right_name(one.event, one.lifted);
    std::string text = right.in(statement.language) + (french ? ", le " : ", on ") +
                       day_words(one.asked, statement.language) + (french ? " : " : ": ") +
                       one.recipient + " " + one.words;
    if (!one.answered.empty()) {
      text += (french ? " (réponse du " : " (answered on ") +
              day_words(one.answered, statement.language) + ")";
    } else if (one.overdue) {
      text += (french ? " (le délai est passé le " : " (the time limit passed on ") +
              day_words(one.due, statement.language) + ")";
    }
    lines.push_back(text + ".");
  }
  return lines;
}

}  // namespace relais::flow
