package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of one job in an exchange. What owners say in it is signed by the identities that
 * the job names, or counts as absent. It is safe to use from many threads.
 */
public final class JobExchange {

  static final String ORDER = "job.json";
  static final String RECEIPT = "receipt.json";

  private static final int MOST_JOB_BYTES = 1 << 16;

  private final Path directory;
  private final FileSystem files;
  private final JobDescription job;
  private final JobMarks marks;
  private final SignedFiles signed;
  private final Optional<IdentitySecret> own;

  private JobExchange(
      Path directory, FileSystem files, JobDescription job, Optional<IdentitySecret> own) {
    this.directory = directory;
    this.files = files;
    this.job = job;
    this.marks = new JobMarks(directory, files, job.job());
    this.signed = marks.signed();
    this.own = own;
  }

  /** Returns the directory of a job, which need not be there yet, for one who signs nothing. */
  public static JobExchange of(Path directory, Configuration configuration, JobDescription job)
      throws IOException {
    Path qualified = directory.getFileSystem(configuration).makeQualified(directory);
    return new JobExchange(
        qualified, qualified.getFileSystem(configuration), job, Optional.empty());
  }

  /** Returns the same directory for one of the job's owners. */
  public JobExchange as(IdentitySecret owner) {
    return new JobExchange(directory, files, job, Optional.of(owner));
  }

  private IdentitySecret own() {
    return own.orElseThrow(() -> new IllegalStateException("Nobody signs in this process"));
  }

  /**
   * Reads the order in a directory, if it is there.
   *
   * @throws ExchangeException if it is malformed, or not signed by the data owner that it names
   */
  static Optional<SignedOrder> order(Path directory, Configuration configuration, UUID job)
      throws IOException {
    FileSystem files = directory.getFileSystem(configuration);
    Path path = orderPath(files.makeQualified(directory));
    LocalPaths.requireInside(files, path.getParent(), path);
    Optional<byte[]> json = HadoopFiles.read(files, path, MOST_JOB_BYTES);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    JobDescription described = JobDescription.read(path, json.get());
    SignedFiles signed = new JobMarks(path.getParent(), files, job).signed();
    return signed
        .read(path, MOST_JOB_BYTES)
        .filter(order -> order.isOf(described.owner()))
        .filter(order -> Arrays.equals(order.content(), json.get()))
        .map(order -> new SignedOrder(described, order.signers()))
        .or(
            () -> {
              throw new ExchangeException(
                  "%s is not signed by the data owner that it names".formatted(path));
            });
  }

  private static Path orderPath(Path directory) {
    return new Path(directory, ORDER);
  }

  /** Returns whether the order of the job is there as its data owner wrote it. */
  public boolean isOrdered() throws IOException {
    Optional<byte[]> json = signed.read(orderPath(directory), MOST_JOB_BYTES, List.of(job.owner()));
    return json.isPresent() && Arrays.equals(json.get(), ExchangeJson.write(job));
  }

  /**
   * Writes the order of the job, after its public key: from here on the other party may see both.
   *
   * @param dataOwner who orders, with the identities that the other party may know better
   */
  public void announce(OwnerKey key, Identities dataOwner) throws IOException {
    HadoopFiles.writeAnew(files, ownerKeyPath(), key.bytes());
    signed.write(orderPath(directory), ExchangeJson.write(job), dataOwner.all());
  }

  /** Says that the job is admitted. */
  public void admit(Receipt receipt) throws IOException {
    signed.write(receiptPath(), ExchangeJson.write(receipt), List.of(own()));
  }

  /**
   * Returns the model owner's word that the job is admitted, if it has given it.
   *
   * @throws ExchangeException if it is of something else
   */
  public Optional<SignedReceipt> receipt() throws IOException {
    Optional<SignedFiles.Signed> order =
        signed.read(orderPath(directory), MOST_JOB_BYTES).filter(file -> file.isOf(job.owner()));
    Optional<SignedFiles.Signed> given =
        signed.read(receiptPath(), MOST_JOB_BYTES).filter(file -> file.isOf(job.modelOwner()));
    if (order.isEmpty() || given.isEmpty()) {
      return Optional.empty();
    }
    Receipt receipt = ExchangeJson.read(receiptPath(), given.get().content(), Receipt.class);
    if (!receipt.isOf(job)) {
      throw new ExchangeException("%s is of another order of this job".formatted(receiptPath()));
    }
    return Optional.of(
        SignedReceipt.of(job, order.get().signatures(), receipt, given.get().signatures()));
  }

