package io.nightjar.job;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.DamagedSecretException;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SignedReceipt;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.Passphrase;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.SeenInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model owner's own directory, which has what must outlive a process that serves: the secret of
 * each job, its first order, which uploads it was asked to evaluate, receipts, and, unless it is
 * elsewhere, the model owner's identity.
 *
 * <p>One process at a time works in it. It has a lock on a file, which ends with the process
 * however that ends; so the directory has to be on a local disk.
 */
final class ServeState implements AutoCloseable {

  private static final int PASSPHRASE_BYTES = 32;

  private static final Logger LOG = LoggerFactory.getLogger(ServeState.class);

  private final java.nio.file.Path local;
  private final ProcessLock lock;
  private final Path root;
  private final FileSystem files;
  private final Configuration configuration;
  private final Supplier<JobSecret> secrets;
  private final UUID server;
  private final Set<UUID> claimed = ConcurrentHashMap.newKeySet();

  private ServeState(
      java.nio.file.Path local,
      ProcessLock lock,
      Configuration configuration,
      Supplier<JobSecret> secrets)
      throws IOException {
    this.local = local;
    this.lock = lock;
    Path directory = new Path(local.toUri());
    this.files = directory.getFileSystem(configuration);
    this.root = files.makeQualified(directory);
    this.configuration = configuration;
    this.secrets = secrets;
    this.server = server(files, new Path(root, "server"));
  }

  private static UUID server(FileSystem files, Path named) throws IOException {
    byte[] drawn = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    boolean unused = HadoopFiles.createPrivate(files, named, drawn); // unless it is there
    byte[] kept =
        HadoopFiles.read(files, named, drawn.length)
            .orElseThrow(() -> new IOException("%s is gone".formatted(named)));
    return UUID.fromString(new String(kept, StandardCharsets.US_ASCII));
  }

  /** Returns what tells whoever serves with this directory from others. */
  UUID server() {
    return server;
  }

  /**
   * Returns the model owner's own identities where no setting names others, made with the first
   * call. Their passphrase is beside them, readable by their owner alone as everything here.
   */
  Identities identities() throws IOException {
    java.nio.file.Path directory = local.resolve("identity");
    Path kept = new Path(root, "identity-passphrase");
    boolean isNew = HadoopFiles.createPrivate(files, kept, drawnPassphrase());
    try (Passphrase passphrase = Passphrase.read(local.resolve(kept.getName()))) {
      if (isNew || !IdentityDirectory.exists(directory)) {
        Identity made = IdentityDirectory.create(directory, passphrase.characters());
        LOG.info("Made the model owner's identity {} in {}", made, directory);
      }
      return IdentityDirectory.open(directory, passphrase.characters());
    }
  }

  /** Keeps a receipt, unless there is one of the job. */
  void keep(SignedReceipt receipt) throws IOException {
    String name = "%s.json".formatted(receipt.order().job());
    boolean unused =
        HadoopFiles.createPrivate(
            files, new Path(new Path(root, "receipts"), name), receipt.write());
  }

  /**
   * The secret of a job.
   *
   * @param secret the secret
   * @param isNew whether it was drawn just now
   */
  record Kept(JobSecret secret, boolean isNew) {}

  /** Returns the directory that settings name, or the one in the home directory. */
  static java.nio.file.Path directory(Settings settings) {
    return settings
        .get(NightjarSettings.SERVE_STATE_DIR)
        .orElseGet(
            () -> java.nio.file.Path.of(System.getProperty("user.home"), ".nightjar", "serve"));
  }

