package io.nightjar.identity;

import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Directories with identities that open at once, under any passphrase. */
public final class CheapIdentities {

  private CheapIdentities() {}

  /** Returns an identity that nobody keeps. */
  public static Identities of(IdentitySecret secret) {
    return new Identities(List.of(secret));
  }

  /** Returns a secret itself, which tests look for where it must not be. */
  public static byte[] bytes(IdentitySecret secret) {
    return secret.bytes();
  }

  /** Writes a directory with one identity. */
  public static void write(Path directory, IdentitySecret secret, String passphrase)
      throws IOException {
    Files.createDirectories(directory);
    IdentityFile file =
        IdentityFile.of(
            List.of(new IdentityDescription(secret.identity(), Instant.EPOCH)),
            List.of(secret),
            passphrase.toCharArray(),
            PassphraseProtection.Cost.LEAST);
    Files.write(directory.resolve(IdentityDirectory.FILE), file.write());
  }
}
