// SPDX-License-Identifier: Apache-2.0
#include "node/flow/answers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "node/flow/statement_words.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

bool is_french(const Statement& statement) { return statement.language == "fr"; }

struct Title {
  const char* letter;
  const char* fr;
  const char* en;
};

constexpr std::array kTitles{
    Title{"a", "Pourquoi nous utilisons vos données", "Why we use your data"},
    Title{"b", "Quelles données", "Which data"},
    Title{"c", "À qui nous les avons transmises", "To whom we passed them on"},
    Title{"d", "Combien de temps nous les gardons", "How long we keep them"},
    Title{"e", "Vos droits", "Your rights"},
    Title{"f", "Se plaindre", "How to complain"},
    Title{"g", "D'où viennent vos données", "Where your data come from"},
    Title{"h", "Ce que la machine décide", "What the machine decides"},
};

struct Authority {
  std::string_view jurisdiction;
  const char* fr;
  const char* en;
};

constexpr std::array kAuthorities{
    Authority{"FR", "à la CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr.",
              "to the CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr."},
    Authority{"SE", "à l'IMY (Integritetsskyddsmyndigheten), www.imy.se.",
              "to the IMY (Integritetsskyddsmyndigheten), www.imy.se."},
    Authority{"GB", "à l'ICO (Information Commissioner's Office), www.ico.org.uk.",
              "to the ICO (Information Commissioner's Office), www.ico.org.uk."},
    Authority{"US", "à l'Office for Civil Rights (OCR) pour les données de santé, www.hhs.gov/ocr.",
              "to the Office for Civil Rights (OCR) for health data, www.hhs.gov/ocr."},
};

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (text.empty() || std::find(texts.begin(), texts.end(), text) != texts.end()) return;
  texts.push_back(text);
}

std::string listed(const std::vector<std::string>& parts) { return policy::join(parts, ", "); }

std::vector<std::string> purposes_of(const Statement& statement) {
  std::vector<std::string> purposes;
  for (const StatementLine& line : statement.lines) add_once(purposes, line.purpose);
  const char* none = is_french(statement) ? "Aucun but n'est inscrit dans ce relevé."
                                          : "No purpose is written in this statement.";
  if (purposes.empty()) return {none};
  return {listed(purposes) + "."};
}

std::vector<std::string> categories_of(const Statement& statement) {
  std::vector<std::string> categories;
  for (const StatementLine& line : statement.lines) {
    for (const std::string& one : line.released) add_once(categories, one);
    for (const std::string& one : line.kept) add_once(categories, one);
  }
  const bool french = is_french(statement);
  std::vector<std::string> texts;
  if (!categories.empty()) texts.push_back(listed(categories) + ".");
  texts.emplace_back(french ? "Et les inscriptions de ce relevé : dates, accords, demandes."
                            : "And the entries of this statement: dates, consents, requests.");
  return texts;
}

std::vector<std::string> recipients_in_words(const Statement& statement) {
  const bool french = is_french(statement);
  std::vector<std::string> texts;
  for (const Recipient& one : recipients_of(statement)) {
    std::string text = one.name;
    if (!one.address.empty()) text += ", " + one.address;
    texts.push_back(text + (french ? " : le " : ": on ") + listed(one.moments) + ".");
  }
  if (texts.empty()) texts.emplace_back(french ? "À personne." : "To nobody.");
  if (!statement.not_shown.empty()) {
    texts.emplace_back(french ? "Les inscriptions non montrées ne sont pas comptées ici."
                              : "Entries that are not shown are not counted here.");
  }
  return texts;
}

std::vector<std::string> storage_of(const Statement& statement) {
  std::vector<std::string> days;
  for (const StatementLine& line : statement.lines) add_once(days, line.kept_until);
  const bool french = is_french(statement);
  if (days.empty()) {
    return {french ? "Aucune durée n'est inscrite." : "No time is written in the entries."};
  }
  const auto [first, last] = std::minmax_element(days.begin(), days.end());
  const auto in_words = [&](const std::string& day) { return day_words(day, statement.language); };
  std::string text = (french ? "Jusqu'au " : "Until ") + in_words(*first);
  if (*first != *last) {
    text += french
                ? " pour la première inscription, jusqu'au " + in_words(*last) + " pour la dernière"
                : " for the first entry, until " + in_words(*last) + " for the last";
  }
  text += french ? ". Nous gardons les inscriptions pour que vous puissiez les demander."
                 : ". We keep the entries so that you can ask for them.";
  return {text};
}

std::vector<std::string> rights_of(const Statement& statement) {
  return {is_french(statement)
              ? "Vous pouvez faire corriger ou effacer, faire bloquer, et vous opposer. Regardez "
                "la liste « Ce que vous pouvez faire »."
              : "You can have data corrected or erased, have their use blocked, and object. See "
                "the list \"What you can do\"."};
}

