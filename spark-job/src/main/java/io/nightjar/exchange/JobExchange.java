package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.protocol.Message;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The directory of one job in an exchange. It is safe to use from many threads. */
public final class JobExchange {

  private static final int MOST_JOB_BYTES = 1 << 16;

  private final Path directory;
  private final FileSystem files;
  private final JobDescription job;
  private final JobMarks marks;

  private JobExchange(Path directory, FileSystem files, JobDescription job) {
    this.directory = directory;
    this.files = files;
    this.job = job;
    this.marks = new JobMarks(directory, files);
  }

  /** Returns the directory of a job, which need not be there yet. */
  public static JobExchange of(Path directory, Configuration configuration, JobDescription job)
      throws IOException {
    Path qualified = directory.getFileSystem(configuration).makeQualified(directory);
    return new JobExchange(qualified, qualified.getFileSystem(configuration), job);
  }

  /** Reads the description of the job in a directory, if it is there. */
  public static Optional<JobDescription> description(Path directory, Configuration configuration)
      throws IOException {
    FileSystem files = directory.getFileSystem(configuration);
    Path path = new Path(files.makeQualified(directory), "job.json");
    LocalPaths.requireInside(files, path.getParent(), path);
    Optional<byte[]> json = HadoopFiles.read(files, path, MOST_JOB_BYTES);
    return json.map(bytes -> ExchangeJson.read(path, bytes, JobDescription.class));
  }

  /**
   * Writes the description of the job, after the key of its data owner: from here on the other
   * party may see both.
   */
  public void announce(OwnerKey owner) throws IOException {
    files.delete(ownerKeyPath(), false); // left by an attempt that ended before job.json
    HadoopFiles.write(files, ownerKeyPath(), owner.bytes());
    HadoopFiles.write(files, new Path(directory, "job.json"), ExchangeJson.write(job));
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
    if (!key.fingerprint().equals(job.owner())) {
      throw new ExchangeException(
          "%s has fingerprint %s; the order names %s"
              .formatted(ownerKeyPath(), key.fingerprint(), job.owner()));
    }
    return key;
  }

  private Path ownerKeyPath() {
    return new Path(directory, "public-key.bin");
  }

  /** Marks the job as one whose data owner has all results. */
  public void finish() throws IOException {
    marks.finish(job);
  }

  /** Returns whether the data owner has all results. */
  public boolean isFinished() throws IOException {
    return marks.isFinished();
  }

  /** Marks a wave as one whose results the data owner has, and removes its blocks. */
  public void finishWave(int wave) throws IOException {
    HadoopFiles.write(files, waveDonePath(wave), ExchangeJson.write(job));
    removeWave(wave);
  }

  /** Returns whether the data owner has the results of a wave. */
  public boolean isFinished(int wave) throws IOException {
    return files.exists(waveDonePath(wave));
  }

  private Path waveDonePath(int wave) {
    return new Path(directory, "wave-%05d.done".formatted(wave));
  }

  /** Tells the other party that this job will not be done, and why. */
  public void refuse(String reason) throws IOException {
    marks.refuse(reason);
  }

  /** Returns why the other party will not do this job, if it will not. */
  public Optional<String> refusal() throws IOException {
    return marks.refusal();
  }

  /** Takes a refusal back, so that the other party looks at the job again. */
  public void askAgain() throws IOException {
    marks.askAgain();
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
   * Returns a manifest if it has been committed.
   *
   * @throws ExchangeException if it is malformed, or of another job, plan, wave, round or direction
   */
  public Optional<Manifest> manifest(int wave, int round, Direction direction) throws IOException {
    Path path = manifestPath(wave, round, direction);
    Optional<byte[]> json = read(path, Manifest.MOST_BYTES);
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
   * Returns a manifest whose files must be made from those of another one.
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

  /** Commits one direction of a round. */
  public void commit(Manifest manifest) throws IOException {
    Path path = manifestPath(manifest.wave(), manifest.round(), manifest.direction());
    HadoopFiles.write(files, path, ExchangeJson.write(manifest));
  }

  /** Removes what an interrupted attempt at one direction of a round left behind. */
  public void clear(int wave, int round, Direction direction) throws IOException {
    Path blocks = blocks(wave, round, direction);
    LocalPaths.requireInside(files, directory, blocks);
    files.delete(blocks, true);
    files.mkdirs(blocks);
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

  /** Writes one message as a file of its own. */
  public FileDigest write(
      int wave, int round, Direction direction, Message message, BlockFormat format)
      throws IOException {
    try (BlockFileWriter writer =
        BlockFileWriter.create(files, blocks(wave, round, direction), message.label())) {
      writer.write(message.label(), message.block(), format);
      return writer.finish();
    }
  }

  /**
   * Opens a file of blocks.
   *
   * @param check sees every header before memory is taken for its block
   * @throws ExchangeException if it is not there, has another length, or is elsewhere
   */
  public VerifiedBlocks open(
      int wave,
      int round,
      Direction direction,
      FileDigest file,
      BlockFormat format,
      Consumer<BlockFormat.Header> check)
      throws IOException {
    Path path = new Path(blocks(wave, round, direction), file.name());
    LocalPaths.requireInside(files, directory, path);
    return VerifiedBlocks.open(files, path, file, format, check);
  }

  private Optional<byte[]> read(Path path, int mostBytes) throws IOException {
    LocalPaths.requireInside(files, directory, path);
    return HadoopFiles.read(files, path, mostBytes);
  }
}
