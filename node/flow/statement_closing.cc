// SPDX-License-Identifier: Apache-2.0
// What a statement says at its end, in plain sentences: what is missing, what is not shown yet, who
// was told of a right and answered, and what the law obliges to keep.
#include <algorithm>
#include <map>

#include "node/flow/access.h"
#include "node/flow/statement_told.h"
#include "node/flow/statement_words.h"

namespace relais::flow {
namespace {

std::string break_words(const Break& one, bool french) {
  if (one.first > one.last) {
    const std::string number = std::to_string(one.first);
    return french ? "L'inscription no " + number + " de votre suite ne suit pas celle d'avant."
                  : "Entry no. " + number + " of your series does not follow the one before it.";
  }
  if (one.first == one.last) {
    const std::string number = std::to_string(one.first);
    return french ? "L'inscription no " + number + " de votre suite manque."
                  : "Entry no. " + number + " of your series is missing.";
  }
  const std::string first = std::to_string(one.first);
  const std::string last = std::to_string(one.last);
  return french ? "Les inscriptions no " + first + " à " + last + " de votre suite manquent."
                : "Entries no. " + first + " to " + last + " of your series are missing.";
}

std::string withheld_words(size_t count, const std::string& basis, const std::string& until,
                           bool french) {
  const std::string number = std::to_string(count);
  if (french) {
    return (count == 1 ? "1 inscription n'est pas montrée"
                       : number + " inscriptions ne sont pas montrées") +
           (", selon " + basis + ", jusqu'au " + until +
            ". Ce jour-là au plus tard, nous regardons de nouveau. Vous pouvez demander avant, "
            "avec la référence.");
  }
  return (count == 1 ? "1 entry is withheld" : number + " entries are withheld") +
         (" under " + basis + " until " + until +
          ". On that day at the latest we look at it again. You can ask before, with the "
          "reference.");
}

std::string seal_words(const NotShown& one, bool french) {
  const std::string where = restriction_ref(one) + "; " + one.origin + ", " +
                            std::to_string(one.index) + ": " + one.commitment;
  return (french ? "Référence et empreinte de l'inscription non montrée ("
                 : "Reference and commitment of the withheld entry (") +
         where + ").";
}

// What becomes of what had arrived, or what the person can do about it.
std::string what_now(const Statement& statement, bool french) {
  const auto& told = statement.told;
  const bool are_told = std::any_of(told.begin(), told.end(), [](const StatementNotice& one) {
    return one.event == "consent_withdrawn";
  });
  if (are_told) {
    return french ? " Nous leur disons d'arrêter de s'en servir. Leurs réponses sont à la fin."
                  : " We tell them to stop using it. Their answers are at the end.";
  }
  return french ? " Vous pouvez leur demander, ou nous demander, de ne plus s'en servir et de "
                  "l'effacer."
                : " You can ask them, or us, to stop using it and to erase it.";
}

}  // namespace

std::vector<std::string> closing_words(const Statement& statement) {
  const bool french = statement.language == "fr";
  std::vector<std::string> words;
  for (const Break& one : statement.breaks) words.push_back(break_words(one, french));
  std::map<std::pair<std::string, std::string>, size_t> counted;  // (basis, until)
  for (const NotShown& one : statement.not_shown) ++counted[{one.basis, one.until}];
  for (const auto& [why, count] : counted) {
    const std::string basis = citation_words(why.first, statement.language);
    words.push_back(
        withheld_words(count, basis, day_words(why.second, statement.language), french));
  }
  for (const NotShown& one : statement.not_shown) words.push_back(seal_words(one, french));
  for (std::string& one : told_lines(statement)) words.push_back(std::move(one));
  for (const Hold& hold : statement.holds) {
    const std::string& reason = hold.reason.in(statement.language);
    words.push_back((french ? "La loi oblige à garder ces informations jusqu'au "
                            : "The law obliges to keep this information until ") +
                    day_words(hold.until.text(), statement.language) + (french ? " : " : ": ") +
                    reason + " (" + hold.article + ").");
  }
  return words;
}

std::string opened_words(const Statement& statement, const StatementLine& line) {
  if (line.opened.empty()) return {};
  const bool french = statement.language == "fr";
  const std::string day = day_words(line.opened, statement.language);
  const std::string basis = " (" + citation_words(line.opened_basis, statement.language) + ").";
  if (statement.made.substr(0, line.opened.size()) < line.opened) {
    return french ? "Avant le " + day +
                        ", cette inscription n'est pas montrée à vos parents ni à qui vous "
                        "représente" +
                        basis + " Ce jour-là au plus tard, nous regardons de nouveau."
                  : "Before " + day +
                        " this entry is not shown to your parents or to who represents you" +
                        basis + " On that day at the latest we look at it again.";
  }
  return french ? "Cette inscription n'était pas montrée à tous avant le " + day + basis
                : "This entry was not shown to everybody before " + day + basis;
}

std::string restriction_ref(const NotShown& one) { return one.commitment.substr(0, 16); }

// By the consent's id: what was passed on under one of its versions.
std::string aftermath_words(const Statement& statement, const StatementLine& line) {
  // A notice of it names no consent.
  if (line.event != "consent_withdrawn" || line.consent.empty()) return {};
  const std::string id = line.consent.substr(0, line.consent.find(','));
  std::string arrived;
  std::string perhaps;
  for (const StatementLine& one : statement.lines) {
    if (&one == &line) break;
    if (one.event != "disclosed" || one.consent.substr(0, one.consent.find(',')) != id) continue;
    const bool unsure =
        one.delivery == "stopped" || one.delivery == "undeliverable" || one.delivery == "waiting";
    if (one.delivery != "delivered" && !unsure) continue;
    std::string& names = unsure ? perhaps : arrived;
    if (names.find(one.counterpart_name) == std::string::npos) {
      names += (names.empty() ? "" : ", ") + one.counterpart_name;
    }
  }
  const bool french = statement.language == "fr";
  std::string words;
  if (!arrived.empty()) {
    words += french ? "Déjà arrivé avant : " + arrived +
                          ". C'était permis quand c'est parti, et retirer votre accord ne "
                          "l'efface pas."
                    : "Already arrived before: " + arrived +
                          ". It was allowed when it left, and withdrawing does not erase it.";
  }
  if (!perhaps.empty()) {
    words += (words.empty() ? "" : " ") +
             (french ? "Peut-être arrivé : " + perhaps + "." : "Perhaps arrived: " + perhaps + ".");
  }
  if (words.empty()) return {};
  return words + what_now(statement, french);
}

}  // namespace relais::flow
