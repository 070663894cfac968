// SPDX-License-Identifier: Apache-2.0
// Published known answers: FIPS 180-4, RFC 4231, RFC 8032, the GCM specification, RFC 4648.
#include "node/ledger/crypto.h"

#include <gtest/gtest.h>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST(Crypto, sha256_gives_the_published_digests_whole_and_in_parts) {
  const Bytes abc = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(view(sha256("abc")), abc);
  EXPECT_EQ(view(sha256({"a", "", "bc"})), abc);
  EXPECT_EQ(view(sha256("")),
            hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

TEST(Crypto, hmac_gives_the_published_digests_for_short_and_long_keys) {
  EXPECT_EQ(view(hmac_sha256(Bytes(20, '\x0b'), {"Hi There"})),
            hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
  EXPECT_EQ(view(hmac_sha256("Jefe", {"what do ya want ", "for nothing?"})),
            hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
  EXPECT_EQ(view(hmac_sha256(Bytes(131, '\xaa'),
                             {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

TEST(Crypto, ed25519_gives_the_published_signatures) {
  const auto key = PrivateKey::from_seed(
      hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(view(key->public_key().raw()),
            hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));
  const Bytes message = hex("af82");
  const Bytes signature = key->sign(message);
  EXPECT_EQ(signature, hex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                           "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));
  EXPECT_TRUE(key->public_key().verify(message, signature));
}

TEST(Crypto, a_signature_over_other_bytes_or_of_another_length_does_not_verify) {
  const auto key = PrivateKey::from_seed(Bytes(32, '\x07')).value();
  Bytes signature = key.sign("message");
  EXPECT_FALSE(key.public_key().verify("massage", signature));
  EXPECT_FALSE(key.public_key().verify("message", signature + "x"));
  EXPECT_FALSE(key.public_key().verify("message", ""));
  signature[10] = static_cast<char>(signature[10] ^ 1);
  EXPECT_FALSE(key.public_key().verify("message", signature));
}

TEST(Crypto, keys_of_another_length_are_refused) {
  EXPECT_FALSE(PrivateKey::from_seed(Bytes(31, '\x07')).has_value());
  EXPECT_FALSE(PublicKey::parse(Bytes(33, '\x07')).has_value());
}

TEST(Crypto, sealing_gives_the_published_ciphertext_and_tag) {
  const Bytes sealed = seal(SealKey{}, Nonce{}, "", Bytes(16, '\0'));
  EXPECT_EQ(sealed, Bytes(12, '\0') + hex("cea7403d4d606b6e074ec5d3baf39d18") +
                        hex("d0d1c8a799996bf0265b98b5d48ab919"));
}

TEST(Crypto, sealed_bytes_open_only_unchanged_with_their_key_and_their_entry) {
  SystemEntropy entropy;
  const SealKey key = fresh_digest(entropy);
  const Bytes sealed = seal(key, fresh_nonce(entropy), "entry", "plain");
  EXPECT_EQ(open(key, "entry", sealed).value(), "plain");
  EXPECT_EQ(open(key, "", seal(key, fresh_nonce(entropy), "", "")).value(), "");
  EXPECT_FALSE(open(key, "another entry", sealed).has_value());
  EXPECT_FALSE(open(fresh_digest(entropy), "entry", sealed).has_value());
  for (size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_FALSE(open(key, "entry", changed).has_value()) << i;
    EXPECT_FALSE(open(key, "entry", sealed.substr(0, i)).has_value()) << i;
  }
}

TEST(Crypto, fresh_bytes_differ_each_time) {
  SystemEntropy entropy;
  EXPECT_NE(fresh_digest(entropy), fresh_digest(entropy));
  EXPECT_NE(fresh_nonce(entropy), fresh_nonce(entropy));
}

TEST(Crypto, comparison_in_constant_time_still_compares) {
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
  EXPECT_TRUE(constant_time_equal("", ""));
}

TEST(Encoding, base64_gives_the_published_texts_and_reads_them_back) {
  const std::pair<std::string_view, std::string_view> known[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"},
                                                                 {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), Bytes(bytes));
  }
}

TEST(Encoding, base64_refuses_every_text_it_would_not_write) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
                                      "Zm-v", "=m9v", "Z===", "====", "Zg==Zg==", "Zm\n9v"}) {
    EXPECT_FALSE(from_base64(text).has_value()) << text;
  }
}

TEST(Encoding, decimals_have_one_form_and_an_end) {
  EXPECT_EQ(from_decimal("0"), 0U);
  EXPECT_EQ(from_decimal("18446744073709551615"), UINT64_MAX);
  for (const std::string_view text :
       {"", "00", "01", "+1", "-1", "1 ", "18446744073709551616", "1e3", "99999999999999999999"}) {
    EXPECT_FALSE(from_decimal(text).has_value()) << text;
  }
}

TEST(Encoding, integers_are_big_endian) {
  Bytes bytes;
  put_u16(bytes, 0x0102);
  put_u32(bytes, 0x03040506);
  put_u64(bytes, 0xf708090a0b0c0d0e);
  EXPECT_EQ(to_hex(bytes), "010203040506f708090a0b0c0d0e");
  EXPECT_EQ(get_u16(bytes), 0x0102);
  EXPECT_EQ(get_u32(bytes.substr(2)), 0x03040506U);
  EXPECT_EQ(get_u64(bytes.substr(6)), 0xf708090a0b0c0d0eU);
}

TEST(Encoding, text_that_is_not_well_formed_utf8_is_told_from_text_that_is) {
  for (const std::string_view text : {"", "a", "\xc3\xa9", "\xe2\x80\x94", "\xf0\x9f\x99\x82"}) {
    EXPECT_TRUE(is_utf8(text)) << to_hex(text);
  }
  for (const std::string_view text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80", "\xff", "\xe2\x80", "\xf0\x8f\xbf\xbf"}) {
    EXPECT_FALSE(is_utf8(text)) << to_hex(text);
  }
}

}  // namespace
}  // namespace relais::ledger