  private Path receiptPath() {
    return new Path(directory, RECEIPT);
  }

  /**
   * Returns the public key of the data owner who ordered the job.
   *
   * @throws ExchangeException if there is none of this scheme, or not the one that the order names
   */
  public OwnerKey ownerKey(KeyScheme keys) throws IOException {
    byte[] bytes =
        read(ownerKeyPath(), OwnerKey.MOST_BYTES)
            .orElseThrow(() -> new ExchangeException("There is no %s".formatted(ownerKeyPath())));
    OwnerKey key;
    try {
      key = keys.read(bytes);
    } catch (InvalidKeyException e) {
      throw new ExchangeException(e.getMessage(), e);
    }
    if (!key.fingerprint().equals(job.key())) {
      throw new ExchangeException(
          "%s has fingerprint %s; the order names %s"
              .formatted(ownerKeyPath(), key.fingerprint(), job.key()));
    }
    return key;
  }

  private Path ownerKeyPath() {
    return new Path(directory, "public-key.bin");
  }

  /** Marks the job as one whose data owner has all results. */
  public void finish() throws IOException {
    marks.finish(job, own());
  }

  /** Returns whether the data owner has said that it has all results. */
  public boolean isFinished() throws IOException {
    return marks.isFinished(job.owner());
  }

  /** Marks a wave as one whose results the data owner has, and removes its blocks. */
  public void finishWave(int wave) throws IOException {
    signed.write(waveDonePath(wave), ExchangeJson.write(job), List.of(own()));
    removeWave(wave);
  }

  /** Returns whether the data owner has said that it has the results of a wave. */
  public boolean isFinished(int wave) throws IOException {
    return signed.read(waveDonePath(wave), MOST_JOB_BYTES, List.of(job.owner())).isPresent();
  }

  private Path waveDonePath(int wave) {
    return new Path(directory, "wave-%05d.done".formatted(wave));
  }

  /** Tells the other party that this job will not be done, and why, unless it said so itself. */
  public void refuse(String reason) throws IOException {
    marks.refuse(reason, List.of(own()), parties());
  }

  /** Returns why an owner will not do this job, if one has said so. */
  public Optional<String> refusal() throws IOException {
    return marks.refusal(parties());
  }

  private List<Identity> parties() {
    return List.of(job.owner(), job.modelOwner());
  }

  /** Takes a refusal back, so that the other party looks at the job again. */
  public void askAgain() throws IOException {
    marks.askAgain();
  }

  /** Returns the directory. */
  public Path directory() {
    return directory;
  }

  /** Returns the job. */
  public JobDescription job() {
    return job;
  }

  /** Returns where the blocks of one direction of a round are. */
  public Path blocks(int wave, int round, Direction direction) {
    return new Path(round(wave, round), direction.toString());
  }

  private Path round(int wave, int round) {
    return new Path(waveDirectory(wave), "round-%02d".formatted(round));
  }

  private Path waveDirectory(int wave) {
    return new Path(directory, "wave-%05d".formatted(wave));
  }

  private Path manifestPath(int wave, int round, Direction direction) {
    return new Path(round(wave, round), direction + ".json");
  }

  /**
   * Returns a manifest if it has been committed: the data owner signs those of uploads, the model
   * owner those of results.
   *
   * @throws ExchangeException if it is malformed, or of another job, plan, wave, round or direction
   */
  public Optional<Manifest> manifest(int wave, int round, Direction direction) throws IOException {
    Path path = manifestPath(wave, round, direction);
    Identity owner = direction == Direction.UP ? job.owner() : job.modelOwner();
    Optional<byte[]> json = signed.read(path, Manifest.MOST_BYTES, List.of(owner));
    if (json.isEmpty()) {
      return Optional.empty();
    }
    Manifest manifest = ExchangeJson.read(path, json.get(), Manifest.class);
    boolean ours =
        manifest.job().equals(job.job())
            && manifest.plan().equals(job.plan())
            && manifest.wave() == wave
            && manifest.round() == round
            && manifest.direction() == direction;
    if (!ours) {
      throw new ExchangeException(
          "%s is the manifest of job %s, plan %s, wave %d, round %d, %s"
              .formatted(
                  path,
                  manifest.job(),
                  manifest.plan(),
                  manifest.wave(),
                  manifest.round(),
                  manifest.direction()));
    }
    return Optional.of(manifest);
  }

