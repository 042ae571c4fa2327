package io.nightjar.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.DamagedSecretException;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.keys.OwnerKey;
import io.nightjar.owner.ResultStore;
import io.nightjar.staging.StagingArea;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * The directory of a job's results, and, until they are all there, of what the job needs to go on
 * after an interruption.
 *
 * <pre>
 * OUTPUT/
 *   part-00000.parquet ...   the results, once all are there, unless they go to a table
 *   _SUCCESS
 *   _report/
 *   _nightjar/               the data owner's own
 *     lock                   who works here; only while somebody does
 *     job.json               what the job is, so that another one does not get mixed up with it
 *     asked.json             what was asked for then, to say in what another job differs
 *     JOB.key, JOB.public-key.bin
 *                            the job's encryption key, the secret one under a passphrase; only while
 *                            the job runs
 *     receipt.json           the model owner's word that it has admitted the job
 *     secret                 from which the draws come; only while the job runs
 *     inputs-JOB/            what the draws met, by which they are found again; only while it runs
 *     staged-ID/             the records, sealed; only while the job runs
 *     uploads/               what was uploaded of waves in work, by which it is made again if it is damaged
 *     parts/                 results of finished waves
 *     published/             those that Spark writes, on their way to OUTPUT
 *     trial/                 a row of nulls, to see whether it can
 *     poisoned-0000004.json  the mark of a batch with a result that no honest evaluation gives
 *     withheld               says that the job is over and has no results, because of those
 *     exchange/              blocks, unless they are exchanged elsewhere
 * </pre>
 */
public final class OutputDirectory {

  private static final int MOST_JSON_BYTES = 1 << 16;
  private static final int MOST_ASKED_BYTES = 1 << 25;
  private static final String KEY = ".key";
  private static final String PUBLIC_KEY = ".public-key.bin";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path output;
  private final Path own;
  private final Configuration configuration;
  private final FileSystem files;

  /**
   * What the job in a directory is.
   *
   * @param identity the digest that tells the job from others, as {@code JobIdentity} makes it; on
   *     disk it is called a fingerprint
   * @param job the job
   */
  @JsonPropertyOrder({"fingerprint", "job"})
  public record State(@JsonProperty("fingerprint") String identity, JobDescription job) {
    /** Checks that both are there. */
    public State {
      if (identity == null || job == null) {
        throw new IllegalArgumentException("A state without a fingerprint or a job");
      }
    }
  }

  /** Opens a directory, which need not be there. */
  public OutputDirectory(Path output, Configuration configuration) throws IOException {
    this.files = output.getFileSystem(configuration);
    this.output = files.makeQualified(output);
    this.own = new Path(this.output, "_nightjar");
    this.configuration = configuration;
  }

  /**
   * Refuses an output in a directory that the other party can read: its private part would be there
   * too.
   *
   * @throws JobRefusedException if it is
   */
  static void requireOutside(Path exchange, Path output, Configuration configuration)
      throws IOException {
    if (isInside(exchange, output, configuration)) {
      throw new JobRefusedException(
          "The output %s is in the exchange %s, where the other party reads: choose another"
              .formatted(qualified(output, configuration), qualified(exchange, configuration)));
    }
  }

  /** Returns whether a place is in a directory. */
  static boolean isInside(Path directory, Path place, Configuration configuration)
      throws IOException {
    Path root = ofOneScheme(qualified(directory, configuration));
    for (Path at = ofOneScheme(qualified(place, configuration)); at != null; at = at.getParent()) {
      if (at.equals(root)) {
        return true;
      }
    }
    return false;
  }

  /** A bucket has several schemes. */
  private static Path ofOneScheme(Path path) {
    return new Path(path.toString().replaceFirst("^s3n?:", "s3a:"));
  }

  /** Catalogs may name a place by a scheme that they alone have an implementation of. */
  private static Path qualified(Path path, Configuration configuration) throws IOException {
    try {
      return path.getFileSystem(configuration).makeQualified(path);
    } catch (UnsupportedFileSystemException e) {
      return path;
    }
  }

  /** Returns the directory itself. */
  public Path path() {
    return output;
  }

  /** Returns the part of it that is for Nightjar alone. */
  public Path own() {
    return own;
  }

  /** Returns the file that says who works here. */
  Path lock() {
    return new Path(own, "lock");
  }

  /** Returns where the uploads of waves in work are remembered. */
  Path made() {
    return new Path(own, "uploads");
  }

  /** Returns where results of finished waves are. */
  Path parts() {
    return new Path(own, "parts");
  }

  /**
   * Returns the job that is in the directory, finished or not.
   *
   * @throws JobRefusedException if there is something else in it, or another job
   */
  public Optional<State> find(String identity) throws IOException {
    return find(identity, Optional.empty());
  }

