package io.nightjar.keys;

import io.nightjar.crypto.ParameterDigest;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.model.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The changes of a key directory. Each of them prepares what it needs, puts a new {@code key.json}
 * in the place of the old one, and removes what is in nobody's use; a process that ends anywhere in
 * between leaves a whole directory, and the next change removes what it left over.
 */
final class KeyChanges {

  private static final String LOCK = "lock";
  private static final String UNFINISHED = ".new";

  private final Path directory;
  private final KeyDisk disk;
  private final PassphraseProtection.Cost cost;

  /**
   * Creates the changes of a directory.
   *
   * @param cost how much work a guess at a passphrase is to be that takes another's place
   */
  KeyChanges(Path directory, KeyDisk disk, PassphraseProtection.Cost cost) {
    this.directory = directory;
    this.disk = disk;
    this.cost = cost;
  }

  /** Creates the changes of a directory on the disk itself. */
  static KeyChanges of(Path directory) {
    return new KeyChanges(directory, KeyDisk.REAL, PassphraseProtection.Cost.DEFAULT);
  }

  /** A key pair that was drawn, and its public half. */
  private record Drawn(KeyRing.Pair pair, OwnerKey owner) {}

  private interface Change<T> {
    T make() throws IOException;
  }

  OwnerKey create(KeyScheme keys, char[] passphrase, Optional<String> plan) throws IOException {
    PassphraseRule.check(passphrase);
    Files.createDirectories(directory);
    return alone(
        () -> {
          for (String name : List.of(KeyDirectory.DESCRIPTION, KeyDirectory.FIRST_SECRET_KEY)) {
            if (Files.exists(directory.resolve(name))) {
              throw new KeysUnusableException(
                  "%s is there already: a key is never overwritten, choose another directory"
                      .formatted(directory.resolve(name)));
            }
          }
          Drawn drawn = draw(keys, passphrase, plan);
          put(KeyDirectory.publicKeyName(drawn.owner().fingerprint()), drawn.owner().bytes());
          finish(new KeyRing(List.of(drawn.pair())));
          return drawn.owner();
        });
  }

  void changePassphrase(char[] passphrase, char[] other) throws IOException {
    PassphraseRule.check(other);
    requireKeys();
    alone(
        () -> {
          KeyRing ring = KeyDirectory.ring(directory);
          List<byte[]> secrets = new ArrayList<>();
          for (KeyRing.Pair pair : ring.pairs()) {
            secrets.add(underAnother(pair, passphrase, other));
          }
          bringUpToDate(ring);
          finish(ring.withSecrets(secrets));
          return ring;
        });
  }

  OwnerKey rotate(KeyScheme keys, char[] passphrase, Optional<String> plan) throws IOException {
    Optional<String> objection = PassphraseRule.objection(passphrase);
    if (objection.isPresent()) {
      throw new KeysUnusableException(
          "%s: change it with 'nightjar keys passwd %s' first"
              .formatted(objection.get(), directory));
    }
    requireKeys();
    return alone(
        () -> {
          KeyRing ring = KeyDirectory.ring(directory);
          Arrays.fill(opened(ring.current(), passphrase), (byte) 0);
          Drawn drawn = draw(keys, passphrase, plan);
          bringUpToDate(ring);
          put(KeyDirectory.publicKeyName(drawn.owner().fingerprint()), drawn.owner().bytes());
          finish(ring.with(drawn.pair()));
          return drawn.owner();
        });
  }

  void drop(String fingerprint) throws IOException {
    requireKeys();
    alone(
        () -> {
          KeyRing ring = KeyDirectory.ring(directory);
          if (ring.current().fingerprint().equals(fingerprint)) {
            throw new KeysUnusableException(
                "Key %s of %s is in use: rotate first, and finish the jobs that were begun with it"
                    .formatted(fingerprint, directory));
          }
          if (ring.find(fingerprint).isEmpty()) {
            throw new KeysUnusableException(
                "There is no key %s in %s".formatted(Text.quote(fingerprint), directory));
          }
          bringUpToDate(ring);
          finish(ring.without(fingerprint));
          return ring;
        });
  }

