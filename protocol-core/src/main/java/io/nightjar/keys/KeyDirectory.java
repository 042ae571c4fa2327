package io.nightjar.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.model.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * The data owner's keys on a local disk: {@code key.json}, which says what they are for; {@code
 * secret-key.bin}, encrypted under a passphrase and readable by its owner alone; and {@code
 * public-key.bin}, whose fingerprint is the data owner's name.
 *
 * <p>A public key is made once, with the secret one: made again it would be another, and its data
 * owner a stranger. So a directory without one is refused.
 */
public final class KeyDirectory {

  private static final String DESCRIPTION = "key.json";
  private static final String SECRET_KEY = "secret-key.bin";
  private static final String PUBLIC_KEY = "public-key.bin";
  private static final int MOST_BYTES = OwnerKey.MOST_BYTES;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private KeyDirectory() {}

  /**
   * Draws a key and keeps it.
   *
   * @return its public key
   * @throws KeysUnusableException if there is a key already
   */
  public static OwnerKey create(Path directory, KeyScheme keys, char[] passphrase)
      throws IOException {
    Files.createDirectories(directory);
    Path secret = directory.resolve(SECRET_KEY);
    OwnerKey owner;
    try (OwnerSecret key = keys.draw()) {
      writePrivate(secret, key.protect(passphrase));
      owner = key.publicKey();
      Files.write(directory.resolve(PUBLIC_KEY), owner.bytes());
    } catch (FileAlreadyExistsException e) {
      throw new KeysUnusableException(
          "%s is there already: a key is never overwritten, choose another directory"
              .formatted(secret),
          e);
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", "nightjar-key").put("version", 1);
    json.put("parameters", keys.parameters().digest().toString());
    json.put("description", keys.parameters().toString());
    json.put("fingerprint", owner.fingerprint());
    Files.writeString(directory.resolve(DESCRIPTION), json.toPrettyString() + "\n");
    return owner;
  }

  /**
   * Opens the secret key.
   *
   * @throws KeysUnusableException if there is none, or it is for other parameters
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase is another
   */
  public static OwnerSecret open(Path directory, KeyScheme keys, char[] passphrase)
      throws IOException {
    String made = description(directory).path("parameters").asText();
    String wanted = keys.parameters().digest().toString();
    if (!made.equals(wanted)) {
      throw new KeysUnusableException(
          "The key in %s is for parameters %s; the plan has %s: make a key for this plan with keygen"
              .formatted(directory, made, wanted));
    }
    byte[] bytes = read(directory.resolve(SECRET_KEY));
    return keys.unprotect(bytes, passphrase);
  }

  /**
   * Returns the public key.
   *
   * @throws KeysUnusableException if there is none, or it is not the one that was made with the
   *     secret key
   */
  public static OwnerKey owner(Path directory, KeyScheme keys, OwnerSecret secret)
      throws IOException {
    Path file = directory.resolve(PUBLIC_KEY);
    OwnerKey owner;
    try {
      owner = keys.read(read(file));
    } catch (InvalidKeyException e) {
      throw new KeysUnusableException("%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
    String made = description(directory).path("fingerprint").asText();
    if (!owner.fingerprint().equals(made)) {
      throw new KeysUnusableException(
          "%s has fingerprint %s; %s has %s: make keys with keygen"
              .formatted(file, owner.fingerprint(), DESCRIPTION, Text.quote(made)));
    }
    if (!secret.matches(owner)) {
      throw new KeysUnusableException(
          "%s does not belong to %s: make keys with keygen"
              .formatted(file, directory.resolve(SECRET_KEY)));
    }
    return owner;
  }

  /** Returns what tells these keys from others; it says nothing about the secret one. */
  public static String digest(Path directory) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(read(directory.resolve(SECRET_KEY))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Returns what the keys are for, and their fingerprint. */
  private static JsonNode description(Path directory) throws IOException {
    JsonNode json;
    try {
      json = MAPPER.readTree(read(directory.resolve(DESCRIPTION)));
    } catch (JsonProcessingException e) {
      throw new KeysUnusableException(
          "%s is not a description of keys".formatted(directory.resolve(DESCRIPTION)), e);
    }
    if (!json.path("format").asText().equals("nightjar-key") || json.path("version").asInt() != 1) {
      throw new KeysUnusableException(
          "%s is not a description of keys".formatted(directory.resolve(DESCRIPTION)));
    }
    return json;
  }

  private static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new KeysUnusableException("There is no file %s: make keys with keygen".formatted(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new KeysUnusableException("%s is too large for a key".formatted(file));
    }
    return Files.readAllBytes(file);
  }

  private static void writePrivate(Path file, byte[] bytes) throws IOException {
    Set<OpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (SeekableByteChannel out =
        Files.newByteChannel(
            file,
            create,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    }
  }
}
