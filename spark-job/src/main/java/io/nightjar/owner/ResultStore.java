package io.nightjar.owner;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordId;
import io.nightjar.records.ResultFormat;
import io.nightjar.records.ResultWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The predictions of finished waves, a file for each, out of sight until all are there.
 *
 * <p>A file is there whole or not at all, and then its digest, which says that its wave is
 * finished. Those of a table's records have their places for ids, until somebody else publishes
 * them.
 */
public final class ResultStore {

  private static final String SUCCESS = "_SUCCESS";
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path output;
  private final Path parts;
  private final Path published;
  private final Configuration configuration;
  private final FileSystem files;
  private final ResultFormat format;
  private final IdType idType;
  private final Optional<Publisher> publisher;
  private final Plan plan;

  /** Writes the results of a table. */
  public interface Publisher {

    /** Writes all results to a directory; what is there of an earlier attempt is replaced. */
    void write(List<Path> parts, Path directory) throws IOException;
  }

  /**
   * Opens the store of an output directory.
   *
   * @param publisher writes what is published, if parts are not what is
   */
  public ResultStore(
      Path output,
      Path privateDirectory,
      Configuration configuration,
      ResultFormat format,
      IdType idType,
      Optional<Publisher> publisher,
      Plan plan)
      throws IOException {
    this.output = output;
    this.parts = new Path(privateDirectory, "parts");
    this.configuration = configuration;
    this.files = output.getFileSystem(configuration);
    this.format = publisher.isPresent() ? ResultFormat.PARQUET : format;
    this.idType = publisher.isPresent() ? IdType.LONG : idType;
    this.publisher = publisher;
    this.published = new Path(privateDirectory, "published");
    this.plan = plan;
  }

  /** Returns whether a wave is finished. */
  public boolean has(int wave) throws IOException {
    return files.exists(digestPath(wave)) || files.exists(new Path(output, name(wave)));
  }

  private Path digestPath(int wave) {
    return new Path(parts, name(wave) + ".blake3");
  }

  /** Says that the file of a wave, which is there, is all of its predictions. */
  void finish(Wave wave) throws IOException {
    Path part = new Path(parts, name(wave.index()));
    HadoopFiles.sync(files, part);
    byte[] digest = digest(part).getBytes(StandardCharsets.US_ASCII);
    HadoopFiles.writeDurable(files, digestPath(wave.index()), digest);
  }

  private String digest(Path part) throws IOException {
    Blake3 blake3 = new Blake3();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = files.open(part)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        blake3.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(blake3.digest());
  }

  /**
   * Refuses results that are not as they were written.
   *
   * @throws IOException naming the file
   */
  private void requireWhole(Wave wave) throws IOException {
    Path part = new Path(parts, name(wave.index()));
    if (!files.exists(part)) {
      return; // it is in its place
    }
    Optional<byte[]> expected = HadoopFiles.read(files, digestPath(wave.index()), 2 * Blake3.BYTES);
    String found = digest(part);
    if (expected.isEmpty()
        || !found.equals(new String(expected.get(), StandardCharsets.US_ASCII))) {
      throw new IOException(
          "%s is damaged; nobody is answered twice for the same records, so there are no results: remove the output to start anew"
              .formatted(part));
    }
  }

  /** Opens the file of a wave's predictions; it is there when its writer commits it. */
  public ResultWriter open(Wave wave) throws IOException {
    files.mkdirs(parts);
    return ResultWriter.open(
        configuration,
        new Path(parts, name(wave.index())),
        format,
        idType,
        plan.task(),
        plan.classes(),
        plan.outputs());
  }

  /** Returns the ids under which the predictions of consecutive records are kept. */
  List<RecordId> ids(long firstRecord, List<RecordId> ids) {
    return publisher.isPresent()
        ? LongStream.range(firstRecord, firstRecord + ids.size()).mapToObj(RecordId::of).toList()
        : ids;
  }

  /** Moves all files to the output directory, and says there that they are all. */
  public void publish(List<Wave> waves) throws IOException {
    for (Wave wave : waves) {
      requireWhole(wave);
    }
    if (publisher.isPresent()) {
      publish(waves, publisher.get());
    } else {
      for (Wave wave : waves) {
        move(new Path(parts, name(wave.index())), new Path(output, name(wave.index())));
      }
    }
    files.create(new Path(output, SUCCESS), true).close();
  }

  private void publish(List<Wave> waves, Publisher by) throws IOException {
    if (!files.exists(new Path(published, SUCCESS))) {
      by.write(waves.stream().map(wave -> new Path(parts, name(wave.index()))).toList(), published);
    }
    for (FileStatus written : files.listStatus(published)) {
      String name = written.getPath().getName();
      if (!name.startsWith("_") && !name.startsWith(".")) {
        move(written.getPath(), new Path(output, name));
      }
    }
  }

  private void move(Path part, Path to) throws IOException {
    if (!files.exists(to) && !files.rename(part, to)) {
      throw new IOException("%s could not be renamed to %s".formatted(part, to));
    }
  }

  /** Returns whether an output directory has been published. */
  public static boolean isPublished(Path output, Configuration configuration) throws IOException {
    return output.getFileSystem(configuration).exists(new Path(output, SUCCESS));
  }

  private String name(int wave) {
    return String.format(Locale.ROOT, "part-%05d.%s", wave, format.name().toLowerCase(Locale.ROOT));
  }
}