  /**
   * Opens the directory for this process alone.
   *
   * @param secrets gives a new job its secret, which is closed soon
   * @throws InUseException if another one works in it
   */
  static ServeState open(
      Settings settings, Configuration configuration, Supplier<JobSecret> secrets)
      throws IOException {
    java.nio.file.Path directory = Files.createDirectories(directory(settings)).toRealPath();
    ProcessLock lock = ProcessLock.take(directory.resolve("lock"), who -> inUse(directory, who));
    boolean done = false;
    try {
      ServeState state = new ServeState(directory, lock, configuration, secrets);
      done = true;
      return state;
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  private static String inUse(java.nio.file.Path directory, String who) {
    return "Another serve works in %s (%s): stop it, or give this one a directory of its own (%s) and both one ledger (%s)"
        .formatted(
            directory,
            who,
            NightjarSettings.SERVE_STATE_DIR.key(),
            NightjarSettings.LEDGER_LOCATION.key());
  }

  /**
   * Remembers the order of a job, if there is none yet.
   *
   * @param model the digest of the model that is drawn from
   * @throws ProtocolException if the first order was another, or for another model
   */
  void requireFirst(JobDescription order, String model) throws IOException {
    FirstOrder.require(job(order.job()), configuration, order, model);
  }

  /**
   * Takes what is kept of a job for one order. The name of a job is its data owner's choice:
   * ordered in a second exchange too, it would be answered under the same draws by one who does not
   * know of the first.
   *
   * @throws ProtocolException if another order has it
   */
  void claim(UUID job) {
    if (!claimed.add(job)) {
      throw new ProtocolException("This job is open in another exchange: order a new job");
    }
  }

  /** Gives it back. */
  void release(UUID job) {
    claimed.remove(job);
  }

  /** Returns the memory of what a job asked for. */
  SeenInputs inputs(UUID job) throws IOException {
    return new SeenInputs(inputsPath(job), configuration);
  }

  private Path inputsPath(UUID job) {
    return new Path(job(job), "inputs");
  }

  private Path job(UUID job) {
    return new Path(root, job.toString());
  }

  private Path secretPath(UUID job) {
    return new Path(job(job), "secret");
  }

  /**
   * Returns the secret of a job: a new one at first sight, the same one ever after. It is on the
   * disk when this returns.
   *
   * @throws ProtocolException if the job has been evaluated before, and its secret is gone
   */
  Kept secret(UUID job) throws IOException {
    Optional<byte[]> before = read(job);
    if (before.isPresent()) {
      return new Kept(opened(before.get()), false);
    }
    if (files.exists(inputsPath(job))) {
      throw new ProtocolException("This job has been evaluated before, and its secret is gone");
    }
    byte[] drawn = drawn();
    boolean isNew;
    try {
      isNew = HadoopFiles.createPrivate(files, secretPath(job), drawn);
    } finally {
      Arrays.fill(drawn, (byte) 0);
    }
    byte[] kept =
        read(job).orElseThrow(() -> new IOException("%s is gone".formatted(secretPath(job))));
    return new Kept(opened(kept), isNew);
  }

  private Optional<byte[]> read(UUID job) throws IOException {
    return HadoopFiles.read(files, secretPath(job), JobSecret.BYTES);
  }

  private static JobSecret opened(byte[] bytes) {
    try {
      return JobSecret.ofBytes(bytes, RawSecretAccess.granted());
    } catch (DamagedSecretException e) {
      throw new ProtocolException(
          "The secret of this job is damaged at the model owner's: order a new job", e);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          "This job was begun by an older version of the model owner's program: order a new job",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] drawnPassphrase() {
    byte[] bytes = new byte[PASSPHRASE_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] drawn() {
    try (JobSecret secret = secrets.get()) {
      return secret.toBytes(RawSecretAccess.granted());
    }
  }

  /** Removes all that is kept of a job, and returns whether there was anything. */
  boolean forget(UUID job) throws IOException {
    return files.delete(job(job), true);
  }

  /**
   * Removes the secret of a job, with which nobody will be given results any more, and what it was
   * asked, which says nothing without. That it was evaluated is remembered.
   */
  void finish(UUID job) throws IOException {
    forgetSecret(job);
    if (files.exists(inputsPath(job))) {
      inputs(job).forget();
    }
  }

  private void forgetSecret(UUID job) throws IOException {
    files.delete(secretPath(job), false);
  }

  /** Removes what was made of a job that was not admitted. */
  void abandon(UUID job) throws IOException {
    forgetSecret(job);
    if (files.listStatus(job(job)).length == 0) {
      files.delete(job(job), false);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
