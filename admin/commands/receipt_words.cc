// SPDX-License-Identifier: Apache-2.0
#include "admin/commands/receipt_words.h"

#include <cstdio>

#include "node/core/rfc3339.h"
#include "node/ledger/encoding.h"

namespace relais::admin {
namespace {

struct Failing {
  Verdict verdict;
  const char* code;
  const char* french;
  const char* english;
};

constexpr Failing kVerdicts[] = {
    {Verdict::holds, "holds", "Ce reçu tient.", "This receipt holds."},
    {Verdict::no_receipt, "no_receipt", "Ce fichier n'est pas un reçu.",
     "This file is not a receipt."},
    {Verdict::no_record, "no_record",
     "Le fichier de l'inscription n'en est pas un. Il se trouve à côté du reçu et se termine par "
     ".record.",
     "The record's file is not one. It stands beside the receipt and ends in .record."},
    {Verdict::other_key, "other_key",
     "Ce reçu NE tient PAS : la clé donnée n'a pas signé ce registre.",
     "This receipt does NOT hold: the key given did not sign this ledger."},
    {Verdict::false_witness, "false_witness",
     "Ce reçu NE tient PAS : la signature d'un témoin est fausse.",
     "This receipt does NOT hold: a witness's signature is false."},
    {Verdict::other_record, "other_record",
     "Ce reçu NE tient PAS : l'inscription a été changée, ou ce reçu est celui d'une autre.",
     "This receipt does NOT hold: the record was changed, or this is the receipt of another."},
    {Verdict::unreadable, "unreadable",
     "La preuve tient, mais ce programme ne sait pas lire cette inscription.",
     "The proof holds, but this program cannot read this record."},
    {Verdict::not_witnessed, "not_witnessed",
     "La preuve tient, mais trop peu de témoins ont signé pour la règle donnée.",
     "The proof holds, but fewer witnesses signed than the policy asks for."},
};

const Failing& row_of(Verdict verdict) {
  for (const Failing& row : kVerdicts) {
    if (row.verdict == verdict) return row;
  }
  return kVerdicts[1];
}

std::string place(const ReceiptReport& report, bool french) {
  const std::string index = std::to_string(report.index);
  const std::string size = std::to_string(report.checkpoint.size);
  if (french) {
    return "- L'inscription porte le numéro " + index + " dans le registre\n  " +
           report.checkpoint.origin + ",\n  qui en comptait " + size +
           ". Elle n'a pas été changée depuis.\n- La clé de ce registre a signé cet état.\n";
  }
  return "- The record is entry " + index + " of the ledger\n  " + report.checkpoint.origin +
         ",\n  which had " + size +
         " entries. It was not changed since.\n- That ledger's key signed this state.\n";
}

std::string witnesses(const ReceiptReport& report, bool french) {
  if (!report.asked_for_witnesses) {
    return french ? "- Aucun témoin n'a été demandé : seule la clé de l'agence assure qu'il n'y a "
                    "qu'un registre.\n"
                  : "- No witness was asked for: only the agency's own key vouches that there is "
                    "one ledger.\n";
  }
  const std::string count = std::to_string(report.witnesses.size());
  const std::string known = std::to_string(report.witnesses_known);
  std::string text = french ? "- " + count + " des " + known + " témoins connus l'ont vu aussi"
                            : "- " + count + " of the " + known + " witnesses known saw it too";
  const char* lead = french ? " : " : ": ";
  for (const WitnessWord& one : report.witnesses) {
    text += lead + one.name + " (" + utc_text(one.time_s) + ")";
    lead = ", ";
  }
  return text + ".\n";
}

std::string saying(const ReceiptReport& report, bool french) {
  const std::string time = utc_text(report.shared.time_claimed_ms / 1000);
  const std::string& sentence =
      french ? report.privately.sentence_fr : report.privately.sentence_en;
  const std::string event(ledger::code_of(report.shared.event));
  std::string text = french ? "\nCe qui est inscrit : " : "\nWhat is recorded: ";
  // The agency's words: one line, so that none of them reads like a line of the verdict.
  text += sentence.empty() || !ledger::is_plain_line(sentence) ? event : sentence;
  text += french ? "\nMoment, selon l'agence : " : "\nWhen, as the agency says: ";
  text += time + "\n";
  return text +
         (french
              ? "\nCela ne prouve ni que l'agence a dit vrai, ni le moment : seulement qu'elle a "
                "écrit cela et ne peut plus le changer ni le nier.\n"
              : "\nThis proves neither that the agency told the truth nor the moment: only that "
                "it wrote this, and can no longer change or deny it.\n");
}

}  // namespace

std::string utc_text(uint64_t seconds) {
  constexpr uint64_t kLastOfYear9999 = 253'402'300'799;
  if (seconds > kLastOfYear9999) return std::to_string(seconds) + " s";  // a claim, like any time
  return rfc3339(from_unix_ms(static_cast<int64_t>(seconds) * 1000));
}

std::string code_of(Verdict verdict) { return row_of(verdict).code; }

std::string words_of(const ReceiptReport& report, bool french) {
  const Failing& row = row_of(report.verdict);
  std::string text = std::string(french ? row.french : row.english) + "\n";
  const bool proven = report.verdict == Verdict::holds || report.verdict == Verdict::not_witnessed;
  if (!proven) return text;
  return text + place(report, french) + witnesses(report, french) + saying(report, french);
}

}  // namespace relais::admin
