package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentitySecretTest {

  private static final int KEEPING_AT = 64;
  private static final UUID JOB = new UUID(0x0123456789abcdefL, 0x8edcba9876543210L);

  /** What Python says: hmac.new(bytes(range(32)), b"nightjar-job-key " + job, "sha256"). */
  private static final String PASSPHRASE =
      "cf664a6d71d608e2936707c4a292a49b1c4338fbd1adcf4136c7d2bb1030216d";

  /** Returns what is kept of an identity, with a key for the keys of jobs that counts from 0. */
  private static byte[] kept(String seed, String publicKey) {
    byte[] bytes = new byte[KEEPING_AT + 32];
    System.arraycopy(HexFormat.of().parseHex(seed), 0, bytes, 0, 32);
    System.arraycopy(HexFormat.of().parseHex(publicKey), 0, bytes, 32, 32);
    for (int i = 0; i < 32; i++) {
      bytes[KEEPING_AT + i] = (byte) i;
    }
    return bytes;
  }

  /** Four test vectors for Ed25519, from section 7.1 of RFC 8032. */
  enum Vector {
    TEST_1(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    TEST_2(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    TEST_3(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    TEST_SHA_ABC(
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704");

    private final String seed;
    private final String publicKey;
    private final String message;
    private final String signature;

    Vector(String seed, String publicKey, String message, String signature) {
      this.seed = seed;
      this.publicKey = publicKey;
      this.message = message;
      this.signature = signature;
    }

    Identity identity() {
      return Identity.parse("ed25519:" + publicKey);
    }

    IdentitySecret open() {
      return IdentitySecret.of(identity(), kept(seed, publicKey));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itSignsAsTheStandardSays(Vector vector) {
    byte[] message = HexFormat.of().parseHex(vector.message);
    try (IdentitySecret secret = vector.open()) {
      assertEquals(vector.signature, HexFormat.of().formatHex(secret.sign(message)));
    }
    assertTrue(vector.identity().hasSigned(message, HexFormat.of().parseHex(vector.signature)));
    assertEquals(
        vector.publicKey, Edwards25519.publicKey(HexFormat.of().parseHex(vector.seed)).hex());
  }

  @Test
  void anIdentityThatIsDrawnIsThePublicKeyOfItsSecret() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) { // with both signs
      try (IdentitySecret secret = IdentitySecret.draw()) {
        byte[] bytes = secret.bytes();
        String hex = Edwards25519.publicKey(Arrays.copyOf(bytes, 32)).hex();
        assertEquals(hex, secret.identity().hex());
        assertEquals(hex, HexFormat.of().formatHex(bytes, 32, KEEPING_AT));
        seen.add(HexFormat.of().formatHex(bytes, 0, 32));
        seen.add(HexFormat.of().formatHex(bytes, KEEPING_AT, KEEPING_AT + 32));
      }
    }
    assertEquals(100, seen.size());
  }

  @Property(tries = 50)
  void whatIsKeptIsOpenedAgain(@ForAll @Size(32) byte[] seed, @ForAll @Size(50) byte[] message) {
    String publicKey = Edwards25519.publicKey(seed).hex();
    byte[] kept = kept(HexFormat.of().formatHex(seed), publicKey);
    byte[] before = kept.clone();
    Identity identity = Identity.parse("ed25519:" + publicKey);

    try (IdentitySecret opened = IdentitySecret.of(identity, kept)) {
      assertEquals(identity, opened.identity());
      assertArrayEquals(kept, opened.bytes());
      assertTrue(identity.hasSigned(message, opened.sign(message)));
    }
    assertArrayEquals(before, kept, "the caller wipes what it gave");
  }

  @Test
  void theSecretOfAnotherIdentityIsRefused() {
    byte[] kept = kept(Vector.TEST_1.seed, Vector.TEST_2.publicKey);

    IdentityUnusableException refusal =
        assertThrows(
            IdentityUnusableException.class,
            () -> IdentitySecret.of(Vector.TEST_2.identity(), kept));

    assertEquals(
        "The secret key of identity ed25519:%s is another's".formatted(Vector.TEST_2.publicKey),
        refusal.getMessage());
  }

  private static String passphrase(IdentitySecret secret, UUID job) {
    return new String(secret.passphraseOf(job));
  }

  @Test
  void thePassphraseOfAJobIsItsOwn() {
    try (IdentitySecret one = IdentitySecret.draw();
        IdentitySecret other = IdentitySecret.draw()) {
      Set<String> passphrases = new HashSet<>();
      for (IdentitySecret secret : List.of(one, other)) {
        for (UUID job : List.of(JOB, new UUID(0, 0), new UUID(0, 1), new UUID(1, 0))) {
          String passphrase = passphrase(secret, job);
          assertTrue(passphrase.matches("[0-9a-f]{64}"), "256 bits");
          assertEquals(passphrase, passphrase(secret, job));
          passphrases.add(passphrase);
        }
      }
      assertEquals(8, passphrases.size());
    }
  }

  /** A process that is begun again must find the same, whatever release it is of. */
  @Test
  void thePassphraseOfAJobIsTheSameForEver() {
    try (IdentitySecret opened = Vector.TEST_1.open()) {
      assertEquals(PASSPHRASE, passphrase(opened, JOB));
    }
    try (IdentitySecret same = Vector.TEST_2.open()) {
      assertEquals(
          PASSPHRASE, passphrase(same, JOB), "it follows from what is kept for jobs alone");
    }
  }

  @Test
  void aClosedSecretIsWipedAndKeepsNothing() throws ReflectiveOperationException {
    IdentitySecret secret = IdentitySecret.draw();
    Field field = IdentitySecret.class.getDeclaredField("bytes");
    field.setAccessible(true);
    byte[] bytes = (byte[]) field.get(secret);
    assertFalse(Arrays.equals(new byte[bytes.length], bytes));

    secret.close();

    assertArrayEquals(new byte[bytes.length], bytes);
    assertThrows(IllegalStateException.class, () -> secret.passphraseOf(JOB));
    assertThrows(IllegalStateException.class, secret::bytes);
    secret.close();
  }

  @Test
  void closingIdentitiesClosesAllOfThem() {
    IdentitySecret one = IdentitySecret.draw();
    IdentitySecret other = IdentitySecret.draw();

    new Identities(List.of(one, other)).close();

    for (IdentitySecret secret : List.of(one, other)) {
      assertThrows(IllegalStateException.class, secret::bytes);
    }
  }

  @Test
  void identitiesAreFoundAndTheFirstIsInUse() {
    IdentitySecret one = IdentitySecret.draw();
    IdentitySecret other = IdentitySecret.draw();
    try (Identities both = new Identities(List.of(one, other));
        Identities fresh = Identities.fresh()) {
      assertEquals(one, both.inUse());
      assertEquals(List.of(one, other), both.all());
      assertEquals(List.of(one.identity(), other.identity()), both.identities());
      assertEquals(Optional.of(other), both.find(other.identity()));
      assertEquals(Optional.empty(), both.find(fresh.inUse().identity()));
      assertEquals(1, fresh.all().size());
      assertNotEquals(Identities.fresh().identities(), fresh.identities());
    }
  }

  @Test
  void noSecretIsWrittenAnywhereByAccident() {
    try (Identities identities = Identities.fresh()) {
      byte[] bytes = identities.inUse().bytes();
      String publicKey = identities.inUse().identity().toString();

      assertEquals(
          "IdentitySecret[hidden, of %s]".formatted(publicKey), identities.inUse().toString());
      assertEquals("Identities[%s]".formatted(publicKey), identities.toString());
      for (Object secret : List.of(identities, identities.inUse())) {
        assertFalse(secret instanceof Serializable);
        assertFalse(secret.toString().contains(HexFormat.of().formatHex(bytes, 0, 8)));
        assertFalse(secret.toString().contains(HexFormat.of().formatHex(bytes, 64, 72)));
      }
    }
  }
}