  /** Does so, and says in what another job differs from what is asked for. */
  Optional<State> find(String identity, Optional<AskedJob> asked) throws IOException {
    Optional<State> found = find();
    if (found.isEmpty()) {
      return found;
    }
    State state = found.get();
    if (!state.identity().equals(identity)) {
      Optional<AskedJob> before = asked();
      throw before.isPresent() && asked.isPresent()
          ? hasAnotherJob(" (%s)".formatted(before.get().difference(asked.get())))
          : hasAnotherJob("");
    }
    return found;
  }

  /**
   * Returns what is said when the job in the directory is not the one that was asked for.
   *
   * @param difference in what they differ, if that is known
   */
  JobRefusedException hasAnotherJob(String difference) {
    return new JobRefusedException(
        "The output %s has a job with another model, input or plan, or with results in another form%s: choose another output, or remove it"
            .formatted(output, difference));
  }

  /** Keeps what a job that is about to begin was asked for. */
  void keepAsked(AskedJob asked) throws IOException {
    files.delete(askedPath(), false); // of an attempt that did not get to begin
    HadoopFiles.writePrivate(files, askedPath(), asked.write());
  }

  /** Returns what the job was asked for; an earlier version did not keep it. */
  Optional<AskedJob> asked() throws IOException {
    return HadoopFiles.read(files, askedPath(), MOST_ASKED_BYTES).flatMap(AskedJob::read);
  }

  private Path askedPath() {
    return new Path(own, "asked.json");
  }

  /**
   * Returns the job that is in the directory, whichever it is.
   *
   * @throws JobRefusedException if there is something else in it
   */
  Optional<State> find() throws IOException {
    Optional<byte[]> json = HadoopFiles.read(files, new Path(own, "job.json"), MOST_JSON_BYTES);
    if (json.isPresent()) {
      return Optional.of(read(json.get()));
    }
    if (files.exists(output) && (files.getFileStatus(output).isFile() || !isEmpty(output))) {
      throw new JobRefusedException(
          "The output %s is there already and no job of ours: choose another, or remove it"
              .formatted(output));
    }
    return Optional.empty();
  }

  private State read(byte[] json) throws IOException {
    if (JobDescription.isOfEarlierVersion(json)) {
      throw new JobRefusedException(begunByEarlierVersion());
    }
    JsonProcessingException cause = null;
    try {
      State state = MAPPER.readValue(json, State.class);
      if (state != null) {
        return state;
      }
    } catch (JsonProcessingException e) {
      cause = e;
    }
    throw new JobRefusedException(
        "%s cannot be read: remove the output to start anew".formatted(new Path(own, "job.json")),
        cause);
  }

  private String begunByEarlierVersion() {
    return "The job in %s was begun by an earlier version: finish it with that one, or remove the output to start anew"
        .formatted(output);
  }

