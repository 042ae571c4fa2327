package io.nightjar.owner;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.plan.Plan;
import io.nightjar.results.PartWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How the predictions of a job are written until all are there: a file for some batches of a wave.
 * A file is there whole or not at all.
 */
public final class PartFiles {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path directory;
  private final Configuration configuration;
  private final FileSystem files;
  private final Plan plan;

  /** Creates the files of a job in a directory, which need not be there. */
  public PartFiles(Path directory, Configuration configuration, Plan plan) throws IOException {
    this.directory = directory;
    this.configuration = configuration;
    this.files = directory.getFileSystem(configuration);
    this.plan = plan;
  }

  Path directory() {
    return directory;
  }

  FileSystem files() {
    return files;
  }

  /** Returns the name of a file without what says its format, with it. */
  public String named(String name) {
    return name + ".parquet";
  }

  /** Opens a file; it is there when its writer commits it. */
  public PartWriter open(String file) throws IOException {
    files.mkdirs(directory);
    return PartWriter.open(
        configuration, new Path(directory, file), plan.task(), plan.classes(), plan.outputs());
  }

  /** Returns a file that is there as a part, after which it is on the disk. */
  public Part finished(String file, String name) throws IOException {
    Path path = new Path(directory, file);
    HadoopFiles.sync(files, path);
    return new Part(file, name, digest(path));
  }

  private String digest(Path path) throws IOException {
    Blake3 blake3 = new Blake3();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = files.open(path)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        blake3.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(blake3.digest());
  }

  /**
   * Refuses a part that is not as it was written.
   *
   * @throws IOException naming the file
   */
  void requireWhole(Part part) throws IOException {
    Path path = new Path(directory, part.file());
    if (!digest(path).equals(part.blake3())) {
      throw new IOException(damaged(path));
    }
  }

  /** Returns what is said of a damaged file without which there are no results. */
  static String damaged(Path path) {
    return "%s is damaged; nobody is answered twice for the same records, so there are no results: remove the output to start anew"
        .formatted(path);
  }
}
