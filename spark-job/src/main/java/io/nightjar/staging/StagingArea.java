package io.nightjar.staging;

import io.nightjar.records.IdxRecords;
import io.nightjar.records.RecordCensus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the records of a job are staged: a directory of its own in the private part of the output,
 * which only its owner can enter.
 */
public final class StagingArea {

  private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);

  private static final String PREFIX = "staged-";
  private static final FsPermission PRIVATE = new FsPermission((short) 0700);

  private final Path own;
  private final Configuration configuration;
  private final FileSystem files;

  /** Where keys come from. */
  public interface Keys {

    /** Returns the key to seal new records under. */
    StagingKey ofNew(UUID staged) throws IOException;

    /** Returns the keys that records may have been sealed under by an earlier process. */
    List<StagingKey> known(UUID staged) throws IOException;
  }

  /** Creates the area in the private directory of a job's output. */
  public StagingArea(Path own, Configuration configuration) throws IOException {
    this.own = own;
    this.configuration = configuration;
    this.files = own.getFileSystem(configuration);
  }

  /** Returns the records that an earlier process staged, if they are there and can be opened. */
  public Optional<StagedRecords> find(Keys keys) throws IOException {
    Optional<StagedRecords> found = Optional.empty();
    for (Path directory : directories()) {
      UUID name = UUID.fromString(directory.getName().substring(PREFIX.length()));
      for (StagingKey key : keys.known(name)) {
        if (found.isEmpty()) {
          found = open(directory, key);
        }
        if (found.isEmpty() || !found.get().isUnder(key)) {
          key.close();
        }
      }
    }
    return found;
  }

  private Optional<StagedRecords> open(Path directory, StagingKey key) throws IOException {
    try {
      return StagedRecords.open(directory, configuration, key);
    } catch (StagingException e) {
      LOG.warn("Records that were staged before are not used: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Where records come from. */
  public interface Source {

    /**
     * Writes all records in batches of one size.
     *
     * @throws io.nightjar.records.InvalidInputException if any is bad
     */
    Content write(StagingTarget target, int batchSize) throws IOException;
  }

  /**
   * What was written.
   *
   * @param census what is known of the records
   * @param pieces where they are, in their order
   * @param idSchema the columns of their ids as Spark writes them; empty if they are not of a table
   * @param snapshot the version of the table that they are of; empty if it has none
   */
  public record Content(
      RecordCensus census, List<Piece> pieces, String idSchema, String snapshot) {}

  /** Returns images as a source, which is read by this thread. */
  public static Source of(IdxRecords images) {
    return (target, batchSize) -> {
      try (StagedFile file = target.create(0);
          BackgroundSealing sealing = new BackgroundSealing(file)) {
        RecordCensus census = images.read(batchSize, sealing::take);
        sealing.finish();
        return new Content(census, file.finish(), "", "");
      }
    };
  }

  /**
   * Stages all records of a source, in place of what was staged before.
   *
   * @param description says what the source is, in words that are the same for the same request
   * @throws io.nightjar.records.InvalidInputException if any is bad; then nothing is staged
   */
  public StagedRecords stage(String description, Source source, int batchSize, Keys keys)
      throws IOException {
    remove();
    UUID name = UUID.randomUUID();
    Path directory = new Path(own, PREFIX + name);
    files.mkdirs(directory);
    files.setPermission(directory, PRIVATE);
    StagingKey key = keys.ofNew(name);
    boolean done = false;
    try (StagingTarget target = StagingTarget.open(name, directory, files, key)) {
      Content content = source.write(target, batchSize);
      StagedIndex index = StagedIndex.of(description, content, batchSize);
      StagedRecords staged = StagedRecords.commit(directory, files, key, index);
      done = true;
      return staged;
    } finally {
      if (!done) {
        key.close();
        files.delete(directory, true);
      }
    }
  }

  /** Removes everything that was staged. */
  public void remove() throws IOException {
    for (Path directory : directories()) {
      files.delete(directory, true);
    }
  }

  private List<Path> directories() throws IOException {
    List<Path> directories = new ArrayList<>();
    if (files.exists(own)) {
      for (FileStatus status : files.listStatus(own)) {
        if (status.isDirectory() && isName(status.getPath().getName())) {
          directories.add(status.getPath());
        }
      }
    }
    return directories;
  }

  private static boolean isName(String name) {
    return name.matches(PREFIX + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }
}
