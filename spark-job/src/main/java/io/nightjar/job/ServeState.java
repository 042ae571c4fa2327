package io.nightjar.job;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.settings.Settings;
import io.nightjar.spark.SeenInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the model owner must not forget when {@code serve} ends, in a directory of its own: the
 * secret of each job, its first order, and which uploads it was asked to evaluate.
 */
final class ServeState {

  private static final int UUID_CHARACTERS = 36;

  private final Path directory;
  private final FileSystem files;
  private final Configuration configuration;
  private final Supplier<JobSecret> secrets;
  private final UUID server;

  private ServeState(Path directory, Configuration configuration, Supplier<JobSecret> secrets)
      throws IOException {
    this.files = directory.getFileSystem(configuration);
    this.directory = files.makeQualified(directory);
    this.configuration = configuration;
    this.secrets = secrets;
    Path named = new Path(this.directory, "server");
    Optional<byte[]> before = HadoopFiles.read(files, named, UUID_CHARACTERS);
    if (before.isEmpty()) {
      this.server = UUID.randomUUID();
      HadoopFiles.writePrivate(files, named, server.toString().getBytes(StandardCharsets.US_ASCII));
    } else {
      this.server = UUID.fromString(new String(before.get(), StandardCharsets.US_ASCII));
    }
  }

  /**
   * Opens the directory that settings name.
   *
   * @param secrets gives a new job its secret, which is closed soon
   */
  static ServeState open(
      Settings settings, Configuration configuration, Supplier<JobSecret> secrets)
      throws IOException {
    Path directory = new Path(LedgerPolicy.stateDirectory(settings).toUri());
    return new ServeState(directory, configuration, secrets);
  }

  /** Returns what tells whoever serves with this directory from others. */
  UUID server() {
    return server;
  }

  /**
   * Remembers the order of a job, if there is none yet.
   *
   * @param model the digest of the model that is drawn from
   * @throws ProtocolException if the first order was another, or for another model
   */
  void requireFirst(JobDescription order, String model) throws IOException {
    FirstOrder.require(of(order.job()), configuration, order, model);
  }

  /** Returns the memory of what a job asked for. */
  SeenInputs inputs(UUID job) throws IOException {
    return new SeenInputs(inputsPath(job), configuration);
  }

  private Path inputsPath(UUID job) {
    return new Path(of(job), "inputs");
  }

  private Path of(UUID job) {
    return new Path(directory, job.toString());
  }

  /** Removes all that is kept of a job, and returns whether there was anything. */
  boolean forget(UUID job) throws IOException {
    return files.delete(of(job), true);
  }

  /** Removes the secret of a finished job, with which nobody will be given results any more. */
  void forgetSecret(UUID job) throws IOException {
    files.delete(new Path(of(job), "secret"), false);
  }

  /** Returns the secret of a job: a new one at first sight, the same one ever after. */
  JobSecret secret(UUID job) throws IOException {
    Path path = new Path(of(job), "secret");
    Optional<byte[]> before = HadoopFiles.read(files, path, JobSecret.BYTES);
    if (before.isEmpty() && files.exists(inputsPath(job))) {
      throw new ProtocolException("This job has been evaluated before, and its secret is gone");
    }
    byte[] bytes = before.isPresent() ? before.get() : drawn();
    try {
      if (before.isEmpty()) {
        HadoopFiles.writePrivate(files, path, bytes);
      }
      return JobSecret.ofBytes(bytes, RawSecretAccess.granted());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          "This job was begun by an older version of the model owner's program: order a new job",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] drawn() {
    try (JobSecret secret = secrets.get()) {
      return secret.toBytes(RawSecretAccess.granted());
    }
  }
}