  /**
   * Returns a manifest whose blocks must be made from those of another one.
   *
   * @throws ExchangeException as without {@code source}, and if it is made from something else
   */
  public Optional<Manifest> manifest(int wave, int round, Direction direction, String source)
      throws IOException {
    Optional<Manifest> manifest = manifest(wave, round, direction);
    if (manifest.isPresent() && !manifest.get().source().equals(source)) {
      throw new ExchangeException(
          "%s is made from %s, not %s: it is stale, or not the other party's"
              .formatted(manifestPath(wave, round, direction), manifest.get().source(), source));
    }
    return manifest;
  }

  /**
   * Commits one direction of a round, unless another process of the same owner has: what was
   * committed first stays.
   *
   * @return the manifest that is committed, the caller's or the other process's
   * @throws ExchangeException if the other one is of something else, or made from something else
   */
  public Manifest commit(Manifest manifest) throws IOException {
    Path path = manifestPath(manifest.wave(), manifest.round(), manifest.direction());
    if (signed.create(path, ExchangeJson.write(manifest), own(), Manifest.MOST_BYTES)) {
      return manifest;
    }
    return manifest(manifest.wave(), manifest.round(), manifest.direction(), manifest.source())
        .orElseThrow(() -> new ExchangeException("%s is gone".formatted(path)));
  }

  /** Returns whether all blocks that a manifest lists are there, as they were written. */
  public boolean isWhole(Manifest manifest) throws IOException {
    Path blocks = blocks(manifest.wave(), manifest.round(), manifest.direction());
    LocalPaths.requireInside(files, directory, blocks);
    return SectionFiles.areWhole(files, blocks, manifest.sections());
  }

  /** Returns whether there is a manifest, whoever wrote it. */
  public boolean isCommitted(int wave, int round, Direction direction) throws IOException {
    return files.exists(manifestPath(wave, round, direction));
  }

  /**
   * Takes the manifest of one direction of a round away, after which its blocks count no longer;
   * they are their owner's to {@linkplain #clear remove}.
   */
  public void retract(int wave, int round, Direction direction) throws IOException {
    signed.delete(manifestPath(wave, round, direction));
  }

  /** Removes what an interrupted attempt at one direction of a round left behind. */
  public void clear(int wave, int round, Direction direction) throws IOException {
    Path blocks = blocks(wave, round, direction);
    LocalPaths.requireInside(files, directory, blocks);
    files.delete(blocks, true);
    if (StoreKind.of(files, blocks) != StoreKind.OBJECTS) { // which have no directories
      files.mkdirs(blocks);
    }
  }

  /** Removes the blocks of one direction of a round, of which the manifest stays. */
  public void removeBlocks(int wave, int round, Direction direction) throws IOException {
    files.delete(blocks(wave, round, direction), true);
  }

  /** Removes all blocks and manifests of a wave. */
  public void removeWave(int wave) throws IOException {
    files.delete(waveDirectory(wave), true);
  }

  /** Removes the whole job. */
  public void remove() throws IOException {
    marks.remove();
  }

  /** Returns what writes blocks of one direction of a round to a file of their own. */
  public BlockFileWriter writer(int wave, int round, Direction direction) {
    return new BlockFileWriter(files, blocks(wave, round, direction));
  }

  /**
   * Opens a section of a file of blocks.
   *
   * @param check sees every header before memory is taken for its block
   * @throws ExchangeException if the file is not there, ends too early, or is elsewhere
   */
  public VerifiedBlocks open(
      int wave,
      int round,
      Direction direction,
      Section section,
      BlockFormat format,
      Consumer<BlockFormat.Header> check)
      throws IOException {
    Path path = new Path(blocks(wave, round, direction), section.file());
    LocalPaths.requireInside(files, directory, path);
    return VerifiedBlocks.open(files, path, section, format, check);
  }

  private Optional<byte[]> read(Path path, int mostBytes) throws IOException {
    LocalPaths.requireInside(files, directory, path);
    return HadoopFiles.read(files, path, mostBytes);
  }
}
