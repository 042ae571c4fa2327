package io.nightjar.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file {@code identity.json}.
 *
 * <pre>
 *   format      "nightjar-identity"
 *   version     1
 *   identities  an array, the one in use first:
 *     identity    "ed25519:" and 64 hexadecimal digits
 *     made        a time
 *   secret      the secret keys of all of them, in this order, under a passphrase, in Base64
 * </pre>
 *
 * @param identities at least one
 */
record IdentityFile(List<IdentityDescription> identities, String secret) {

  private static final String FORMAT = "nightjar-identity";
  private static final int VERSION = 1;
  private static final int MOST_IDENTITIES = 16;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Says that a text is no such file. */
  static final class NoIdentityException extends Exception {
    private static final long serialVersionUID = 1;

    NoIdentityException(String why) {
      super(why);
    }

    NoIdentityException(String why, Throwable cause) {
      super(why, cause);
    }
  }

  IdentityFile {
    identities = List.copyOf(identities);
  }

  /** Returns the file of identities whose secrets are under a passphrase. */
  static IdentityFile of(
      List<IdentityDescription> identities,
      List<IdentitySecret> secrets,
      char[] passphrase,
      PassphraseProtection.Cost cost) {
    byte[] all = new byte[secrets.size() * IdentitySecret.BYTES];
    for (int i = 0; i < secrets.size(); i++) {
      byte[] one = secrets.get(i).bytes();
      System.arraycopy(one, 0, all, i * IdentitySecret.BYTES, IdentitySecret.BYTES);
      Arrays.fill(one, (byte) 0);
    }
    byte[] hidden = PassphraseProtection.protect(all, passphrase, boundTo(identities), cost);
    Arrays.fill(all, (byte) 0);
    return new IdentityFile(identities, Base64.getEncoder().encodeToString(hidden));
  }

  /** The secrets open only beside what is said of their identities, in this order. */
  private static byte[] boundTo(List<IdentityDescription> identities) {
    return identities.stream()
        .map(one -> "%s %s\n".formatted(one.identity(), one.made()))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Opens the secrets.
   *
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase is another, or the file was
   *     changed
   */
  Identities open(char[] passphrase) {
    byte[] all =
        PassphraseProtection.unprotect(
            Base64.getDecoder().decode(secret), passphrase, boundTo(identities));
    try {
      if (all.length != identities.size() * IdentitySecret.BYTES) {
        throw new IdentityUnusableException("There is not a secret key for every identity");
      }
      List<IdentitySecret> secrets = new ArrayList<>();
      for (int i = 0; i < identities.size(); i++) {
        byte[] one =
            Arrays.copyOfRange(all, i * IdentitySecret.BYTES, (i + 1) * IdentitySecret.BYTES);
        secrets.add(IdentitySecret.of(identities.get(i).identity(), one));
        Arrays.fill(one, (byte) 0);
      }
      return new Identities(secrets);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  /** Returns the file's text. */
  byte[] write() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    ArrayNode array = json.putArray("identities");
    for (IdentityDescription one : identities) {
      array
          .addObject()
          .put("identity", one.identity().toString())
          .put("made", one.made().toString());
    }
    json.put("secret", secret);
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads the file's text. */
  static IdentityFile read(byte[] text) throws NoIdentityException {
    JsonNode json = tree(text);
    if (!json.path("format").asText().equals(FORMAT)) {
      throw new NoIdentityException("is not the file of an identity");
    }
    if (json.path("version").asInt() != VERSION) {
      throw new NoIdentityException(
          "has version %s; this release reads version %d".formatted(json.path("version"), VERSION));
    }
    List<IdentityDescription> identities = new ArrayList<>();
    try {
      for (JsonNode one : json.path("identities")) {
        identities.add(
            new IdentityDescription(
                Identity.parse(one.path("identity").asText()),
                Instant.parse(one.path("made").asText())));
      }
      byte[] unused = Base64.getDecoder().decode(json.path("secret").asText());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new NoIdentityException("was changed: " + e.getMessage(), e);
    }
    if (identities.isEmpty() || identities.size() > MOST_IDENTITIES) {
      throw new NoIdentityException(
          "has %d identities, not 1 to %d".formatted(identities.size(), MOST_IDENTITIES));
    }
    return new IdentityFile(identities, json.path("secret").asText());
  }

  private static JsonNode tree(byte[] text) throws NoIdentityException {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).orElseGet(MAPPER::createObjectNode);
    } catch (JsonProcessingException e) {
      throw new NoIdentityException("is not the file of an identity", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  /** Returns whether another identity fits in. */
  boolean hasRoom() {
    return identities.size() < MOST_IDENTITIES;
  }

  @Override
  public String toString() {
    return "IdentityFile" + identities;
  }
}
