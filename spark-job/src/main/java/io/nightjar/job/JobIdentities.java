package io.nightjar.job;

import io.nightjar.identity.Identities;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagingAccess;
import io.nightjar.staging.StagingKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The identities of a job's data owner: those of a directory, opened when somebody needs them, or
 * one that is made for the job and forgotten with it.
 *
 * <p>Records are staged under them. What was staged under an identity that is forgotten, nobody can
 * read any more.
 */
final class JobIdentities implements StagingAccess.OpenKeys {

  private final Optional<Path> directory;
  private final Settings settings;
  private final Passphrases passphrases;
  private Optional<Identities> opened = Optional.empty();

  JobIdentities(Optional<Path> directory, Settings settings) {
    this(directory, settings, Passphrases.ofThisProcess());
  }

  JobIdentities(Optional<Path> directory, Settings settings, Passphrases passphrases) {
    this.directory = directory;
    this.settings = settings;
    this.passphrases = passphrases;
  }

  /**
   * Returns the identities.
   *
   * @throws io.nightjar.identity.IdentityUnusableException if there are none, or no passphrase
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase is another
   */
  Identities get() throws IOException {
    if (opened.isEmpty()) {
      opened =
          Optional.of(
              directory.isPresent()
                  ? OwnIdentities.open(directory.get(), settings, passphrases)
                  : Identities.fresh());
    }
    return opened.get();
  }

  /** Returns whether they outlive this process. */
  boolean areKept() {
    return directory.isPresent();
  }

  @Override
  public StagingKey ofNew(UUID staged) throws IOException {
    return StagingKey.take(get().inUse().keyOf(staged));
  }

  @Override
  public List<StagingKey> known(UUID staged) throws IOException {
    List<IdentitySecret> all = areKept() ? get().all() : List.of();
    return all.stream().map(identity -> StagingKey.take(identity.keyOf(staged))).toList();
  }

  @Override
  public void close() {
    opened.ifPresent(Identities::close);
  }
}