  private boolean isEmpty(Path directory) throws IOException {
    for (var status : files.listStatus(directory)) {
      // An earlier attempt may have died between making its own directory and its state.
      if (!status.getPath().getName().equals(own.getName())) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether all results are there. */
  public boolean isPublished() throws IOException {
    return ResultStore.isPublished(output, configuration);
  }

  /** Says that the job is over, and that its results are published neither now nor later. */
  public void withhold() throws IOException {
    if (!isWithheld()) {
      HadoopFiles.writeDurable(files, withheldPath(), new byte[0]);
    }
  }

  /** Returns whether the job is over without results. */
  public boolean isWithheld() throws IOException {
    return files.exists(withheldPath());
  }

  /** Returns whether the job is over, with results or without. */
  boolean isOver() throws IOException {
    return isPublished() || isWithheld();
  }

  private Path withheldPath() {
    return new Path(own, "withheld");
  }

  /**
   * Begins a job: from here on it can be interrupted and go on.
   *
   * @throws JobRefusedException if another process has just begun one
   */
  public void begin(State state) throws IOException {
    create("job.json", MAPPER.writeValueAsBytes(state));
  }

  private void create(String name, byte[] bytes) throws IOException {
    if (!HadoopFiles.createPrivate(files, new Path(own, name), bytes)) {
      throw new JobRefusedException(
          "Another process has just begun a job in %s: choose another output".formatted(output));
    }
  }

  /** Begins a job whose draws come from a secret, which is kept until it is finished. */
  public void begin(State state, JobSecret secret) throws IOException {
    byte[] bytes = secret.toBytes(RawSecretAccess.granted());
    try {
      files.delete(new Path(own, "secret"), false); // of an attempt that did not get to begin
      create("secret", bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    begin(state);
  }

  /**
   * Returns the secret of an interrupted job.
   *
   * @throws JobRefusedException if it is gone, or an older version's
   */
  public JobSecret secret() throws IOException {
    byte[] bytes =
        HadoopFiles.read(files, new Path(own, "secret"), JobSecret.BYTES)
            .orElseThrow(
                () ->
                    new JobRefusedException(
                        "The secret of the interrupted job in %s is gone: remove the output to start anew"
                            .formatted(output)));
    try {
      return JobSecret.ofBytes(bytes, RawSecretAccess.granted());
    } catch (DamagedSecretException e) {
      throw new JobRefusedException(
          "The secret of the job in %s is damaged: remove the output to start anew"
              .formatted(output),
          e);
    } catch (IllegalArgumentException e) {
      throw new JobRefusedException(begunByEarlierVersion(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The encryption key of a job, as it is kept. */
  static final class KeptKey {
    private final byte[] secret;
    private final byte[] publicKey;

    /**
     * Takes a key over.
     *
     * @param secret the secret key under a passphrase
     * @param publicKey the public key
     */
    KeptKey(byte[] secret, byte[] publicKey) {
      this.secret = secret;
      this.publicKey = publicKey;
    }

    byte[] secret() {
      return secret;
    }

    byte[] publicKey() {
      return publicKey;
    }
  }

  /** Keeps the key of a job that is about to begin. */
  void keepKey(UUID job, KeptKey key) throws IOException {
    HadoopFiles.writeDurable(files, publicKeyPath(job), key.publicKey());
    HadoopFiles.writeDurable(files, keyPath(job), key.secret());
  }

  /** Removes the key of a job that did not get to begin. */
  void forgetKey(UUID job) throws IOException {
    files.delete(keyPath(job), false);
    files.delete(publicKeyPath(job), false);
  }

  /** Returns the key of an interrupted job, if it is there. */
  Optional<KeptKey> key(UUID job) throws IOException {
    Optional<byte[]> secret = HadoopFiles.read(files, keyPath(job), OwnerKey.MOST_BYTES);
    Optional<byte[]> publicKey = HadoopFiles.read(files, publicKeyPath(job), OwnerKey.MOST_BYTES);
    return secret.isEmpty() || publicKey.isEmpty()
        ? Optional.empty()
        : Optional.of(new KeptKey(secret.get(), publicKey.get()));
  }

  private Path keyPath(UUID job) {
    return new Path(own, job + KEY);
  }

  private Path publicKeyPath(UUID job) {
    return new Path(own, job + PUBLIC_KEY);
  }

  private static boolean isKey(Path file) {
    return file.getName().endsWith(KEY) || file.getName().endsWith(PUBLIC_KEY);
  }

  /**
   * Removes all that is kept of a job but its published results, and returns whether there was
   * anything.
   *
   * @throws JobRefusedException if another job is here
   */
  public boolean erase(UUID job) throws IOException {
    Optional<byte[]> json = HadoopFiles.read(files, new Path(own, "job.json"), MOST_JSON_BYTES);
    if (json.isEmpty()) {
      return false;
    }
    UUID found = read(json.get()).job().job();
    if (!found.equals(job)) {
      throw new JobRefusedException(
          "The output %s has job %s, not %s".formatted(output, found, job));
    }
    abandon();
    return true;
  }

  /** Takes a beginning back, before anything was done. */
  public void abandon() throws IOException {
    files.delete(own, true);
    removeIfEmpty();
  }

  /** Removes the directory if nothing is in it, not even of a job that did not get to begin. */
  void removeIfEmpty() throws IOException {
    for (Path directory : List.of(own, output)) {
      if (files.exists(directory) && files.listStatus(directory).length == 0) {
        files.delete(directory, false);
      }
    }
  }

  /** Returns where the job's records are staged. */
  StagingArea staging() throws IOException {
    return new StagingArea(own, configuration);
  }

  /** Returns a directory in which something may be tried out. */
  Path trial() {
    return new Path(own, "trial");
  }

  /** Returns where the inputs of a job's rounds are remembered. */
  public Path seenInputs(UUID job) {
    return new Path(own, "inputs-" + job);
  }

  /** Forgets what only an unfinished job needs. */
  public void forget(UUID job) throws IOException {
    files.delete(new Path(own, "secret"), false);
    for (FileStatus key : files.listStatus(own, OutputDirectory::isKey)) {
      files.delete(key.getPath(), false); // also of attempts that ended before they began
    }
    files.delete(new Path(own, "parts"), true);
    files.delete(new Path(own, "published"), true);
    files.delete(made(), true);
    files.delete(trial(), true);
    files.delete(seenInputs(job), true);
    staging().remove();
  }

  /** Writes a file of the report. */
  public void writeReport(String name, byte[] content) throws IOException {
    Path file = new Path(new Path(output, "_report"), name);
    files.delete(file, false);
    HadoopFiles.write(files, file, content);
  }

  /** Keeps the receipt of the job, which is published with its results. */
  void keepReceipt(byte[] receipt) throws IOException {
    files.delete(receiptPath(), false);
    HadoopFiles.writePrivate(files, receiptPath(), receipt);
  }

  /** Returns the receipt, if it was given. */
  Optional<byte[]> receipt(int mostBytes) throws IOException {
    return HadoopFiles.read(files, receiptPath(), mostBytes);
  }

  private Path receiptPath() {
    return new Path(own, "receipt.json");
  }
}
