package io.nightjar.identity;

import io.nightjar.crypto.KeyProtectionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The identities of an owner on a local disk.
 *
 * <pre>
 * KEYDIR/
 *   identity.json   who the owner is, and the secret keys, encrypted under a passphrase and
 *                   readable by their owner alone
 *   lock            held by whoever changes the identities
 *   poisoned.json   a mark that keeps new jobs from beginning, see PoisonMark
 * </pre>
 *
 * <p>One identity is in use. Those before it sign beside it until they are dropped, so that both
 * sides have time to tell each other. Encryption keys are a job's own, and elsewhere.
 *
 * <p>Up to the version before, such a directory had encryption keys and no identity. What is there
 * of them is left alone; an identity is made beside it.
 */
public final class IdentityDirectory {

  static final String FILE = "identity.json";

  private static final String KEYS_OF_BEFORE = "key.json";
  private static final int MOST_BYTES = 1 << 16;

  private IdentityDirectory() {}

  /**
   * Draws an identity and keeps it.
   *
   * @throws IdentityUnusableException if there is one already, or the passphrase is weak
   */
  public static Identity create(Path directory, char[] passphrase) throws IOException {
    return IdentityChanges.of(directory).create(passphrase);
  }

  /**
   * Encrypts all secret keys under another passphrase.
   *
   * @throws IdentityUnusableException if there are none, or the other passphrase is weak
   * @throws KeyProtectionException if the passphrase is not the one that they are under
   */
  public static void changePassphrase(Path directory, char[] passphrase, char[] other)
      throws IOException {
    IdentityChanges.of(directory).changePassphrase(passphrase, other);
  }

  /**
   * Draws another identity, which is in use from then on; those before sign beside it.
   *
   * @throws IdentityUnusableException if there is none yet, or the passphrase is weak
   * @throws KeyProtectionException if the passphrase is not the one that they are under
   */
  public static Identity rotate(Path directory, char[] passphrase) throws IOException {
    return IdentityChanges.of(directory).rotate(passphrase);
  }

  /**
   * Removes an identity that is not in use.
   *
   * @throws IdentityUnusableException if it is in use, or not there
   * @throws KeyProtectionException if the passphrase is not the one that they are under
   */
  public static void drop(Path directory, Identity identity, char[] passphrase) throws IOException {
    IdentityChanges.of(directory).drop(identity, passphrase);
  }

  /**
   * Finds out whether there are identities, without a passphrase.
   *
   * @throws IdentityUnusableException if there are none
   */
  public static void require(Path directory) throws IOException {
    IdentityFile unused = file(directory);
  }

  /** Returns whether there is an identity. */
  public static boolean exists(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /** Returns what there is, the identity in use first and then the latest before it. */
  public static List<IdentityDescription> list(Path directory) throws IOException {
    return file(directory).identities();
  }

  /**
   * Opens the identities.
   *
   * @throws IdentityUnusableException if there are none
   * @throws KeyProtectionException if the passphrase is another
   */
  public static Identities open(Path directory, char[] passphrase) throws IOException {
    return file(directory).open(passphrase);
  }

  static IdentityFile file(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IdentityUnusableException(
          Files.exists(directory.resolve(KEYS_OF_BEFORE))
              ? "%s has keys of an earlier version and no identity: make one there with 'nightjar identity new %s', and tell the other party"
                  .formatted(directory, directory)
              : "There is no identity in %s: make one with 'nightjar identity new %s'"
                  .formatted(directory, directory));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IdentityUnusableException("%s is too large for an identity".formatted(file));
    }
    try {
      return IdentityFile.read(Files.readAllBytes(file));
    } catch (IdentityFile.NoIdentityException e) {
      throw new IdentityUnusableException("%s %s".formatted(file, e.getMessage()), e);
    }
  }
}
