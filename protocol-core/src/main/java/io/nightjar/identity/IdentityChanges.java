package io.nightjar.identity;

import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The changes of a directory with identities. Each of them puts a new {@code identity.json} in the
 * place of the old one in one step, so a process that ends anywhere leaves the file of before or of
 * afterwards.
 */
final class IdentityChanges {

  private static final String LOCK = "lock";
  private static final String UNFINISHED = IdentityDirectory.FILE + ".new";

  private final Path directory;
  private final IdentityDisk disk;
  private final PassphraseProtection.Cost cost;

  /**
   * Creates the changes of a directory.
   *
   * @param cost how much work a guess at a passphrase is to be
   */
  IdentityChanges(Path directory, IdentityDisk disk, PassphraseProtection.Cost cost) {
    this.directory = directory;
    this.disk = disk;
    this.cost = cost;
  }

  /** Creates the changes of a directory on the disk itself. */
  static IdentityChanges of(Path directory) {
    return new IdentityChanges(directory, IdentityDisk.REAL, PassphraseProtection.Cost.DEFAULT);
  }

  private interface Change<T> {
    T make() throws IOException;
  }

  Identity create(char[] passphrase) throws IOException {
    PassphraseRule.check(passphrase);
    Files.createDirectories(directory);
    return alone(
        () -> {
          Path file = directory.resolve(IdentityDirectory.FILE);
          if (Files.exists(file)) {
            throw new IdentityUnusableException(
                "%s is there already: an identity is never overwritten, choose another directory, or rotate"
                    .formatted(file));
          }
          try (IdentitySecret fresh = IdentitySecret.draw()) {
            finish(List.of(described(fresh)), List.of(fresh), passphrase);
            return fresh.identity();
          }
        });
  }

  void changePassphrase(char[] passphrase, char[] other) throws IOException {
    PassphraseRule.check(other);
    change(passphrase, other, (file, opened) -> new Changed(file.identities(), opened.all()));
  }

  Identity rotate(char[] passphrase) throws IOException {
    Optional<String> objection = PassphraseRule.objection(passphrase);
    if (objection.isPresent()) {
      throw new IdentityUnusableException(
          "%s: change it with 'nightjar identity passwd %s' first"
              .formatted(objection.get(), directory));
    }
    try (IdentitySecret fresh = IdentitySecret.draw()) {
      change(
          passphrase,
          passphrase,
          (file, opened) -> {
            if (!file.hasRoom()) {
              throw new IdentityUnusableException(
                  "%s has %d identities: drop those that nobody knows you by any more"
                      .formatted(directory, file.identities().size()));
            }
            List<IdentityDescription> identities = new ArrayList<>(List.of(described(fresh)));
            identities.addAll(file.identities());
            List<IdentitySecret> secrets = new ArrayList<>(List.of(fresh));
            secrets.addAll(opened.all());
            return new Changed(identities, secrets);
          });
      return fresh.identity();
    }
  }

  void drop(Identity dropped, char[] passphrase) throws IOException {
    change(
        passphrase,
        passphrase,
        (file, opened) -> {
          if (opened.inUse().identity().equals(dropped)) {
            throw new IdentityUnusableException(
                "Identity %s of %s is in use: rotate first".formatted(dropped, directory));
          }
          if (opened.find(dropped).isEmpty()) {
            throw new IdentityUnusableException(
                "There is no identity %s in %s".formatted(dropped, directory));
          }
          return new Changed(
              file.identities().stream().filter(one -> !one.identity().equals(dropped)).toList(),
              opened.all().stream().filter(one -> !one.identity().equals(dropped)).toList());
        });
  }

  /** What there is after a change. */
  private record Changed(List<IdentityDescription> identities, List<IdentitySecret> secrets) {}

  private interface Step {
    Changed of(IdentityFile file, Identities opened);
  }

  private void change(char[] passphrase, char[] after, Step step) throws IOException {
    IdentityFile unused = IdentityDirectory.file(directory); // before a file is made for the lock
    alone(
        () -> {
          IdentityFile file = IdentityDirectory.file(directory);
          try (Identities opened = file.open(passphrase)) {
            Changed changed = step.of(file, opened);
            finish(changed.identities(), changed.secrets(), after);
          }
          return file;
        });
  }

  private static IdentityDescription described(IdentitySecret secret) {
    return new IdentityDescription(
        secret.identity(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Makes a change while no other process makes one. */
  private <T> T alone(Change<T> change) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (!isLocked(file)) { // until it is closed
        throw new IdentityUnusableException(
            "Another process is changing the identities in %s: run this again when it has ended"
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

  /** Puts a new file in the place of the old one, which is the change. */
  private void finish(
      List<IdentityDescription> identities, List<IdentitySecret> secrets, char[] passphrase)
      throws IOException {
    byte[] text = IdentityFile.of(identities, secrets, passphrase, cost).write();
    Path unfinished = directory.resolve(UNFINISHED);
    if (Files.exists(unfinished)) { // left by a process that ended
      disk.delete(unfinished);
    }
    disk.write(unfinished, text);
    disk.replace(unfinished, directory.resolve(IdentityDirectory.FILE));
    disk.sync(directory);
  }
}
