// SPDX-License-Identifier: Apache-2.0
// What a statement says at its end, in plain sentences: what is missing, what is not shown yet, and
// what the law obliges to keep.
#include <map>

#include "node/flow/access.h"
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
           (", selon " + basis + ", jusqu'au " + until + ".");
  }
  return (count == 1 ? "1 entry is withheld" : number + " entries are withheld") +
         (" under " + basis + " until " + until + ".");
}

std::string seal_words(const NotShown& one, bool french) {
  const std::string where = one.origin + ", " + std::to_string(one.index) + ": " + one.commitment;
  return (french ? "Empreinte de l'inscription non montrée ("
                 : "Commitment of the withheld entry (") +
         where + ").";
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
    words.push_back(withheld_words(count, basis, why.second, french));
  }
  for (const NotShown& one : statement.not_shown) words.push_back(seal_words(one, french));
  for (const Hold& hold : statement.holds) {
    const std::string& reason = hold.reason.in(statement.language);
    words.push_back((french ? "La loi oblige à garder ces informations jusqu'au "
                            : "The law obliges to keep this information until ") +
                    hold.until.text() + (french ? " : " : ": ") + reason + " (" + hold.article +
                    ").");
  }
  return words;
}

std::string opened_words(const Statement& statement, const StatementLine& line) {
  if (line.opened.empty()) return {};
  if (statement.language == "fr") {
    return "Cette inscription n'était pas montrée à tous avant le " + line.opened + " (" +
           citation_words(line.opened_basis, statement.language) + ").";
  }
  return "This entry was not shown to everybody before " + line.opened + " (" +
         citation_words(line.opened_basis, statement.language) + ").";
}

}  // namespace relais::flow
