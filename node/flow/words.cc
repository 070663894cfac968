// SPDX-License-Identifier: Apache-2.0
#include "node/flow/words.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace relais::flow {
namespace {

struct Worded {
  std::string_view code;
  std::string_view fr;
  std::string_view en;
};

constexpr std::array kReasons{
    Worded{"no_capacity", "il n'y a pas de place", "there is no place"},
    Worded{"not_eligible", "les conditions du service ne sont pas remplies",
           "the conditions of the service are not met"},
    Worded{"out_of_area", "l'adresse n'est pas dans leur secteur",
           "the address is out of their area"},
    Worded{"not_this_service", "ce n'est pas le bon service", "it is not the right service"},
    Worded{"incomplete", "il manque des informations", "information is missing"},
    Worded{"duplicate", "la demande était déjà chez eux", "they already had the request"},
    Worded{"person_declined", "vous n'avez pas souhaité continuer", "you did not wish to go on"},
    Worded{"person_not_reached", "ils n'ont pas pu vous joindre", "they could not reach you"},
    Worded{"person_moved", "vous avez changé de secteur", "you moved away"},
    Worded{"safety", "pour votre sécurité", "for your safety"},
    Worded{"service_closed", "le service est fermé", "the service is closed"},
    Worded{"consent_withdrawn", "vous avez retiré votre accord", "you withdrew your consent"},
    Worded{"consent_expired", "votre accord n'était plus valable", "your consent had run out"},
    Worded{"objection", "vous vous y êtes opposé(e)", "you objected"},
    Worded{"restriction", "vous avez demandé de bloquer vos données",
           "you asked to block the use of your data"},
    Worded{"no_answer", "ils n'ont pas répondu", "they did not answer"},
    Worded{"expired", "le délai était passé", "the time limit had passed"},
    Worded{"recipient_suspended", "ce service ne fait plus partie du réseau",
           "this service is no longer part of the network"},
    Worded{"not_declared", "on leur envoyait plus que ce dont ils ont besoin",
           "more was sent than they need"},
    Worded{"illegal_transition", "ce n'était pas l'étape suivante", "it was not the next step"},
    Worded{"not_expected", "ils n'attendaient pas cette réponse",
           "they did not expect this answer"},
    Worded{"stopped", "l'envoi était arrivé après que vous avez dit d'arrêter",
           "it arrived after you had said to stop"},
    Worded{"never_left", "ils n'avaient rien reçu", "they had received nothing"},
    Worded{"law", "la loi ne le permet pas", "the law does not allow it"},
    // Last: also for a code that has no words here.
    Worded{"other", "pour une autre raison", "for another reason"},
};

// What an agency says has become of a referral, after its name.
constexpr std::array kMoves{
    Worded{"more_info_requested", " demande des précisions", " asks for more information"},
    Worded{"accepted", " accepte la demande", " accepts the request"},
    Worded{"rejected", " ne peut pas répondre à la demande", " cannot take the request"},
    Worded{"redirected", " propose un autre service", " suggests another service"},
    Worded{"expired", " n'a pas répondu à temps", " did not answer in time"},
    Worded{"in_progress", " a commencé à vous aider", " has begun to help you"},
    Worded{"appointment_scheduled", " a fixé un rendez-vous", " made an appointment"},
    Worded{"appointment_excused", " a noté que vous aviez prévenu de votre absence",
           " noted that you had let them know you could not come"},
    Worded{"appointment_no_show", " a noté que le rendez-vous n'a pas eu lieu",
           " noted that the appointment did not take place"},
    Worded{"appointment_cancelled_by_service", " a annulé le rendez-vous",
           " cancelled the appointment"},
    Worded{"waitlisted", " vous a mis sur une liste d'attente", " put you on a waiting list"},
    Worded{"completed", " a fini de vous aider", " has finished helping you"},
    Worded{"failed", " n'a pas pu vous aider", " could not help you"},
    Worded{"cancel_requested", " demande d'arrêter", " asks to stop"},
    Worded{"cancelled", " a arrêté", " stopped"},
    Worded{"consent_withdrawn", " a noté que vous retirez votre accord",
           " noted that you withdraw your consent"},
    Worded{"entered_in_error", " a signalé une erreur : cette demande n'aurait pas dû être faite",
           " reported a mistake: this request should not have been made"},
};

std::string because(const Label& reason, bool french) {
  const std::string& text = french ? reason.fr : reason.en;
  return text.empty() ? "." : std::string(french ? " : " : ": ") + text + ".";
}

}  // namespace

Label reason_words(const std::string& reason) {
  if (reason.empty()) return {};
  // A code without words may be a peer's: what it says is not for a person to read.
  const auto known = std::find_if(kReasons.begin(), kReasons.end(),
                                  [&](const Worded& worded) { return worded.code == reason; });
  const Worded& worded = known == kReasons.end() ? kReasons.back() : *known;
  return {std::string(worded.fr), std::string(worded.en)};
}

Label sending_words(Sending what) {
  switch (what) {
    case Sending::request:
      break;
    case Sending::room:
      return {
          "Nous avons préparé une question : y a-t-il de la place ? Elle ne donne pas votre nom.",
          "We prepared a question: is there room? It does not give your name."};
    case Sending::more:
      return {"Nous avons préparé un complément à votre demande.",
              "We prepared more information for your request."};
    case Sending::outcome:
      return {"Nous avons préparé une réponse : ce que votre demande est devenue.",
              "We prepared an answer: what became of your request."};
  }
  return {"Nous avons préparé une demande pour vous.", "We prepared a request for you."};
}

