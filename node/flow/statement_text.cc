// SPDX-License-Identifier: Apache-2.0
// The statement as a person reads it: plain text for a counter's printer, and one HTML page.
#include <string>
#include <string_view>

#include "node/flow/access.h"

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
    "La clé du registre, à comparer avec celle du reçu"};
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
                         "The ledger's key, to compare with the receipt's"};

// How far a message came, and what its contents are called then.
struct Delivery {
  std::string_view code;
  const char* released_fr;
  const char* released_en;
  const char* fr;
  const char* en;
};

constexpr Delivery kDeliveries[] = {
    {"prepared", "Ce qui a été transmis", "What was passed on",
     "préparé, pas parti : un professionnel doit d'abord confirmer",
     "prepared, not sent: a professional has to confirm first"},
    {"prepared_then_sent", "Ce qui a été transmis à ce moment", "What was passed on then",
     "préparé, puis envoyé : voir plus bas", "prepared, then sent: see below"},
    {"waiting", "Ce qui est transmis", "What is passed on",
     "parti ou prêt à partir, pas encore confirmé", "sent or about to be sent, not confirmed yet"},
    {"delivered", "Ce qui a été transmis", "What was passed on",
     "arrivé, le destinataire l'a confirmé", "arrived, the recipient confirmed it"},
    {"refused", "Ce qui a été envoyé, et refusé", "What was sent, and refused",
     "refusé par le destinataire : il ne l'a pas gardé",
     "refused by the recipient, who did not keep it"},
    {"withheld", "Ce qui devait être transmis, et n'est pas parti",
     "What was to be passed on, and did not leave", "arrêté avant le départ : rien n'est parti",
     "stopped before it left: nothing was sent"},
    {"undeliverable", "Ce qui devait être transmis", "What was to be passed on",
     "abandonné : le destinataire n'a jamais confirmé",
     "given up: the recipient never confirmed it"},
};

const Delivery* delivery_of(std::string_view code) {
  for (const Delivery& one : kDeliveries) {
    if (one.code == code) return &one;
  }
  return nullptr;
}

const Words& words(const Statement& statement) {
  return statement.language == "fr" ? kFrench : kEnglish;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
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

// The rows of one entry, title and text, in reading order; empty ones left out.
std::vector<std::pair<std::string, std::string>> rows(const Statement& statement,
                                                      const StatementLine& line) {
  const Words& say = words(statement);
  const bool french = statement.language == "fr";
  const bool outward = line.event == "disclosed" || line.event == "refused" ||
                       line.event == "received" || line.event == "obliged";
  std::vector<std::pair<std::string, std::string>> rows;
  auto add = [&](const char* title, std::string text) {
    if (!text.empty()) rows.emplace_back(title, std::move(text));
  };
  std::string who = line.counterpart_name;
  if (!line.service_name.empty()) who += " (" + line.service_name + ")";
  if (!line.counterpart_address.empty()) who += ", " + line.counterpart_address;
  add(say.who, line.counterpart_name.empty() ? "" : who);
  add(say.purpose, line.purpose);
  const Delivery* delivery = delivery_of(line.delivery);
  const char* released = say.released;
  if (delivery != nullptr) released = french ? delivery->released_fr : delivery->released_en;
  if (outward) add(released, line.released.empty() ? say.nothing : joined(line.released, ", "));
  if (delivery != nullptr) add(say.delivery, french ? delivery->fr : delivery->en);
  add(say.withheld, joined(line.withheld, "; "));
  add(say.law, joined(line.citations, "; "));
  add(say.consent, line.consent);
  return rows;
}

}  // namespace

std::string render_text(const Statement& statement) {
  const Words& say = words(statement);
  std::string out = statement.agency_name + "\n" + statement.agency_address + "\n\n";
  out += std::string(say.title) + "\n" + say.made + " " + statement.made + "\n";
  for (const StatementLine& line : statement.lines) {
    out += "\n" + std::to_string(line.index) + ". " + line.time + "\n   " + line.sentence + "\n";
    for (const auto& [title, text] : rows(statement, line)) {
      out += "   " + title + (statement.language == "fr" ? " : " : ": ") + text + "\n";
    }
    out += "   " + std::string(say.proof) + ": " + line.commitment.substr(0, 16) + "…\n";
  }
  out += "\n" + std::to_string(statement.count) + " " + say.entries + ". ";
  out += std::string(statement.complete ? say.complete : say.incomplete) + "\n";
  out += std::string(say.reading) + " " + std::to_string(statement.reading_index) + ".\n";
  out += std::string(say.receipts) + "\n" + say.key + (statement.language == "fr" ? " : " : ": ") +
         statement.ledger_key + "\n";
  if (!statement.reviewed_by_counsel) out += std::string(say.counsel) + "\n";
  return out;
}

std::string render_html(const Statement& statement) {
  const Words& say = words(statement);
  std::string out = "<!DOCTYPE html>\n<html lang=\"" + statement.language +
                    "\"><head><meta charset=\"utf-8\"><title>" + escaped(say.title) +
                    "</title><style>body{font:1.1rem/1.5 sans-serif;max-width:45rem;margin:2rem "
                    "auto;padding:0 1rem}li{margin:0 0 1.5rem}dt{font-weight:bold}dd{margin:0 0 "
                    ".3rem}code{word-break:break-all}@media print{body{font-size:11pt;margin:0}"
                    "li{break-inside:avoid}}</style></head>\n<body><header><p>" +
                    escaped(statement.agency_name) + "<br>" + escaped(statement.agency_address) +
                    "</p><h1>" + escaped(say.title) + "</h1><p>" + escaped(say.made) + " " +
                    escaped(statement.made) + "</p></header>\n<main><ol>\n";
  for (const StatementLine& line : statement.lines) {
    out += "<li value=\"" + std::to_string(line.index) + "\"><p><time>" + escaped(line.time) +
           "</time><br>" + escaped(line.sentence) + "</p><dl>";
    for (const auto& [title, text] : rows(statement, line)) {
      out += "<dt>" + escaped(title) + "</dt><dd>" + escaped(text) + "</dd>";
    }
    out += "<dt>" + escaped(say.proof) + "</dt><dd><code>" + line.commitment +
           "</code></dd></dl></li>\n";
  }
  out += "</ol><p>" + std::to_string(statement.count) + " " + escaped(say.entries) + ". " +
         escaped(statement.complete ? say.complete : say.incomplete) + "</p><p>" +
         escaped(say.reading) + " " + std::to_string(statement.reading_index) + ".</p><p>" +
         escaped(say.receipts) + "</p><p>" + escaped(say.key) + "<br><code>" +
         escaped(statement.ledger_key) + "</code></p>";
  if (!statement.reviewed_by_counsel) out += "<p>" + escaped(say.counsel) + "</p>";
  return out + "</main></body></html>\n";
}

}  // namespace relais::flow
