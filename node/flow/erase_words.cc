// SPDX-License-Identifier: Apache-2.0
// What a person is told of an erasure, or of the duty that stands against it.
#include "node/flow/erase.h"
#include "node/flow/statement_words.h"
#include "node/flow/tell.h"

namespace relais::flow {
namespace {

std::string day_of(Instant instant, bool french) {
  return day_words(Date::of(instant).text(), french ? "fr" : "en");
}

std::string state_words(const Erasure& erasure, bool french) {
  if (!erasure.shredded) {
    return french ? "Vos informations ne peuvent plus être lues. L'effacement est en cours.\n"
                  : "Your information can no longer be read. The erasure is under way.\n";
  }
  const std::string day = day_of(*erasure.shredded, french);
  std::string text = french ? "Vos informations ont été effacées chez nous le " + day + ".\n"
                            : "Your information was erased here on " + day + ".\n";
  if (erasure.complete) {
    const std::string end = day_of(*erasure.complete, french);
    return text + (french ? "Depuis le " + end +
                                ", nos copies de sauvegarde ne peuvent plus être lues non plus.\n"
                          : "Since " + end + " our backup copies cannot be read either.\n");
  }
  return text + (french ? "Nos copies de sauvegarde ne pourront plus être lues après le prochain "
                          "changement de clés, chaque semaine.\n"
                        : "Our backup copies can no longer be read after the next change of keys, "
                          "which is weekly.\n");
}

}  // namespace

std::string render_erasure(const Line& line, const Erasure& erasure, const std::string& language) {
  const bool french = language == "fr";
  const char* article = erasure_article(erasure.reason);
  std::string text = french ? "Effacement no " : "Erasure no. ";
  text += erasure.id.text() + "\n";
  text += (french ? "Demandé le " : "Asked for on ") + day_of(erasure.requested, french);
  if (article != nullptr) text += std::string(" (") + article + ")";
  text += ".\n" + state_words(erasure, french);
  if (erasure.notices.empty()) {
    return text + (french ? "Nous n'avions rien transmis à personne.\n"
                          : "We had passed nothing on to anybody.\n");
  }
  text += french ? "Ceux à qui nous avions transmis quelque chose :\n"
                 : "Those we had passed something on to:\n";
  const auto directory = line.directories.current();
  for (const Notice& notice : erasure.notices) {
    text += "- " + directory->name_of(notice.peer).in(language) + " " +
            answer_words(notice.status, notice.answer, language) + ".\n";
  }
  return text;
}

std::string render_hold(const Hold& hold, const std::string& language) {
  const std::string& reason = hold.reason.in(language);
  if (language == "fr") {
    return "Vous avez demandé d'effacer vos informations. La loi nous oblige à les garder "
           "jusqu'au " +
           day_words(hold.until.text(), language) + " : " + reason + " (" + hold.article + ").";
  }
  return "You asked to erase your information. The law obliges us to keep it until " +
         day_words(hold.until.text(), language) + ": " + reason + " (" + hold.article + ").";
}

}  // namespace relais::flow
