package io.nightjar.owner;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.keys.KeyPoison;
import io.nightjar.keys.OwnerKey;
import io.nightjar.protocol.PoisonedBatches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The poisoned batches of a job: a mark for each in the data owner's private directory, and before
 * the first of them one at the key, if it is kept.
 *
 * <p>A process that ends between the two has left the mark at the key, which names the batch.
 */
public final class PoisonStore implements PoisonedBatches {

  private static final Pattern NAME = Pattern.compile("poisoned-(\\d{7,15})\\.json");

  private final Path own;
  private final FileSystem files;
  private final UUID job;
  private final OwnerKey owner;
  private final Optional<java.nio.file.Path> keys;
  private final SortedSet<Long> known = new ConcurrentSkipListSet<>();

  private PoisonStore(
      Path own, FileSystem files, UUID job, OwnerKey owner, Optional<java.nio.file.Path> keys) {
    this.own = own;
    this.files = files;
    this.job = job;
    this.owner = owner;
    this.keys = keys;
  }

  /**
   * Opens the store of a job.
   *
   * @param own the private directory of its output
   * @param owner the public key of the job
   * @param keys where that key is kept, if it is
   */
  public static PoisonStore open(
      Path own,
      Configuration configuration,
      UUID job,
      OwnerKey owner,
      Optional<java.nio.file.Path> keys)
      throws IOException {
    PoisonStore store = new PoisonStore(own, own.getFileSystem(configuration), job, owner, keys);
    store.known.addAll(batches(own, configuration));
    Optional<KeyPoison> atKey = keys.isPresent() ? KeyPoison.find(keys.get()) : Optional.empty();
    if (atKey.isPresent() && atKey.get().job().equals(job)) {
      store.mark(atKey.get().batch());
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
    if (keys.isPresent()) {
      KeyPoison.now(owner, job, batch).write(keys.get());
    }
    String name = String.format(Locale.ROOT, "poisoned-%07d.json", batch);
    String json =
        "{\"format\":\"nightjar-poisoned-batch\",\"version\":1,\"batch\":%d}\n".formatted(batch);
    HadoopFiles.writeDurable(files, new Path(own, name), json.getBytes(StandardCharsets.UTF_8));
    known.add(batch);
  }
}
