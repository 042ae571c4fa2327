package io.nightjar.exchange;

import java.io.IOException;
import java.util.Optional;
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

  JobMarks(Path directory, FileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  /** Marks the job as one whose data owner has all results. */
  void finish(JobDescription job) throws IOException {
    HadoopFiles.write(files, donePath(), ExchangeJson.write(job));
  }

  /** Returns whether the data owner has all results. */
  public boolean isFinished() throws IOException {
    return files.exists(donePath());
  }

  private Path donePath() {
    return new Path(directory, "done.json");
  }

  /** Tells the other party that this job will not be done, and why. */
  public void refuse(String reason) throws IOException {
    if (!files.exists(refusedPath())) {
      HadoopFiles.write(files, refusedPath(), ExchangeJson.write(new Refusal(reason)));
    }
  }

  /** Returns why the other party will not do this job, if it will not. */
  public Optional<String> refusal() throws IOException {
    LocalPaths.requireInside(files, directory, refusedPath());
    Optional<byte[]> json = HadoopFiles.read(files, refusedPath(), MOST_BYTES);
    return json.isEmpty()
        ? Optional.empty()
        : Optional.of(ExchangeJson.read(refusedPath(), json.get(), Refusal.class).reason());
  }

  /** Takes a refusal back, so that the other party looks at the job again. */
  void askAgain() throws IOException {
    files.delete(refusedPath(), false);
  }

  private Path refusedPath() {
    return new Path(directory, "refused.json");
  }

  /** Removes the whole job, and returns whether there was one. */
  public boolean remove() throws IOException {
    return files.delete(directory, true);
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
