package io.nightjar.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file {@code key.json} of a key directory.
 *
 * <pre>
 *   format        "nightjar-key"
 *   version       2
 *   fingerprint   of the public key in use, 64 hexadecimal digits
 *   parameters    the digest of the parameters
 *   description   the parameters for people
 *   made          a time; left out where it is not known
 *   plan          the plan that the key was made for, as one string; may be left out
 *   secret        the secret key under the passphrase, in Base64
 *   retired       an array of the same for keys that were in use before, the latest first
 * </pre>
 *
 * <p>Version 1 had neither the last four nor more than one key; its secret key was in a file beside
 * it.
 */
final class KeyRingJson {

  private static final String FORMAT = "nightjar-key";
  private static final int VERSION = 2;
  private static final int FIRST_VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private KeyRingJson() {}

  /** Says that a text is no such file. */
  static final class NoKeysException extends Exception {
    private static final long serialVersionUID = 1;

    NoKeysException(String why) {
      super(why);
    }

    NoKeysException(String why, Throwable cause) {
      super(why, cause);
    }
  }

  /** Returns the file's text. */
  static byte[] write(KeyRing ring) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    put(ring.current(), json);
    ArrayNode retired = json.putArray("retired");
    ring.pairs().stream().skip(1).forEach(pair -> put(pair, retired.addObject()));
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void put(KeyRing.Pair pair, ObjectNode json) {
    KeyDescription description = pair.description();
    json.put("fingerprint", description.fingerprint());
    json.put("parameters", description.parameters());
    json.put("description", description.description());
    description.made().ifPresent(made -> json.put("made", made.toString()));
    description.plan().ifPresent(plan -> json.put("plan", plan));
    json.put("secret", Base64.getEncoder().encodeToString(pair.secret()));
  }

  /** Returns the file as a tree, if it is one of ours. */
  static JsonNode tree(byte[] text) throws NoKeysException {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new NoKeysException("is not a description of keys", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
    if (!json.path("format").asText().equals(FORMAT)) {
      throw new NoKeysException("is not a description of keys");
    }
    int version = json.path("version").asInt();
    if (version != VERSION && version != FIRST_VERSION) {
      throw new NoKeysException(
          "has version %s; this release reads versions %d and %d"
              .formatted(json.path("version"), FIRST_VERSION, VERSION));
    }
    return json;
  }

  /** Returns whether the secret key is in a file of its own. */
  static boolean isFirstVersion(JsonNode json) {
    return json.path("version").asInt() == FIRST_VERSION;
  }

  /** Returns all key pairs. */
  static KeyRing ring(JsonNode json) throws NoKeysException {
    List<KeyRing.Pair> pairs = new ArrayList<>();
    pairs.add(pair(json));
    for (JsonNode retired : json.path("retired")) {
      pairs.add(pair(retired));
    }
    return new KeyRing(pairs);
  }

  private static KeyRing.Pair pair(JsonNode json) throws NoKeysException {
    try {
      byte[] secret = Base64.getDecoder().decode(json.path("secret").asText());
      return new KeyRing.Pair(description(json), secret);
    } catch (IllegalArgumentException e) {
      throw new NoKeysException("has a secret key that is not Base64", e);
    }
  }

  /** Returns what is said of the key pair of a node. */
  static KeyDescription description(JsonNode json) throws NoKeysException {
    try {
      return new KeyDescription(
          digest(json, "fingerprint"),
          digest(json, "parameters"),
          json.path("description").asText(),
          text(json, "made").map(Instant::parse),
          text(json, "plan"));
    } catch (DateTimeException e) {
      throw new NoKeysException("has a time that is none", e);
    }
  }

  private static String digest(JsonNode json, String name) throws NoKeysException {
    String digest = json.path(name).asText();
    if (!DIGEST.matcher(digest).matches()) {
      throw new NoKeysException("has a %s that is not 64 hexadecimal digits".formatted(name));
    }
    return digest;
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.of(json.path(name)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }
}