std::vector<std::string> sources_of(const Statement& statement) {
  const bool french = is_french(statement);
  std::vector<std::string> senders;
  for (const StatementLine& line : statement.lines) {
    if (line.event == "received") add_once(senders, line.counterpart_name);
  }
  std::vector<std::string> texts;
  if (!senders.empty()) {
    texts.push_back(
        (french ? "Nous avons reçu des informations de : " : "We received information from: ") +
        listed(senders) + ".");
  }
  texts.emplace_back(french ? "Le reste vient de vous, ou des professionnels d'ici qui vous ont "
                              "rencontré(e)."
                            : "The rest comes from you, or from the professionals here who met "
                              "you.");
  return texts;
}

std::vector<std::string> machine_words(const Statement& statement) {
  if (is_french(statement)) {
    return {
        "Une machine compare chaque demande avec la loi, règle par règle : ce que le service "
        "demande, ce que la loi permet, votre accord. Elle écrit ici les articles qu'elle a "
        "utilisés.",
        "La machine propose. Elle ne refuse pas seule, et elle ne signale rien seule : un "
        "professionnel fait la demande, et un professionnel répond.",
        "Si la loi ne permet pas de transmettre, rien ne part. Vous pouvez alors dire ce que "
        "vous en pensez, et demander qu'une personne regarde de nouveau (RGPD, art. 22)."};
  }
  return {
      "A machine compares each request with the law, rule by rule: what the service needs, what "
      "the law allows, your consent. It writes here the articles that it used.",
      "The machine proposes. It does not refuse alone, and it reports nothing alone: a "
      "professional makes the request, and a professional answers.",
      "Where the law does not allow to pass something on, nothing leaves. Then you can say what "
      "you think, and ask that a person looks at it again (GDPR, art. 22)."};
}

std::vector<std::string> texts_of(const Statement& statement, char letter) {
  switch (letter) {
    case 'a':
      return purposes_of(statement);
    case 'b':
      return categories_of(statement);
    case 'c':
      return recipients_in_words(statement);
    case 'd':
      return storage_of(statement);
    case 'e':
      return rights_of(statement);
    case 'f':
      return {authority_words(statement.jurisdiction, statement.language)};
    case 'g':
      return sources_of(statement);
    default:
      return machine_words(statement);
  }
}

}  // namespace

std::vector<Answer> answers_of(const Statement& statement) {
  std::vector<Answer> answers;
  for (const Title& title : kTitles) {
    answers.push_back({title.letter, is_french(statement) ? title.fr : title.en,
                       texts_of(statement, title.letter[0])});
  }
  return answers;
}

std::vector<Recipient> recipients_of(const Statement& statement) {
  std::vector<Recipient> recipients;
  for (const StatementLine& line : statement.lines) {
    // Nothing reached, or will reach, who is named in a message that never left.
    if (line.delivery.empty() || line.delivery == "withheld") continue;
    auto known = std::find_if(recipients.begin(), recipients.end(), [&](const Recipient& one) {
      return one.name == line.counterpart_name && one.address == line.counterpart_address;
    });
    if (known == recipients.end()) {
      recipients.push_back({line.counterpart_name, line.counterpart_address, {}});
      known = recipients.end() - 1;
    }
    known->moments.push_back(line.moment);
  }
  return recipients;
}

EmployeeNames employee_names(const std::string& language) {
  if (language == "fr") {
    return {"RGPD, art. 15(4) ; CJUE C-579/21",
            "Nous n'écrivons pas le nom de nos employés : la loi protège aussi leur vie privée, et "
            "ils ont agi pour le service. Si vous en avez vraiment besoin pour défendre vos "
            "droits, demandez-le : une personne vous répond et vous dit pourquoi."};
  }
  return {"GDPR, art. 15(4); CJEU C-579/21",
          "We do not write the names of our employees: the law protects their privacy too, and "
          "they acted for the service. If you really need a name to defend your rights, ask for "
          "it: a person answers you and says why."};
}

std::string authority_words(const std::string& jurisdiction, const std::string& language) {
  const bool french = language == "fr";
  const std::string begins =
      french ? "Si notre réponse ne vous convient pas, vous pouvez vous plaindre "
             : "If our answer does not satisfy you, you can complain ";
  for (const Authority& one : kAuthorities) {
    if (one.jurisdiction == jurisdiction) return begins + (french ? one.fr : one.en);
  }
  return begins + (french ? "à l'autorité qui protège les données dans votre pays."
                          : "to the authority that protects data in your country.");
}

}  // namespace relais::flow
