package io.nightjar.owner;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.identity.PoisonMark;
import io.nightjar.protocol.PoisonedBatches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The poisoned batches of a job: a mark for each in the data owner's private directory, and before
 * the first of them one at its identity, if that is kept.
 *
 * <p>A process that ends between the two has left the mark at the identity, which names the batch.
 */
public final class PoisonStore implements PoisonedBatches {

  private static final Pattern NAME = Pattern.compile("poisoned-(\\d{7,15})\\.json");

  private final Path own;
  private final FileSystem files;
  private final JobDescription job;
  private final Optional<java.nio.file.Path> identities;
  private final SortedSet<Long> known = new ConcurrentSkipListSet<>();

  private PoisonStore(
      Path own, FileSystem files, JobDescription job, Optional<java.nio.file.Path> identities) {
    this.own = own;
    this.files = files;
    this.job = job;
    this.identities = identities;
  }

  /**
   * Opens the store of a job.
   *
   * @param own the private directory of its output
   * @param identities where the identity of its data owner is kept, if it is
   */
  public static PoisonStore open(
      Path own,
      Configuration configuration,
      JobDescription job,
      Optional<java.nio.file.Path> identities)
      throws IOException {
    PoisonStore store = new PoisonStore(own, own.getFileSystem(configuration), job, identities);
    store.known.addAll(batches(own, configuration));
    Optional<PoisonMark> mark =
        identities.isPresent() ? PoisonMark.find(identities.get()) : Optional.empty();
    if (mark.isPresent() && mark.get().job().equals(job.job())) {
      store.mark(mark.get().batch());
    }
    return store;
  }

  /** Returns the batches that are marked in the private directory of a job's output. */
  public static SortedSet<Long> batches(Path own, Configuration configuration) throws IOException {
    FileSystem files = own.getFileSystem(configuration);
    SortedSet<Long> batches = new TreeSet<>();
    for (FileStatus file : files.listStatus(own)) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches()) {
        batches.add(Long.valueOf(name.group(1)));
      }
    }
    return batches;
  }

  @Override
  public boolean has(long batch) {
    return known.contains(batch);
  }

  @Override
  public void add(long batch) {
    try {
      mark(batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void mark(long batch) throws IOException {
    if (known.contains(batch)) {
      return;
    }
    if (identities.isPresent()) {
      PoisonMark.now(job.owner(), job.job(), batch).write(identities.get());
    }
    String name = String.format(Locale.ROOT, "poisoned-%07d.json", batch);
    String json =
        "{\"format\":\"nightjar-poisoned-batch\",\"version\":1,\"batch\":%d}\n".formatted(batch);
    HadoopFiles.writeDurable(files, new Path(own, name), json.getBytes(StandardCharsets.UTF_8));
    known.add(batch);
  }
}