  /** Says that there are no keys before a file is made for the lock. */
  private void requireKeys() throws IOException {
    KeyRing unused = KeyDirectory.ring(directory);
  }

  /** Makes a change while no other process makes one. */
  private <T> T alone(Change<T> change) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (!isLocked(file)) { // until it is closed
        throw new KeysUnusableException(
            "Another process is changing the keys in %s: run this again when it has ended"
                .formatted(directory));
      }
      return change.make();
    }
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return Optional.ofNullable(file.tryLock()).isPresent();
    } catch (OverlappingFileLockException e) { // by this process
      return false;
    }
  }

  private static Drawn draw(KeyScheme keys, char[] passphrase, Optional<String> plan) {
    try (OwnerSecret secret = keys.draw()) {
      OwnerKey owner = secret.publicKey();
      KeyDescription description =
          new KeyDescription(
              owner.fingerprint(),
              keys.parameters().digest().toString(),
              keys.parameters().toString(),
              Optional.of(Instant.now().truncatedTo(ChronoUnit.SECONDS)),
              plan);
      return new Drawn(new KeyRing.Pair(description, secret.protect(passphrase)), owner);
    }
  }

  private byte[] underAnother(KeyRing.Pair pair, char[] passphrase, char[] other) {
    byte[] secret = opened(pair, passphrase);
    try {
      return PassphraseProtection.protect(secret, other, boundTo(pair), cost);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** Returns the secret itself, which the caller wipes. */
  private static byte[] opened(KeyRing.Pair pair, char[] passphrase) {
    return PassphraseProtection.unprotect(pair.secret(), passphrase, boundTo(pair));
  }

  /** Every scheme binds its secrets to the parameters. */
  private static byte[] boundTo(KeyRing.Pair pair) {
    return ParameterDigest.parse(pair.description().parameters()).toByteArray();
  }

  /**
   * Makes version 2 of a directory of version 1, with the same bytes under the same passphrase: the
   * old file of the secret key is gone before anything else changes.
   */
  private void bringUpToDate(KeyRing ring) throws IOException {
    if (KeyDirectory.isFirstVersion(directory)) {
      put(
          KeyDirectory.publicKeyName(ring.current().fingerprint()),
          KeyDirectory.read(directory.resolve(KeyDirectory.FIRST_PUBLIC_KEY)));
      finish(ring);
    } else {
      removeLeftovers(ring);
    }
  }

  /** Puts a new description in the place of the old one, which is the change. */
  private void finish(KeyRing ring) throws IOException {
    put(KeyDirectory.DESCRIPTION, KeyRingJson.write(ring));
    removeLeftovers(ring);
  }

  /** Writes a file under a name, of which there is never a part. */
  private void put(String name, byte[] bytes) throws IOException {
    Path unfinished = directory.resolve(name + UNFINISHED);
    if (Files.exists(unfinished)) {
      disk.delete(unfinished);
    }
    disk.write(unfinished, bytes);
    disk.replace(unfinished, directory.resolve(name));
    disk.sync(directory);
  }

  /** Removes what a process that ended, or version 1, left there. */
  private void removeLeftovers(KeyRing ring) throws IOException {
    Set<String> used =
        ring.pairs().stream()
            .map(pair -> KeyDirectory.publicKeyName(pair.fingerprint()))
            .collect(Collectors.toSet());
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(directory)) {
      leftovers = files.filter(file -> isLeftover(file.getFileName().toString(), used)).toList();
    }
    for (Path leftover : leftovers) {
      disk.delete(leftover);
    }
    if (!leftovers.isEmpty()) {
      disk.sync(directory);
    }
  }

  private static boolean isLeftover(String name, Set<String> used) {
    boolean ofFirstVersion =
        name.equals(KeyDirectory.FIRST_SECRET_KEY) || name.equals(KeyDirectory.FIRST_PUBLIC_KEY);
    boolean publicKey = name.startsWith(KeyDirectory.PUBLIC_KEY_BEGINNING);
    return ofFirstVersion
        || (publicKey && !used.contains(name))
        || name.equals(KeyDirectory.DESCRIPTION + UNFINISHED);
  }
}
