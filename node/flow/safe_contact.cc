// SPDX-License-Identifier: Apache-2.0
#include "node/flow/safe_contact.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "policy/explain.h"

namespace relais::flow {
namespace {

constexpr const char* kPoint = "contact.point";
constexpr const char* kPreference = "contact.preference";
constexpr const char* kSafe = "contact.safe";
constexpr const char* kContactSafe = "contact_safe";  // key of the detail

// Ways to be reached that need a telephone, a mailbox or a letter box.
bool is_from_afar(const std::string& preference) {
  return preference == "phone" || preference == "email" || preference == "postal";
}

CategorySet category(const Line& line, const char* code) {
  const auto bit = line.vocabulary.find(code);
  return bit ? CategorySet::only(*bit) : CategorySet{};
}

CategorySet unsafe_in(const Line& line, const Request& request, Contact contact) {
  CategorySet unsafe;
  if (contact == Contact::safe) return unsafe;
  unsafe |= category(line, kPoint);
  for (const AskedItem& item : request.items) {
    const bool calls = item.category == kPreference && is_from_afar(item.value.reveal());
    if (contact == Contact::unsafe && calls) unsafe |= category(line, kPreference);
  }
  return unsafe;
}

}  // namespace

Contact contact_of(const Request& request) {
  Contact contact = Contact::unknown;
  for (const AskedItem& item : request.items) {
    if (item.category != kSafe) continue;
    if (item.value.reveal() != "true") return Contact::unsafe;  // said twice: the worse counts
    contact = Contact::safe;
  }
  return contact;
}

void leave_out_unsafe(const Line& line, const Request& request, Question& question) {
  question.contact = contact_of(request);
  const CategorySet unsafe = unsafe_in(line, request, question.contact) & question.data;
  if (unsafe.empty()) return;
  const CategorySet out = policy::evaluate(*question.law, question.facts).released & unsafe;
  if (out.empty()) return;
  std::erase_if(question.items, [&](const Item& item) { return out.has(item.category); });
  question.data = question.data.minus(out);
  question.facts.set(policy::FactKey::data, question.data);
  question.left_out = out;
}

void put_contact(const Question& question, ledger::PrivatePart& part) {
  if (question.contact == Contact::safe) add_details({{kContactSafe, "true"}}, part);
}

void take_contact(const ledger::PrivatePart& part, Request& request) {
  if (!has_detail(part, kContactSafe) || contact_of(request) != Contact::unknown) return;
  request.items.push_back({kSafe, Sensitive<std::string>("true")});
}

void add_contact_words(const Line& line, const Question& question, Explained& explained) {
  if (!question.left_out.empty()) {
    const Label names = policy::name_categories(line.vocabulary, question.left_out);
    policy::add_sentence(explained.person,
                         "Nous ne donnons pas ceci, pour votre sécurité : " + names.fr + ".",
                         "For your safety we do not give this: " + names.en + ".");
    policy::add_sentence(explained.professional,
                         "Laissé de côté : " + names.fr +
                             ". À joindre seulement avec la réponse à : peut-on "
                             "appeler ou écrire à la personne sans danger ?",
                         "Left out: " + names.en +
                             ". To be sent only with the answer to: is it safe to call or "
                             "write to the person?");
  }
  if (question.contact != Contact::unsafe) return;
  policy::add_sentence(explained.person,
                       "Nous ne vous appelons pas et nous ne vous écrivons pas. Nous vous parlons "
                       "ici, au guichet.",
                       "We do not call you and we do not write to you. We speak with you here, at "
                       "the counter.");
  policy::add_sentence(explained.professional,
                       "Ne pas appeler la personne, ne pas lui écrire : ce n'est pas sûr. Tout "
                       "avis se donne au guichet, en main propre.",
                       "Do not call the person and do not write: it is not safe. Any notice is "
                       "given at the counter, by hand.");
}

}  // namespace relais::flow
