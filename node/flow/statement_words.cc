// SPDX-License-Identifier: Apache-2.0
#include "node/flow/statement_words.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "node/core/time.h"
#include "node/flow/answers.h"

namespace relais::flow {
namespace {

constexpr std::array kMonthsFr{"janvier",   "février", "mars",     "avril",
                               "mai",       "juin",    "juillet",  "août",
                               "septembre", "octobre", "novembre", "décembre"};
constexpr std::array kMonthsEn{"January",   "February", "March",    "April",
                               "May",       "June",     "July",     "August",
                               "September", "October",  "November", "December"};

struct Stop {
  std::string_view code;
  const char* fr;
  const char* en;
};

constexpr std::array kStops{
    Stop{"need", "le service n'en a pas besoin", "the service does not need it"},
    Stop{"ceiling", "pas à cette étape", "not at this stage"},
    Stop{"consent", "il faut votre accord, et nous ne l'avons pas pour cela",
         "it needs your consent, and we do not have it for this"},
    Stop{"tier", "ne se transmet jamais", "is never passed on"},
    Stop{"require", "il reste quelque chose à faire avant", "something has to be done first"},
    Stop{"bar", "la loi l'interdit ici", "the law forbids it here"},
    Stop{"silence", "secret protégé par la loi", "a secret the law protects"},
};

struct Delivery {
  std::string_view code;
  const char* contents_fr;
  const char* contents_en;
  const char* where_fr;
  const char* where_en;
};

constexpr std::array kDeliveries{
    Delivery{"prepared", "Ce qui a été transmis", "What was passed on",
             "préparé, pas parti : un professionnel doit d'abord confirmer",
             "prepared, not sent: a professional has to confirm first"},
    Delivery{"prepared_then_sent", "Ce qui a été transmis à ce moment", "What was passed on then",
             "préparé, puis envoyé : voir plus bas", "prepared, then sent: see below"},
    Delivery{"waiting", "Ce qui est transmis", "What is passed on",
             "parti ou prêt à partir, pas encore confirmé",
             "sent or about to be sent, not confirmed yet"},
    Delivery{"delivered", "Ce qui a été transmis", "What was passed on",
             "arrivé, le destinataire l'a confirmé", "arrived, the recipient confirmed it"},
    Delivery{"refused", "Ce qui a été envoyé, et refusé", "What was sent, and refused",
             "refusé par le destinataire : il ne l'a pas gardé",
             "refused by the recipient, who did not keep it"},
    Delivery{"withheld", "Ce qui devait être transmis, et n'est pas parti",
             "What was to be passed on, and did not leave",
             "arrêté avant le départ : rien n'est parti",
             "stopped before it left: nothing was sent"},
    Delivery{"stopped", "Ce qui devait être transmis", "What was to be passed on",
             "arrêté ; un essai d'avant est peut-être arrivé",
             "stopped; an earlier attempt may have arrived"},
    Delivery{"undeliverable", "Ce qui devait être transmis", "What was to be passed on",
             "abandonné : le destinataire n'a jamais confirmé",
             "given up: the recipient never confirmed it"},
};

bool is_french(const std::string& language) { return language == "fr"; }

}  // namespace

std::string day_words(const std::string& day, const std::string& language) {
  const auto date = Date::parse(day);
  if (!date) return day;
  const std::chrono::year_month_day parts{std::chrono::sys_days{std::chrono::days{date->days()}}};
  const unsigned month = static_cast<unsigned>(parts.month()) - 1;
  const unsigned number = static_cast<unsigned>(parts.day());
  std::string text = std::to_string(number);
  if (is_french(language) && number == 1) text += "er";
  text += std::string(" ") + (is_french(language) ? kMonthsFr : kMonthsEn).at(month) + " ";
  return text + std::to_string(static_cast<int>(parts.year()));
}

std::string moment_words(uint64_t ms, const std::string& language) {
  const Instant instant = from_unix_ms(static_cast<int64_t>(ms));
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(instant - day).count();
  char clock[16];
  std::snprintf(clock, sizeof clock, is_french(language) ? "%d h %02d" : "%d:%02d",
                static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return day_words(Date::of(instant).text(), language) + ", " + clock + " (UTC)";
}

std::string stop_words(const std::string& stop, const std::string& language) {
  for (const Stop& one : kStops) {
    if (one.code == stop) return is_french(language) ? one.fr : one.en;
  }
  return is_french(language) ? "rien ne l'autorise" : "nothing allows it";
}

std::string citation_words(const std::string& citation, const std::string& language) {
  if (!is_french(language)) return citation;
  constexpr std::string_view kEnglish = "GDPR";
  std::string text = citation;
  for (size_t at = text.find(kEnglish); at != std::string::npos; at = text.find(kEnglish, at)) {
    text.replace(at, kEnglish.size(), "RGPD");
  }
  // French puts a space before a semicolon; several citations are recorded in one text without.
  for (size_t at = text.find(';'); at != std::string::npos; at = text.find(';', at + 2)) {
    if (at > 0 && text[at - 1] != ' ') text.insert(at, " ");
  }
  return text;
}

DeliveryWords delivery_words(const std::string& delivery, const std::string& language) {
  const bool french = is_french(language);
  for (const Delivery& one : kDeliveries) {
    if (one.code != delivery) continue;
    return {french ? one.contents_fr : one.contents_en, french ? one.where_fr : one.where_en};
  }
  return {};
}

std::string reading_words(const std::string& requester, const std::string& language) {
  const bool french = is_french(language);
  if (requester == "subject") {
    return french ? "Vous avez demandé ce relevé." : "You asked for this statement.";
  }
  if (requester == "parent") {
    return french ? "Un parent a demandé ce relevé." : "A parent asked for this statement.";
  }
  if (requester == "guardian") {
    return french ? "La personne qui vous représente a demandé ce relevé."
                  : "The person who represents you asked for this statement.";
  }
  return french ? "Une autre personne a demandé ce relevé."
                : "Another person asked for this statement.";
}

std::vector<std::string> rights_words(const std::string& jurisdiction,
                                      const std::string& language) {
  if (is_french(language)) {
    return {
        ("Demander qu'on vous lise ce relevé et qu'on vous l'explique. Vous pouvez venir avec "
         "une personne de confiance."),
        "Faire corriger ce qui est faux.",
        "Emporter dans un fichier ce que vous nous avez donné (portabilité).",
        "Retirer votre accord, quand vous voulez, sans dire pourquoi.",
        ("Vous opposer, demander de bloquer ou d'effacer. Parfois la loi nous oblige à garder ; "
         "alors nous vous disons quelle loi."),
        "C'est gratuit. Venez, ou écrivez à l'adresse en haut.",
        authority_words(jurisdiction, language)};
  }
  return {
      ("Ask us to read this statement to you and to explain it. You may come with somebody you "
       "trust."),
      "Have corrected what is wrong.",
      "Take along, in a file, what you gave us (portability).",
      "Withdraw your consent, whenever you want, without saying why.",
      ("Object, ask us to block or to erase. Sometimes the law obliges us to keep; then we tell "
       "you which law."),
      "It is free. Come, or write to the address at the top.",
      authority_words(jurisdiction, language)};
}

}  // namespace relais::flow
