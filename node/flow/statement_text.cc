// SPDX-License-Identifier: Apache-2.0
// The statement as a person reads it: plain text for a counter's printer, and one HTML page.
#include <string>
#include <string_view>

#include "node/flow/access.h"
#include "node/flow/answers.h"
#include "node/flow/statement_words.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

struct Words {
  const char* title;
  const char* made;
  const char* who;
  const char* purpose;
  const char* released;
  const char* nothing;
  const char* delivery;
  const char* withheld;
  const char* law;
  const char* consent;
  const char* proof;
  const char* complete;
  const char* incomplete;
  const char* reading;
  const char* counsel;
  const char* entries;
  const char* receipts;
  const char* key;
  const char* numbers;
  const char* rights;
  const char* answers;
};

constexpr Words kFrench{
    "Ce qui a été dit et noté sur vous",
    "Relevé fait le",
    "Avec qui",
    "Pourquoi",
    "Ce qui a été transmis",
    "rien",
    "Où en est l'envoi",
    "Ce qui n'a pas été transmis",
    "Selon quelle loi",
    "Votre accord",
    "Preuve",
    "Rien ne manque : la suite des inscriptions est complète.",
    "Attention : il manque quelque chose, ou quelque chose a été changé. Demandez une explication.",
    "Ce relevé est lui-même inscrit, au numéro",
    "Les règles de droit utilisées n'ont pas encore été relues par un juriste.",
    "inscriptions",
    "Pour chaque inscription, demandez au guichet le reçu à emporter : un fichier que chacun peut "
    "vérifier, sans nous et sans réseau.",
    "La clé du registre, à comparer avec celle du reçu",
    "Les numéros sont ceux de notre registre. Il contient aussi les inscriptions d'autres "
    "personnes : c'est pourquoi ils ne se suivent pas.",
    "Ce que vous pouvez faire",
    "Ce que vous avez le droit de savoir (RGPD, art. 15)"};
constexpr Words kEnglish{"What was said and written about you",
                         "Statement made on",
                         "With whom",
                         "Why",
                         "What was passed on",
                         "nothing",
                         "Where the message is",
                         "What was not passed on",
                         "Under which law",
                         "Your consent",
                         "Proof",
                         "Nothing is missing: the series of entries is complete.",
                         "Careful: something is missing or was changed. Ask for an explanation.",
                         "This statement is itself an entry, number",
                         "The rules of law used here have not been reviewed by counsel yet.",
                         "entries",
                         "Ask at the counter for the receipt of each entry, to take home: a file "
                         "that anyone can verify, without us and without a network.",
                         "The ledger's key, to compare with the receipt's",
                         "The numbers are those of our ledger. It also holds the entries of other "
                         "people: that is why they do not follow one another.",
                         "What you can do",
                         "What you have a right to know (GDPR, art. 15)"};

const Words& words(const Statement& statement) {
  return statement.language == "fr" ? kFrench : kEnglish;
}

std::string colon_of(const Statement& statement) {
  return statement.language == "fr" ? " : " : ": ";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr const char* kStyle =
    "</title><style>body{font:1.1rem/1.5 "
    "sans-serif;overflow-wrap:anywhere;max-width:45rem;margin:2rem "
    "auto;padding:0 1rem}ol>li{margin:0 0 1.5rem}dt{font-weight:bold}dd{margin:0 0 "
    ".3rem}code{word-break:break-all}@media print{body{font-size:11pt;margin:0}"
    "li{break-inside:avoid}}</style></head>\n";

std::string moment(const std::string& time, const std::string& words) {
  return "<time datetime=\"" + escaped(time) + "\">" + escaped(words) + "</time>";
}

// The rows of one entry, title and text, in reading order; empty ones left out.
std::vector<std::pair<std::string, std::string>> rows(const Statement& statement,
                                                      const StatementLine& line) {
  const Words& say = words(statement);
  const bool outward = line.event == "disclosed" || line.event == "refused" ||
                       line.event == "obliged" || !line.released.empty();
  std::vector<std::pair<std::string, std::string>> rows;
  auto add = [&](const std::string& title, std::string text) {
    if (!text.empty()) rows.emplace_back(title, std::move(text));
  };
  std::string who = line.counterpart_name;
  if (!line.service_name.empty()) who += " (" + line.service_name + ")";
  if (!line.counterpart_address.empty()) who += ", " + line.counterpart_address;
  add(say.who, line.counterpart_name.empty() ? "" : who);
  add(say.purpose, line.purpose);
  const DeliveryWords delivery = delivery_words(line.delivery, statement.language);
  const std::string contents = delivery.contents.empty() ? say.released : delivery.contents;
  if (outward)
    add(contents, line.released.empty() ? say.nothing : policy::join(line.released, ", "));
  add(say.delivery, delivery.where);
  const char* between = statement.language == "fr" ? " ; " : "; ";
  add(say.withheld, policy::join(line.withheld, between));
  add(say.law, policy::join(line.citations, between));
  add(say.consent, line.consent);
  return rows;
}

// Sentences below an entry.
std::vector<std::string> remarks(const Statement& statement, const StatementLine& line) {
  std::vector<std::string> remarks{aftermath_words(statement, line), opened_words(statement, line)};
  std::erase(remarks, std::string());
  return remarks;
}

// What stands after the entries, a paragraph each.
std::vector<std::string> closing(const Statement& statement) {
  const Words& say = words(statement);
  std::vector<std::string> paragraphs{std::to_string(statement.count) + " " + say.entries + ". " +
                                      (statement.complete ? say.complete : say.incomplete)};
  for (std::string& one : closing_words(statement)) paragraphs.push_back(std::move(one));
  for (const std::string& one :
       {std::string(say.reading) + " " + std::to_string(statement.reading_index) + ".",
        std::string(say.numbers), std::string(say.receipts),
        say.key + colon_of(statement) + statement.ledger_key}) {
    paragraphs.push_back(one);
  }
  const EmployeeNames names = employee_names(statement.language);
  paragraphs.push_back(names.words + " (" + names.law + ")");
  if (!statement.reviewed_by_counsel) paragraphs.emplace_back(say.counsel);
  return paragraphs;
}

}  // namespace

