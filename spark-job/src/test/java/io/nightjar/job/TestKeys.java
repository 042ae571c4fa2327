package io.nightjar.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The encryption keys of jobs that are in work, which tests open to see what nobody else can. */
public final class TestKeys {

  private TestKeys() {}

  /** Opens the secret key of the job in an output. */
  public static OwnerSecret open(Path output, KeyScheme keys, IdentitySecret dataOwner)
      throws IOException {
    Path own = output.resolve("_nightjar");
    String job = job(output);
    return keys.unprotect(
        Files.readAllBytes(own.resolve(job + ".key")),
        dataOwner.passphraseOf(UUID.fromString(job)));
  }

  /** Returns the file with the secret key of the job in an output. */
  public static Path file(Path output) throws IOException {
    return output.resolve("_nightjar").resolve(job(output) + ".key");
  }

  /** Returns the file with the public key of the job in an output. */
  public static Path publicFile(Path output) throws IOException {
    return output.resolve("_nightjar").resolve(job(output) + ".public-key.bin");
  }

  private static String job(Path output) throws IOException {
    return new ObjectMapper()
        .readTree(output.resolve("_nightjar/job.json").toFile())
        .at("/job/job")
        .asText();
  }
}
