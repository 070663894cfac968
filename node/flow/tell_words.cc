// SPDX-License-Identifier: Apache-2.0
// What came of telling a recipient, as a code and in the person's words.
#include <algorithm>
#include <array>
#include <string_view>

#include "node/flow/statement_words.h"
#include "node/flow/tell.h"
#include "node/ledger/encoding.h"

namespace relais::flow {
namespace {

constexpr size_t kMostKept = 256;

struct Worded {
  std::string_view code;
  std::string_view fr;
  std::string_view en;
};

// After the recipient's name.
constexpr std::array kAnswers{
    Worded{"erased", "a effacé aussi", "has erased too"},
    Worded{"stopped", "ne s'en sert plus", "has stopped using it"},
    Worded{"resumed", "peut s'en servir de nouveau", "may use it again"},
    Worded{"corrected", "a corrigé aussi", "has corrected it too"},
    Worded{"noted", "l'a noté, sans dire ce qui en est fait",
           "has noted it, without saying what it did"},
    Worded{"refused", "n'a pas donné suite ; demandez-leur directement",
           "did not act on it; ask them directly"},
    Worded{"needless", "n'avait rien reçu", "had received nothing"},
    Worded{"withheld", "n'a pas pu être prévenu ; demandez-leur directement",
           "could not be told; ask them directly"},
    Worded{"undeliverable", "n'a pas pu être joint ; demandez-leur directement",
           "could not be reached; ask them directly"},
};

// The same of who referred, about the one referral.
constexpr std::array kReferrersAnswers{
    Worded{
        "stopped",
        "n'envoie plus rien pour cette demande, sauf avec votre accord ou si la loi l'y oblige ; "
        "pour le reste, dites-le-leur",
        "sends nothing more for this request, except with your consent or if the law obliges "
        "them to; for anything else, tell them"},
    Worded{"resumed", "peut de nouveau envoyer quelque chose pour cette demande",
           "may again send something for this request"},
    Worded{"noted", "sait que c'était faux ; dites-leur ce qui est juste",
           "knows that it was wrong; tell them what is right"},
};

// What the one who answers says to the person.
constexpr std::array kDone{
    Worded{"stopped", "Nous ne nous en servons plus.", "We have stopped using it."},
    Worded{"resumed", "Nous pouvons nous en servir de nouveau.", "We may use it again."},
    Worded{"corrected", "Nous avons corrigé aussi.", "We have corrected it too."},
};
constexpr std::array kReferrersDone{
    Worded{"stopped",
           "Nous ne leur envoyons plus rien pour cette demande, sauf avec votre accord ou si la "
           "loi nous y oblige. Si cela doit valoir aussi chez nous, dites-le-nous.",
           "We send them nothing more for this request, except with your consent or if the law "
           "obliges us to. If it should hold with us too, tell us."},
    Worded{"resumed", "Nous pouvons de nouveau leur envoyer quelque chose pour cette demande.",
           "We may again send them something for this request."},
    Worded{"noted", "Nous ne savons pas quoi : dites-nous ce qui est juste.",
           "We do not know what: tell us what is right."},
};

template <size_t N>
const Worded* find(const std::array<Worded, N>& all, const std::string& code) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Worded& one) { return one.code == code; });
  return found == all.end() ? nullptr : &*found;
}

// "kept:<article>:<day>" and nothing else: the article is the peer's word, shown as one plain line.
struct Kept {
  std::string article;
  std::string until;
};
std::optional<Kept> kept_of(const std::string& answer) {
  constexpr std::string_view kPrefix = "kept:";
  const size_t last = answer.rfind(':');
  const bool formed = answer.size() <= kMostKept && answer.rfind(kPrefix, 0) == 0 &&
                      last > kPrefix.size() && ledger::is_plain_line(answer);
  if (!formed || !Date::parse(answer.substr(last + 1))) return std::nullopt;
  return Kept{answer.substr(kPrefix.size(), last - kPrefix.size()), answer.substr(last + 1)};
}

bool is_answer(const std::string& reason) {
  return reason == "erased" || reason == "stopped" || reason == "resumed" || reason == "corrected";
}

Label said(ledger::Event event, bool lifted) {
  switch (event) {
    case ledger::Event::consent_withdrawn:
      return {"que vous avez retiré votre accord.", "that you withdrew your consent."};
    case ledger::Event::objection:
      return lifted ? Label{"que vous ne vous opposez plus.", "that you no longer object."}
                    : Label{"que vous vous êtes opposé(e).", "that you objected."};
    case ledger::Event::restricted:
      return lifted ? Label{"que vous ne demandez plus de bloquer vos données.",
                            "that you no longer ask to block your data."}
                    : Label{"que vous avez demandé de bloquer vos données.",
                            "that you asked to block your data."};
    case ledger::Event::corrected:
      return {"que des informations sur vous ont été corrigées.",
              "that information about you was corrected."};
    default:
      return {"que vous avez demandé d'effacer.", "that you asked to erase."};
  }
}

}  // namespace

NoticeAnswer answer_of(ledger::Event event, const std::string& ending, const std::string& reason) {
  if (ending == "delivered") {
    if (event == ledger::Event::erased) return {"erased", "", true};
    return {is_answer(reason) ? reason : "noted", "", true};
  }
  if (ending == "refused") {
    if (kept_of(reason)) return {"kept", reason, true};
    return {"refused", "", false};
  }
  if (ending == "withheld" && reason == "never_left") return {"needless", "", true};
  return {ending, "", false};
}

Heard heard_by(ledger::Event event, Direction referral) {
  const bool told_back = referral == Direction::received && goes_back(event);
  return told_back ? Heard::by_referrer : Heard::by_recipient;
}

std::string answer_words(const std::string& status, const std::string& answer,
                         const std::string& language, Heard heard) {
  const bool french = language == "fr";
  if (status == "kept") {
    const Kept kept = kept_of(answer).value_or(Kept{});
    return (french ? "doit garder jusqu'au " : "must keep until ") +
           day_words(kept.until, language) + " (" + kept.article + ")";
  }
  const Worded* known = heard == Heard::by_referrer ? find(kReferrersAnswers, status) : nullptr;
  if (known == nullptr) known = find(kAnswers, status);
  if (known != nullptr) return std::string(french ? known->fr : known->en);
  return french ? "n'a pas encore répondu" : "has not answered yet";
}

Label told_words(const Label& recipient, const NoticeAnswer& answer, Heard heard) {
  return {recipient.fr + " " + answer_words(answer.status, answer.answer, "fr", heard) + ".",
          recipient.en + " " + answer_words(answer.status, answer.answer, "en", heard) + "."};
}

Label done_words(const std::string& word, Heard heard) {
  if (const auto kept = kept_of(word)) {
    return {" Nous devons le garder jusqu'au " + day_words(kept->until, "fr") + " (" +
                kept->article + ").",
            " We must keep it until " + day_words(kept->until, "en") + " (" + kept->article + ")."};
  }
  const Worded* done = heard == Heard::by_referrer ? find(kReferrersDone, word) : find(kDone, word);
  if (done == nullptr) return {};
  return {" " + std::string(done->fr), " " + std::string(done->en)};
}

Label telling_words(const Label& recipient, ledger::Event event, bool lifted) {
  const Label what = said(event, lifted);
  return {"Nous prévenons " + recipient.fr + " " + what.fr,
          "We are telling " + recipient.en + " " + what.en};
}

Label heeded_words(const Label& sender, ledger::Event event, bool lifted) {
  const Label what = said(event, lifted);
  return {sender.fr + " nous a dit " + what.fr, sender.en + " told us " + what.en};
}

}  // namespace relais::flow