std::string render_text(const Statement& statement) {
  const Words& say = words(statement);
  const std::string colon = colon_of(statement);
  std::string out = statement.agency_name + "\n" + statement.agency_address + "\n\n";
  out += std::string(say.title) + "\n" + say.made + " " + statement.moment + "\n";
  for (const StatementLine& line : statement.lines) {
    out += "\n" + std::to_string(line.index) + ". " + line.moment + "\n   " + line.sentence + "\n";
    for (const auto& [title, text] : rows(statement, line)) {
      out += "   " + title + colon + text + "\n";
    }
    for (const std::string& one : remarks(statement, line)) out += "   " + one + "\n";
    out += "   " + std::string(say.proof) + colon + line.commitment.substr(0, 16) + "…\n";
  }
  out += "\n";
  for (const std::string& paragraph : closing(statement)) out += paragraph + "\n";
  out += "\n" + std::string(say.rights) + "\n";
  for (const std::string& right : statement.rights) out += "- " + right + "\n";
  out += "\n" + std::string(say.answers) + "\n";
  for (const Answer& answer : answers_of(statement)) {
    out += "- " + answer.title + colon + policy::join(answer.texts, " ") + "\n";
  }
  return out;
}

std::string render_html(const Statement& statement) {
  const Words& say = words(statement);
  std::string out = "<!DOCTYPE html>\n<html lang=\"" + statement.language +
                    "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                    "content=\"width=device-width\"><title>" +
                    escaped(say.title) + kStyle + "<body><header><p>" +
                    escaped(statement.agency_name) + "<br>" + escaped(statement.agency_address) +
                    "</p><h1>" + escaped(say.title) + "</h1><p>" + escaped(say.made) + " " +
                    moment(statement.made, statement.moment) + "</p></header>\n<main><ol>\n";
  for (const StatementLine& line : statement.lines) {
    out += "<li value=\"" + std::to_string(line.index) + "\"><p>" + moment(line.time, line.moment) +
           "<br>" + escaped(line.sentence) + "</p><dl>";
    for (const auto& [title, text] : rows(statement, line)) {
      out += "<dt>" + escaped(title) + "</dt><dd>" + escaped(text) + "</dd>";
    }
    for (const std::string& one : remarks(statement, line)) {
      out += "<dd>" + escaped(one) + "</dd>";
    }
    out += "<dt>" + escaped(say.proof) + "</dt><dd><code>" + line.commitment +
           "</code></dd></dl></li>\n";
  }
  out += "</ol>";
  for (const std::string& paragraph : closing(statement))
    out += "<p>" + escaped(paragraph) + "</p>";
  out += "<h2>" + escaped(say.rights) + "</h2><ul>\n";
  for (const std::string& right : statement.rights) out += "<li>" + escaped(right) + "</li>\n";
  out += "</ul><h2>" + escaped(say.answers) + "</h2><dl>\n";
  for (const Answer& answer : answers_of(statement)) {
    out += "<dt>" + escaped(answer.title) + "</dt>";
    for (const std::string& text : answer.texts) out += "<dd>" + escaped(text) + "</dd>\n";
  }
  return out + "</dl></main></body></html>\n";
}

}  // namespace relais::flow
