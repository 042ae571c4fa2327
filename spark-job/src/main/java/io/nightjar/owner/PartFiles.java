package io.nightjar.owner;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordId;
import io.nightjar.records.ResultFormat;
import io.nightjar.records.ResultWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
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
  private final Form form;
  private final Plan plan;

  /**
   * What the files look like.
   *
   * @param format their format
   * @param idType the type of ids in them
   * @param places whether a record has its place for an id, because somebody else publishes it
   */
  public record Form(ResultFormat format, IdType idType, boolean places) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Returns the form of files that are published as they are. */
    public static Form published(ResultFormat format, IdType idType) {
      return new Form(format, idType, false);
    }

    /** Returns the form of files from which somebody else makes those that are published. */
    public static Form intermediate() {
      return new Form(ResultFormat.PARQUET, IdType.LONG, true);
    }
  }

  /** Creates the files of a job in a directory, which need not be there. */
  public PartFiles(Path directory, Configuration configuration, Form form, Plan plan)
      throws IOException {
    this.directory = directory;
    this.configuration = configuration;
    this.files = directory.getFileSystem(configuration);
    this.form = form;
    this.plan = plan;
  }

  Path directory() {
    return directory;
  }

  FileSystem files() {
    return files;
  }

  /** Returns the form of the files. */
  public Form form() {
    return form;
  }

  /** Returns the name of a file without what says its format, with it. */
  public String named(String name) {
    return "%s.%s".formatted(name, form.format().name().toLowerCase(Locale.ROOT));
  }

  /** Opens a file; it is there when its writer commits it. */
  public ResultWriter open(String file) throws IOException {
    files.mkdirs(directory);
    return ResultWriter.open(
        configuration,
        new Path(directory, file),
        form.format(),
        form.idType(),
        plan.task(),
        plan.classes(),
        plan.outputs());
  }

  /** Returns the ids under which the predictions of consecutive records are written. */
  public List<RecordId> ids(long firstRecord, List<RecordId> ids) {
    return form.places()
        ? LongStream.range(firstRecord, firstRecord + ids.size()).mapToObj(RecordId::of).toList()
        : ids;
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
