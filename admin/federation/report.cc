// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/report.h"

#include <algorithm>
#include <map>

#include "admin/federation/compare.h"

namespace relais::demo {
namespace {

constexpr size_t kLabel = 24;  // columns of the label
constexpr size_t kWidth = 100;

// Columns of a UTF-8 text without wide or combining characters: continuation bytes do not count.
size_t columns(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The text folded at spaces to the page's width, under its label.
void print_row(std::ostream& out, const std::string& label, const std::string& text) {
  std::string line = "   " + label + std::string(kLabel - std::min(kLabel, columns(label)), ' ');
  const std::string indent(kLabel + 3, ' ');
  bool empty = true;
  for (size_t at = 0; at <= text.size();) {
    const size_t space = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, space - at);
    // A colon stays with what is before it, as French sets it.
    if (!empty && word != ":" && columns(line) + columns(word) >= kWidth) {
      out << line << "\n";
      line = indent;
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
    at = space + 1;
  }
  out << line << "\n";
}

template <class Texts>
std::string joined(const Texts& texts, const char* between = ", ") {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
  return all.empty() ? "—" : all;
}

// The articles behind one verdict, the most telling first, without repetition.
std::string articles(const v1::Verdict& verdict) {
  std::string all;
  for (const v1::Citation& citation : verdict.citations()) {
    if (all.find(citation.article()) != std::string::npos) continue;
    all += (all.empty() ? "" : "; ") + citation.article();
  }
  return all;
}

// What stopped a category, in words. Need, stage and consent are limits of data minimisation, which
// has its article too; what a law stopped carries its own.
std::string reason(const v1::Verdict& verdict) {
  const std::string& stop = verdict.stopped_by();
  if (stop == "need") return "le service n'en a pas besoin / not needed there (RGPD, art. 5(1)(c))";
  if (stop == "ceiling") return "pas à ce stade / not at this stage (RGPD, art. 5(1)(c))";
  static const std::map<std::string, std::string> kWords = {
      {"consent", "il faut l'accord / needs consent"},
      {"silence", "secret / secrecy"},
      {"bar", "interdit / forbidden"},
      {"require", "il reste à faire / still to be done"},
      {"tier", "ne part jamais / never leaves"}};
  const auto words = kWords.find(stop);
  const std::string cited = articles(verdict);
  return (words == kWords.end() ? stop : words->second) + (cited.empty() ? "" : " (" + cited + ")");
}

void print_withheld(std::ostream& out, const v1::Decision& decision) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const v1::Verdict& verdict : decision.verdicts()) {
    if (verdict.effect() != v1::EFFECT_MUST_NOT) continue;
    by_reason[reason(verdict)].push_back(verdict.category());
  }
  bool first = true;
  for (const auto& [why, categories] : by_reason) {
    print_row(out, first ? "retenu / withheld" : "", joined(categories) + ": " + why);
    first = false;
  }
  if (first) print_row(out, "retenu / withheld", "—");
}

void print_grounds(std::ostream& out, const v1::Decision& decision) {
  std::vector<std::string> grounds;
  for (const v1::Verdict& verdict : decision.verdicts()) {
    if (verdict.effect() == v1::EFFECT_MUST_NOT) continue;
    for (const v1::Citation& citation : verdict.citations()) {
      if (std::find(grounds.begin(), grounds.end(), citation.article()) == grounds.end()) {
        grounds.push_back(citation.article());
      }
    }
  }
  if (!grounds.empty()) print_row(out, "loi / law", joined(grounds, "; "));
}

// The outcome as the professional needs it: may they, must they, or must they be silent.
std::string outcome_words(const std::string& outcome) {
  static const std::map<std::string, std::string> kWords = {
      {"deny", "rien ne part / nothing leaves"},
      {"permit", "vous pouvez transmettre / you may pass on"},
      {"oblige", "vous devez transmettre, confirmez / you must report, confirm"},
      {"blocked",
       "vous devez transmettre, il manque une condition / you must report, a condition "
       "is missing"},
      {"conflict", "deux lois se contredisent, décidez / two laws contradict each other, decide"}};
  const auto words = kWords.find(outcome);
  return words == kWords.end() ? outcome : outcome + " : " + words->second;
}

std::string kept(const v1::Referral& referral) {
  std::string text = referral.has_ledger_index()
                         ? "inscription / entry " + std::to_string(referral.ledger_index())
                         : "—";
  text += " · " + referral.state();
  if (!referral.reason_code().empty()) text += " (" + referral.reason_code() + ")";
  if (!referral.delivery().empty()) text += " · " + referral.delivery();
  return text;
}

}  // namespace

void print_title(std::ostream& out, const std::string& text) {
  out << "\n" << text << "\n" << std::string(std::min(columns(text), kWidth), '=') << "\n";
}

void print_referral(std::ostream& out, int number, const StoryReferral& told, const Played& played,
                    const std::vector<std::string>& wrong) {
  out << "\n" << number << ". " << told.fr << "\n   " << told.en << "\n";
  print_row(out, told.preview ? "aperçu / preview" : "demandé / asked",
            told.from + " (" + told.role + ") → " + told.to + "/" + told.service + ", " +
                told.purpose + ": " + joined(told.asked));
  print_row(out, "décision / decision", outcome_words(word_of(played.decision.outcome())));
  for (const std::string& one : played.done) print_row(out, "puis / then", one);
  print_row(out, "parti / left", joined(played.held));
  if (played.decision.outcome() == v1::OUTCOME_BLOCKED) {
    print_row(out, "au professionnel", played.decision.professional_fr());
    print_row(out, "to the professional", played.decision.professional_en());
  }
  print_withheld(out, played.last);
  print_grounds(out, played.last);
  if (!played.slip.text_fr().empty()) {
    print_row(out, "à porter soi-même", played.slip.text_fr());
    print_row(out, "to carry oneself", played.slip.text_en());
  }
  if (!told.preview) print_row(out, "registre / ledger", kept(played.referral));
  if (wrong.empty()) print_row(out, "attendu / expected", "oui / held");
  const std::string place = "referrals.toml:" + std::to_string(told.expect.line) + ": ";
  for (const std::string& one : wrong) print_row(out, "DIFFÈRE / DIFFERS", place + one);
  out.flush();
}

}  // namespace relais::demo
