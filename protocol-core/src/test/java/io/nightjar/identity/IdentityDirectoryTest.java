package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that identities are kept on a disk, and that nothing else is taken for them. */
class IdentityDirectoryTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final char[] OLD = IdentityTrials.OLD.toCharArray();

  /** Where the salt is in what PassphraseProtection writes, which has 16 bytes. */
  private static final int SALT_AT = 14;

  private static final byte[] MESSAGE = {1, 2, 3};

  private Path directory;
  private Path file;

  @BeforeEach
  void name(@TempDir Path parent) {
    directory = parent.resolve("identity");
    file = directory.resolve("identity.json");
  }

  private String refusal() {
    return assertThrows(
            IdentityUnusableException.class, () -> IdentityDirectory.open(directory, OLD))
        .getMessage();
  }

  private void assertNotOpened() {
    assertThrows(KeyProtectionException.class, () -> IdentityDirectory.open(directory, OLD));
  }

  @Test
  void anIdentityComesBackAsItWasMade() throws IOException {
    Instant before = Instant.now();
    Identity made = IdentityDirectory.create(directory, OLD);

    IdentityDirectory.require(directory);
    assertTrue(IdentityDirectory.exists(directory));
    IdentityDescription listed = IdentityDirectory.list(directory).get(0);
    assertEquals(1, IdentityDirectory.list(directory).size());
    assertEquals(made, listed.identity());
    assertTrue(Duration.between(before, listed.made()).abs().compareTo(Duration.ofMinutes(1)) < 0);
    try (Identities opened = IdentityDirectory.open(directory, OLD)) {
      assertEquals(List.of(made), opened.identities());
      assertTrue(made.hasSigned(MESSAGE, opened.inUse().sign(MESSAGE)));
    }
  }

  @Test
  void itKeepsTheSameKeysOfJobsUnderAnyPassphraseAndBesideAnyIdentity() throws IOException {
    Identity made = IdentityTrials.make(directory, 1).get(0);
    UUID job = new UUID(1, 2);
    char[] before;
    try (Identities opened = IdentityDirectory.open(directory, OLD)) {
      before = opened.inUse().passphraseOf(job);
    }
    char[] other = IdentityTrials.NEW.toCharArray();

    IdentityTrials.changes(directory).changePassphrase(OLD, other);
    IdentityTrials.changes(directory).rotate(other);

    try (Identities opened = IdentityDirectory.open(directory, other)) {
      assertNotEquals(made, opened.inUse().identity());
      assertArrayEquals(before, opened.find(made).orElseThrow().passphraseOf(job));
    }
  }

  @Test
  void onlyItsOwnerReadsTheFileWhateverChangedIt() throws IOException {
    IdentityDirectory.create(directory, OLD);
    assertOnlyItsOwnerReadsIt();
    Identity first = IdentityTrials.identities(directory).get(0);

    IdentityTrials.changes(directory).rotate(OLD);
    assertOnlyItsOwnerReadsIt();
    IdentityTrials.changes(directory).drop(first, OLD);
    assertOnlyItsOwnerReadsIt();
    IdentityTrials.changes(directory).changePassphrase(OLD, IdentityTrials.NEW.toCharArray());
    assertOnlyItsOwnerReadsIt();
  }

  private void assertOnlyItsOwnerReadsIt() throws IOException {
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    IdentityTrials.assertTidy(directory);
  }

  /** The cost of what anybody keeps is what PassphraseProtection documents, in its layout. */
  @Test
  void aGuessAtThePassphraseIsDear() throws IOException {
    IdentityDirectory.create(directory, OLD);
    assertDear();
    IdentityDirectory.rotate(directory, OLD);
    assertDear();
    IdentityDirectory.changePassphrase(directory, OLD, IdentityTrials.NEW.toCharArray());
    assertDear();
  }

  private void assertDear() throws IOException {
    byte[] secret = secret();
    byte[] expected = new byte[SALT_AT];
    System.arraycopy("NJSK".getBytes(StandardCharsets.US_ASCII), 0, expected, 0, 4);
    expected[4] = 1;
    expected[6] = 1; // 2^16 KiB
    expected[12] = 3;
    expected[13] = 1;
    assertArrayEquals(expected, Arrays.copyOf(secret, expected.length));
  }

  private byte[] secret() throws IOException {
    return Base64.getDecoder().decode(MAPPER.readTree(file.toFile()).get("secret").asText());
  }

  @Test
  void theSecretsAreProtectedAnewWithEachChange() throws IOException {
    IdentityTrials.make(directory, 1);
    byte[] first = secret();

    IdentityTrials.changes(directory).changePassphrase(OLD, OLD);

    byte[] second = secret();
    assertEquals(first.length, second.length);
    assertFalse(
        Arrays.equals(first, SALT_AT, SALT_AT + 16, second, SALT_AT, SALT_AT + 16),
        "the salt is fresh");
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void anotherPassphraseOpensNothing() throws IOException {
    IdentityTrials.make(directory, 2);

    for (String other : List.of(IdentityTrials.NEW, IdentityTrials.OLD + " ", "x")) {
      assertFalse(IdentityTrials.opens(directory, other));
    }
    assertTrue(IdentityTrials.opens(directory, IdentityTrials.OLD));
  }

  @Test
  void aDirectoryWithoutAnIdentityIsRefused() throws IOException {
    String message =
        "There is no identity in %s: make one with 'nightjar identity new %s'"
            .formatted(directory, directory);

    assertEquals(message, refusal());
    assertFalse(IdentityDirectory.exists(directory));
    Files.createDirectory(directory);
    assertEquals(message, refusal());
    Files.createDirectory(file);
    assertEquals(message, refusal());
    for (Executable action :
        List.<Executable>of(
            () -> IdentityDirectory.require(directory), () -> IdentityDirectory.list(directory))) {
      assertEquals(message, assertThrows(IdentityUnusableException.class, action).getMessage());
    }
  }

  /** What is changed in a file, and what is said of it when it is read without a passphrase. */
  enum ChangedFile {
    FORMAT("is not the file of an identity", json -> json.put("format", "nightjar-key")),
    NO_FORMAT("is not the file of an identity", json -> json.remove("format")),
    LATER_VERSION("has version 2; this release reads version 1", json -> json.put("version", 2)),
    NO_IDENTITIES("has 0 identities, not 1 to 16", json -> json.remove("identities")),
    EMPTY_IDENTITIES("has 0 identities, not 1 to 16", json -> json.putArray("identities")),
    TOO_MANY(
        "has 18 identities, not 1 to 16",
        json -> {
          ArrayNode array = (ArrayNode) json.get("identities");
          for (int i = 0; i < 16; i++) {
            array.add(array.get(0).deepCopy());
          }
        }),
    NO_IDENTITY(
        "was changed: An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as"
            + " 'nightjar identity show' prints it",
        json -> first(json).remove("identity")),
    NO_POINT(
        "was changed: An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as"
            + " 'nightjar identity show' prints it",
        json -> first(json).put("identity", "ed25519:" + "ff".repeat(32))),
    NO_TIME(
        "was changed: Text 'yesterday' could not be parsed at index 0",
        json -> first(json).put("made", "yesterday")),
    NO_BASE64("was changed: Illegal base64 character 5f", json -> json.put("secret", "____"));

    private final String message;

    @SuppressWarnings("ImmutableEnumChecker") // what changes a file has no state
    private final Consumer<ObjectNode> change;

    ChangedFile(String message, Consumer<ObjectNode> change) {
      this.message = message;
      this.change = change;
    }
  }

  private static ObjectNode first(ObjectNode json) {
    return (ObjectNode) json.get("identities").get(0);
  }

  private void change(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(file.toFile());
    ObjectNode before = json.deepCopy();
    change.accept(json);
    assertNotEquals(before, json);
    Files.writeString(file, json.toPrettyString());
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeReadIsRefusedWithWhatIsWrong(ChangedFile changed) throws IOException {
    IdentityTrials.make(directory, 2);
    change(changed.change);

    assertEquals("%s %s".formatted(file, changed.message), refusal());
    assertEquals(
        refusal(),
        assertThrows(IdentityUnusableException.class, () -> IdentityDirectory.list(directory))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "\"nightjar-identity\"", "\0", "{\"format\":{}}"})
  void anythingElseIsNoIdentity(String text) throws IOException {
    IdentityTrials.make(directory, 1);
    Files.writeString(file, text);

    assertEquals(file + " is not the file of an identity", refusal());
  }

  @Test
  void aLargeFileIsNotRead() throws IOException {
    IdentityTrials.make(directory, 1);
    Files.writeString(file, Files.readString(file) + " ".repeat(1 << 16));

    assertEquals(file + " is too large for an identity", refusal());
  }

  /** What can be read, but says something else of the secrets than when they were protected. */
  enum ChangedMeaning {
    ANOTHER_IDENTITY(
        json -> first(json).put("identity", IdentitySecret.draw().identity().toString())),
    ANOTHER_TIME(json -> first(json).put("made", "2020-01-01T00:00:00Z")),
    IDENTITIES_SWAPPED(
        json -> {
          ArrayNode array = (ArrayNode) json.get("identities");
          array.add(array.remove(0));
        }),
    NAMES_SWAPPED(
        json -> {
          String name = first(json).get("identity").asText();
          ObjectNode other = (ObjectNode) json.get("identities").get(1);
          first(json).set("identity", other.get("identity"));
          other.put("identity", name);
        }),
    ONE_IN_USE_LEFT_OUT(json -> ((ArrayNode) json.get("identities")).remove(0)),
    ONE_BEFORE_LEFT_OUT(json -> ((ArrayNode) json.get("identities")).remove(1)),
    ONE_TWICE(json -> ((ArrayNode) json.get("identities")).add(first(json).deepCopy())),
    NO_SECRET(json -> json.remove("secret")),
    EMPTY_SECRET(json -> json.put("secret", "")),
    SHORT_SECRET(json -> json.put("secret", json.get("secret").asText().substring(4)));

    @SuppressWarnings("ImmutableEnumChecker") // what changes a file has no state
    private final Consumer<ObjectNode> change;

    ChangedMeaning(Consumer<ObjectNode> change) {
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSecretsOpenOnlyBesideWhatWasSaidOfThem(ChangedMeaning changed) throws IOException {
    IdentityTrials.make(directory, 2);
    change(changed.change);

    assertNotOpened();
  }

  @Test
  void theSecretsOfAnotherDirectoryUnderTheSamePassphraseDoNotOpen() throws IOException {
    Path other = directory.resolveSibling("other");
    IdentityTrials.make(directory, 1);
    IdentityTrials.make(other, 1);
    JsonNode foreign = MAPPER.readTree(other.resolve("identity.json").toFile()).get("secret");

    change(json -> json.set("secret", foreign));

    assertNotOpened();
  }

  /** A bit of Base64 may mean nothing: then the secret is the same. */
  @Test
  void noByteOfTheFileCanBeAnother() throws IOException {
    IdentityTrials.make(directory, 1);
    byte[] text = Files.readAllBytes(file);
    byte[] secret = secret();
    int refused = 0;
    for (int i = 0; i < text.length; i++) {
      byte[] changed = text.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      try {
        IdentityDirectory.open(directory, OLD).close();
        assertArrayEquals(secret, secret(), "byte " + i);
      } catch (IdentityUnusableException | KeyProtectionException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        refused++;
      }
    }

    assertTrue(refused >= text.length - 1, "%d of %d".formatted(refused, text.length));
  }

  @Test
  void secretsThatAreNotOfTheirIdentitiesAreRefused() throws IOException {
    List<Identity> identities = IdentityTrials.make(directory, 2);
    try (Identities opened = IdentityDirectory.open(directory, OLD)) {
      writeUnder(List.of(opened.all().get(1), opened.all().get(0)));
      assertEquals(
          "The secret key of identity %s is another's".formatted(identities.get(0)), refusal());

      writeUnder(List.of(opened.inUse()));
      assertEquals("There is not a secret key for every identity", refusal());

      writeUnder(opened.all());
      assertTrue(IdentityTrials.opens(directory, IdentityTrials.OLD));
    }
  }

  private void writeUnder(List<IdentitySecret> secrets) throws IOException {
    IdentityFile written =
        IdentityFile.of(
            IdentityDirectory.list(directory),
            secrets,
            OLD,
            new PassphraseProtection.Cost(8, 1, 1));
    Files.write(file, written.write());
  }

  @Test
  void theFileSaysNothingSecret() throws IOException {
    IdentityTrials.make(directory, 1);
    String text = Files.readString(file);
    try (Identities opened = IdentityDirectory.open(directory, OLD)) {
      byte[] secret = opened.inUse().bytes();

      for (int at : List.of(0, 64)) {
        byte[] part = Arrays.copyOfRange(secret, at, at + 32);
        assertFalse(text.contains(HexFormat.of().formatHex(part)));
        assertFalse(text.contains(encoded(part).substring(0, 40)));
      }
    }
    assertFalse(
        IdentityDirectory.file(directory).toString().contains(encoded(secret()).substring(0, 40)));
  }
}
