package io.nightjar.keys;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.crypto.KeyProtectionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The data owner's keys on a local disk.
 *
 * <pre>
 * KEYDIR/
 *   key.json                  what the keys are for, and the secret ones, encrypted under a
 *                             passphrase and readable by their owner alone
 *   public-FINGERPRINT.bin    a public key for each
 *   lock                      held by whoever changes the keys
 * </pre>
 *
 * <p>One key pair is in use; those that were before stay for jobs that were begun with them, until
 * they are dropped. A public key's fingerprint is the data owner's name. A public key is made once,
 * with the secret one: made again it would be another, and its data owner a stranger. So a
 * directory without one is refused.
 *
 * <p>{@code key.json} is all that there is to a change: it is written beside, and takes the place
 * of the one before in one step. So whenever a process ends, a directory has the keys and the
 * passphrase of before or of afterwards.
 *
 * <p>Version 1 had one key pair, in {@code secret-key.bin} and {@code public-key.bin}. It is read
 * as it is, and becomes version 2 with its next change.
 */
public final class KeyDirectory {

  static final String DESCRIPTION = "key.json";
  static final String FIRST_SECRET_KEY = "secret-key.bin";
  static final String FIRST_PUBLIC_KEY = "public-key.bin";
  static final String PUBLIC_KEY_BEGINNING = "public-";

  private static final int MOST_BYTES = OwnerKey.MOST_BYTES;

  private KeyDirectory() {}

  /**
   * Draws a key and keeps it.
   *
   * @param plan the plan that it is for, as JSON, if that is known
   * @return its public key
   * @throws KeysUnusableException if there is a key already, or the passphrase is weak
   */
  public static OwnerKey create(
      Path directory, KeyScheme keys, char[] passphrase, Optional<String> plan) throws IOException {
    return KeyChanges.of(directory).create(keys, passphrase, plan);
  }

  /**
   * Draws a key for no plan in particular, and keeps it.
   *
   * @return its public key
   * @throws KeysUnusableException if there is a key already, or the passphrase is weak
   */
  public static OwnerKey create(Path directory, KeyScheme keys, char[] passphrase)
      throws IOException {
    return create(directory, keys, passphrase, Optional.empty());
  }

  /**
   * Encrypts all secret keys under another passphrase.
   *
   * @throws KeysUnusableException if there are none, or the other passphrase is weak
   * @throws KeyProtectionException if the passphrase is not the one that they are under
   */
  public static void changePassphrase(Path directory, char[] passphrase, char[] other)
      throws IOException {
    KeyChanges.of(directory).changePassphrase(passphrase, other);
  }

  /**
   * Draws another key, which is in use from then on; the one before stays.
   *
   * @param plan the plan that it is for, as JSON, if that is known
   * @return its public key
   * @throws KeysUnusableException if there is no key yet, or the passphrase is weak
   * @throws KeyProtectionException if the passphrase is not the one that the keys are under
   */
  public static OwnerKey rotate(
      Path directory, KeyScheme keys, char[] passphrase, Optional<String> plan) throws IOException {
    return KeyChanges.of(directory).rotate(keys, passphrase, plan);
  }

  /**
   * Removes a key pair that is not in use.
   *
   * @throws KeysUnusableException if it is in use, or not there
   */
  public static void drop(Path directory, String fingerprint) throws IOException {
    KeyChanges.of(directory).drop(fingerprint);
  }

  /** Returns what there is, the key pair in use first and then the latest before it. */
  public static List<KeyDescription> list(Path directory) throws IOException {
    return ring(directory).pairs().stream().map(KeyRing.Pair::description).toList();
  }

  /** Returns the fingerprint of the public key in use. */
  public static String fingerprint(Path directory) throws IOException {
    return ring(directory).current().fingerprint();
  }

  /** Returns whether a key pair is there, in use or not. */
  public static boolean holds(Path directory, String fingerprint) throws IOException {
    return ring(directory).find(fingerprint).isPresent();
  }

  /** Returns the file with the public key in use. */
  public static Path publicKeyFile(Path directory) throws IOException {
    return publicKeyFile(directory, fingerprint(directory));
  }