Label reporting_words() {
  return {"La loi nous oblige à transmettre. Un professionnel l'a confirmé.",
          "The law obliges us to report. A professional has confirmed it."};
}

Label denied_words(bool slip) {
  Label text{"Nous n'avons rien envoyé.", "We sent nothing."};
  if (slip) {
    text.fr += " Nous pouvons vous donner un papier, à porter vous-même au service.";
    text.en += " We can give you a slip, to carry to the service yourself.";
  }
  text.fr += " Si vous n'êtes pas d'accord, demandez qu'une personne regarde de nouveau.";
  text.en += " If you disagree, ask that a person looks at it again.";
  return text;
}

Label message_outcome_words(const Label& recipient, const std::string& status,
                            const std::string& reason) {
  if (status != "delivered") return outcome_words(recipient, status, reason);
  return {recipient.fr + " a bien reçu notre message.", recipient.en + " received our message."};
}

Label outcome_words(const Label& recipient, const std::string& status, const std::string& reason) {
  const Label why = reason_words(reason);
  if (status == "delivered") {
    return {recipient.fr + " a bien reçu la demande.", recipient.en + " received the request."};
  }
  if (status == "refused") {
    return {recipient.fr + " n'a pas gardé l'envoi" + because(why, true),
            recipient.en + " did not keep what was sent" + because(why, false)};
  }
  if (status == "withheld") {
    return {"Rien n'est parti vers " + recipient.fr + because(why, true),
            "Nothing left for " + recipient.en + because(why, false)};
  }
  return {"L'envoi n'est jamais arrivé chez " + recipient.fr + because(why, true),
          "What was sent never reached " + recipient.en + because(why, false)};
}

Label unknown_outcome_words(const Label& recipient, const std::string& status,
                            const std::string& reason) {
  const Label why = reason_words(reason);
  const Label begins =
      status == "withheld"
          ? Label{"Nous avons arrêté l'envoi vers " + recipient.fr + because(why, true),
                  "We stopped sending to " + recipient.en + because(why, false)}
          : Label{recipient.fr + " n'a jamais confirmé l'envoi.",
                  recipient.en + " never confirmed what was sent."};
  return {begins.fr + " Un essai est peut-être arrivé : nous ne le savons pas.",
          begins.en + " An attempt may have arrived: we do not know."};
}

Label right_words(bool objects, bool lifted) {
  if (objects && lifted) {
    return {"Vous ne vous opposez plus.", "You no longer object."};
  }
  if (objects) {
    return {
        "Vous vous êtes opposé(e). Nous ne transmettons plus, sauf avec votre accord ou si la loi "
        "nous y oblige.",
        "You objected. We pass nothing more on, except with your consent or if the law obliges "
        "us to."};
  }
  if (lifted) {
    return {"Vous ne demandez plus de bloquer l'usage de vos données.",
            "You no longer ask us to block the use of your data."};
  }
  return {"Vous avez demandé de bloquer l'usage de vos données.",
          "You asked us to block the use of your data."};
}

Label received_words(const Label& sender, const Label& service) {
  return {sender.fr + " nous a transmis une demande pour vous (" + service.fr + ").",
          sender.en + " sent us a request for you (" + service.en + ")."};
}

Label received_more_words(const Label& sender) {
  return {sender.fr + " nous a transmis un complément à votre demande.",
          sender.en + " sent us more information for your request."};
}

Label received_outcome_words(const Label& sender) {
  return {sender.fr + " nous a dit ce que votre demande est devenue.",
          sender.en + " told us what became of your request."};
}

Label reception_refused_words(const Label& sender, const std::string& reason) {
  const Label why = reason_words(reason);
  return {"Nous n'avons pas gardé un envoi de " + sender.fr + because(why, true),
          "We did not keep something " + sender.en + " sent" + because(why, false)};
}

Label room_words(const Label& agency, bool has_room) {
  if (has_room) return {agency.fr + " a de la place.", agency.en + " has room."};
  return {agency.fr + " n'a pas de place.", agency.en + " has no room."};
}

Label move_words(const Label& agency, const std::string& state, const std::string& reason) {
  const Label why = reason_words(reason);
  for (const Worded& worded : kMoves) {
    if (worded.code != state) continue;
    Label text{agency.fr + std::string(worded.fr) + because(why, true),
               agency.en + std::string(worded.en) + because(why, false)};
    if (state != "redirected") return text;
    return {text.fr + " Rien n'est transmis sans vous.",
            text.en + " Nothing is passed on without you."};
  }
  return {agency.fr + " : " + state + because(why, true),
          agency.en + ": " + state + because(why, false)};
}

const char* telephone_route(const std::string& jurisdiction) {
  if (jurisdiction == "FR") {
    return "Do not wait for the machine: telephone 119 (child in danger, day and night), 17 "
           "(police) or "
           "112, and the CRIP of the department. / N'attendez pas la machine : appelez le 119 "
           "(enfance "
           "en danger, jour et nuit), le 17 (police) ou le 112, et la CRIP du département.";
  }
  return "Do not wait for the machine: telephone the emergency services (112 in the European "
         "Union, 999 "
         "in the United Kingdom, 911 in the United States) and the authority that protects.";
}

bool is_protective(const std::string& purpose) {
  return purpose == "child_protection_assessment" || purpose == "child_protection_support" ||
         purpose == "adult_protection" || purpose == "emergency_assistance" ||
         purpose == "judicial_reporting";
}

}  // namespace relais::flow
