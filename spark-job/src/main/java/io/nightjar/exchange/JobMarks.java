package io.nightjar.exchange;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the directory of a job says of it as a whole, whether or not its order can be read: that its
 * data owner is finished with it, or that one party refuses it.
 */
public final class JobMarks {

  private static final int MOST_BYTES = 1 << 16;

  private final Path directory;
  private final FileSystem files;
  private final SignedFiles signed;

  JobMarks(Path directory, FileSystem files, UUID job) {
    this.directory = directory;
    this.files = files;
    this.signed = new SignedFiles(files, directory, prefix(job));
  }

  /** Returns what the names of a job's files begin with in an exchange. */
  static String prefix(UUID job) {
    return "jobs/%s/".formatted(job);
  }

  /** Returns the signed files of the job. */
  SignedFiles signed() {
    return signed;
  }

  /** Marks the job as one whose data owner has all results. */
  void finish(JobDescription job, IdentitySecret dataOwner) throws IOException {
    signed.write(donePath(), ExchangeJson.write(job), List.of(dataOwner));
  }

  /** Returns whether the data owner has said that it has all results. */
  public boolean isFinished(Identity dataOwner) throws IOException {
    return signed.read(donePath(), MOST_BYTES, List.of(dataOwner)).isPresent();
  }

  private Path donePath() {
    return new Path(directory, "done.json");
  }

  /**
   * Tells the other party that this job will not be done, and why. A refusal of either party stays
   * as it is: while it was written over, the job would look like one that is asked for again.
   *
   * @param parties whose refusals there may be
   */
  public void refuse(String reason, List<IdentitySecret> signers, Collection<Identity> parties)
      throws IOException {
    if (refusal(parties).isEmpty()) {
      signed.write(refusedPath(), ExchangeJson.write(new Refusal(reason)), signers);
    }
  }

  /** Returns why one of these will not do this job, if it has said so. */
  public Optional<String> refusal(Collection<Identity> parties) throws IOException {
    return signed
        .read(refusedPath(), MOST_BYTES, parties)
        .map(json -> ExchangeJson.read(refusedPath(), json, Refusal.class).reason());
  }

  /** Takes a refusal back, so that the other party looks at the job again. */
  void askAgain() throws IOException {
    signed.delete(refusedPath());
  }

  private Path refusedPath() {
    return new Path(directory, "refused.json");
  }

  /**
   * Removes the whole job, with what dead processes of it have left in an object store, and returns
   * whether there was one.
   */
  public boolean remove() throws IOException {
    return HadoopFiles.remove(files, directory);
  }

  private record Refusal(String reason) {
    private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{0,2000}");

    Refusal {
      if (!TEXT.matcher(reason).matches()) { // it goes to a terminal
        throw new ExchangeException("a refusal without a readable reason");
      }
    }
  }
}