  /**
   * Opens the secret key in use.
   *
   * @throws KeysUnusableException if there is none, or it is for other parameters
   * @throws KeyProtectionException if the passphrase is another
   */
  public static OwnerSecret open(Path directory, KeyScheme keys, char[] passphrase)
      throws IOException {
    return open(directory, fingerprint(directory), keys, passphrase);
  }

  /**
   * Opens the secret key that belongs to a public one.
   *
   * @throws KeysUnusableException if there is none, or it is for other parameters
   * @throws KeyProtectionException if the passphrase is another
   */
  public static OwnerSecret open(
      Path directory, String fingerprint, KeyScheme keys, char[] passphrase) throws IOException {
    KeyRing.Pair pair = pair(directory, fingerprint);
    String made = pair.description().parameters();
    String wanted = keys.parameters().digest().toString();
    if (!made.equals(wanted)) {
      throw new KeysUnusableException(
          "The key in %s is for parameters %s; the plan has %s: make a key for this plan with keygen"
              .formatted(directory, made, wanted));
    }
    return keys.unprotect(pair.secret(), passphrase);
  }

  /**
   * Returns the public key in use.
   *
   * @throws KeysUnusableException if there is none, or it is not the one that was made with the
   *     secret key
   */
  public static OwnerKey owner(Path directory, KeyScheme keys, OwnerSecret secret)
      throws IOException {
    return owner(directory, fingerprint(directory), keys, secret);
  }

  /**
   * Returns the public key with a fingerprint.
   *
   * @throws KeysUnusableException if there is none, or it is not the one that was made with the
   *     secret key
   */
  public static OwnerKey owner(
      Path directory, String fingerprint, KeyScheme keys, OwnerSecret secret) throws IOException {
    Path file = publicKeyFile(directory, fingerprint);
    OwnerKey owner;
    try {
      owner = keys.read(read(file));
    } catch (InvalidKeyException e) {
      throw new KeysUnusableException("%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
    if (!owner.fingerprint().equals(fingerprint)) {
      throw new KeysUnusableException(
          "%s has fingerprint %s; %s has %s: make keys with keygen"
              .formatted(file, owner.fingerprint(), DESCRIPTION, fingerprint));
    }
    if (!secret.matches(owner)) {
      throw new KeysUnusableException(
          "%s does not belong to the secret key in %s: make keys with keygen"
              .formatted(file, directory.resolve(DESCRIPTION)));
    }
    return owner;
  }

  private static KeyRing.Pair pair(Path directory, String fingerprint) throws IOException {
    return ring(directory)
        .find(fingerprint)
        .orElseThrow(
            () ->
                new KeysUnusableException(
                    "There is no key %s in %s".formatted(fingerprint, directory)));
  }

  /** Returns all key pairs of a directory, whatever version wrote it. */
  static KeyRing ring(Path directory) throws IOException {
    Path file = directory.resolve(DESCRIPTION);
    try {
      JsonNode json = KeyRingJson.tree(read(file));
      return KeyRingJson.isFirstVersion(json)
          ? new KeyRing(
              List.of(
                  new KeyRing.Pair(
                      KeyRingJson.description(json), read(directory.resolve(FIRST_SECRET_KEY)))))
          : KeyRingJson.ring(json);
    } catch (KeyRingJson.NoKeysException e) {
      throw new KeysUnusableException("%s %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Returns whether a directory is still as version 1 wrote it. */
  static boolean isFirstVersion(Path directory) throws IOException {
    Path file = directory.resolve(DESCRIPTION);
    try {
      return KeyRingJson.isFirstVersion(KeyRingJson.tree(read(file)));
    } catch (KeyRingJson.NoKeysException e) {
      throw new KeysUnusableException("%s %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Path publicKeyFile(Path directory, String fingerprint) throws IOException {
    return directory.resolve(
        isFirstVersion(directory) ? FIRST_PUBLIC_KEY : publicKeyName(fingerprint));
  }

  static String publicKeyName(String fingerprint) {
    return PUBLIC_KEY_BEGINNING + fingerprint + ".bin";
  }

  static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new KeysUnusableException("There is no file %s: make keys with keygen".formatted(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new KeysUnusableException("%s is too large for a key".formatted(file));
    }
    return Files.readAllBytes(file);
  }
}
