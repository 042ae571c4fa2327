package io.nightjar.spark;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Manifest;
import io.nightjar.protocol.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The model owner's memory of what it was asked: the digest of every round's manifest of uploads,
 * at first sight.
 *
 * <p>The draws of a round follow from the job's secret alone. If a second input could meet them,
 * its sender would have a second equation for the same weights; so it is refused. This memory is in
 * the model owner's own directory, not in the exchange, and outlives the process.
 */
public final class SeenInputs {

  private static final int MOST_BYTES = 64;

  private final Path directory;
  private final FileSystem files;

  /** Opens the memory of one job. */
  public SeenInputs(Path directory, Configuration configuration) throws IOException {
    this.directory = directory;
    this.files = directory.getFileSystem(configuration);
  }

  /**
   * Remembers the uploads of a round.
   *
   * @throws ProtocolException if that round had other uploads before
   */
  public synchronized void see(Manifest uploads) throws IOException {
    Path path =
        new Path(directory, "wave-%05d.round-%02d".formatted(uploads.wave(), uploads.round()));
    Optional<byte[]> before = HadoopFiles.read(files, path, MOST_BYTES);
    if (before.isEmpty()) {
      HadoopFiles.writePrivate(files, path, uploads.digest().getBytes(StandardCharsets.US_ASCII));
    } else if (!new String(before.get(), StandardCharsets.US_ASCII).equals(uploads.digest())) {
      throw new ProtocolException(
          "The uploads of wave %d, round %d are not those that this job was asked to evaluate before: the same draws never meet a second input"
              .formatted(uploads.wave(), uploads.round()));
    }
  }

  /** Forgets a wave whose results nobody can have read, because their key is gone. */
  public synchronized void forget(int wave) throws IOException {
    for (var status :
        files.exists(directory)
            ? files.listStatus(directory)
            : new org.apache.hadoop.fs.FileStatus[0]) {
      if (status.getPath().getName().startsWith("wave-%05d.".formatted(wave))) {
        files.delete(status.getPath(), false);
      }
    }
  }
}
