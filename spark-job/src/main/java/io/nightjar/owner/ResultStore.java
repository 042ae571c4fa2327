package io.nightjar.owner;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Wave;
import io.nightjar.records.TableLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The predictions of finished waves, out of sight until all are there.
 *
 * <p>A wave is finished when the list of its parts is there, which has their digests.
 */
public final class ResultStore {

  private static final String SUCCESS = "_SUCCESS";
  private static final String WRITTEN = "_WRITTEN";
  private static final int MOST_LIST_BYTES = 1 << 26;
  private static final int MOST_VERSION_BYTES = 1 << 10;

  private final Path output;
  private final Path published;
  private final FileSystem files;
  private final PartFiles parts;
  private final Optional<Publisher> publisher;

  /** Writes results elsewhere, or in another form than their parts have. */
  public interface Publisher {

    /**
     * Writes all results of a job to a directory that is not there, or to where they are once only,
     * however often it is asked.
     *
     * @return the version of what has them; empty if it has none
     */
    String write(UUID job, List<Path> parts, Path directory) throws IOException;
  }

  /**
   * All parts of a wave.
   *
   * @param format {@link #FORMAT}
   * @param version {@link #VERSION}
   * @param parts the parts
   */
  @JsonPropertyOrder({"format", "version", "parts"})
  record WaveParts(String format, int version, List<Part> parts) {

    static final String FORMAT = "nightjar-wave-parts";
    static final int VERSION = 1;

    WaveParts {
      parts = List.copyOf(parts);
      if (!FORMAT.equals(format) || version != VERSION) {
        throw new ExchangeException("its format is unknown");
      }
    }
  }

  /**
   * Opens the store of an output directory.
   *
   * @param privateDirectory the part of it that is for Nightjar alone
   * @param parts the files in which results are until all are there
   * @param publisher writes what is published, if parts are not what is
   */
  public ResultStore(
      Path output, Path privateDirectory, PartFiles parts, Optional<Publisher> publisher) {
    this.output = output;
    this.files = parts.files();
    this.parts = parts;
    this.published = new Path(privateDirectory, "published");
    this.publisher = publisher;
  }

  /** Returns the files in which results are until all are there. */
  public PartFiles parts() {
    return parts;
  }

  /** Returns whether a wave is finished. */
  public boolean has(int wave) throws IOException {
    return files.exists(listPath(wave));
  }

  private Path listPath(int wave) {
    return new Path(parts.directory(), String.format(Locale.ROOT, "wave-%05d.json", wave));
  }

  /** Says that these parts, which are there, are all predictions of a wave. */
  public void finish(Wave wave, List<Part> all) throws IOException {
    WaveParts list = new WaveParts(WaveParts.FORMAT, WaveParts.VERSION, all);
    HadoopFiles.writeDurable(files, listPath(wave.index()), ExchangeJson.write(list));
  }

  private List<Part> partsOf(Wave wave) throws IOException {
    Path path = listPath(wave.index());
    byte[] json =
        HadoopFiles.read(files, path, MOST_LIST_BYTES)
            .orElseThrow(() -> new IOException("%s is gone".formatted(path)));
    try {
      return ExchangeJson.read(json, WaveParts.class).parts();
    } catch (ExchangeException e) {
      throw new IOException(PartFiles.damaged(path), e);
    }
  }

  /**
   * Brings all results to where they belong.
   *
   * @return the version of what has them; empty if it has none
   */
  public String publish(UUID job, List<Wave> waves) throws IOException {
    List<Part> all = new ArrayList<>();
    for (Wave wave : waves) {
      all.addAll(partsOf(wave));
    }
    for (Part part : all) {
      if (files.exists(new Path(parts.directory(), part.file()))) { // it is not in its place yet
        parts.requireWhole(part);
      }
    }
    if (publisher.isPresent()) {
      return publish(job, all, publisher.get());
    }
    for (Part part : all) {
      move(new Path(parts.directory(), part.file()), new Path(output, part.name()));
    }
    return "";
  }

  /** Says in the output directory that all results are where they belong. */
  public void complete() throws IOException {
    files.create(new Path(output, SUCCESS), true).close();
  }

  private String publish(UUID job, List<Part> all, Publisher by) throws IOException {
    Path mark = new Path(published, WRITTEN);
    Optional<byte[]> before = HadoopFiles.read(files, mark, MOST_VERSION_BYTES);
    if (before.isEmpty()) {
      files.delete(published, true); // what an attempt left that did not get to its end
      String version =
          by.write(
              job,
              all.stream().map(part -> new Path(parts.directory(), part.file())).toList(),
              published);
      HadoopFiles.writeDurable(files, mark, version.getBytes(StandardCharsets.UTF_8));
      before = Optional.of(version.getBytes(StandardCharsets.UTF_8));
    }
    for (Path written : written()) {
      move(written, new Path(output, written.getName()));
    }
    return new String(before.get(), StandardCharsets.UTF_8);
  }

  /** Returns what is to be moved; the log of a table, without which nothing in it counts, last. */
  private List<Path> written() throws IOException {
    List<Path> plain = new ArrayList<>();
    List<Path> logs = new ArrayList<>();
    for (FileStatus status : files.listStatus(published)) {
      String name = status.getPath().getName();
      if (TableLogs.DELTA.isCalled(name)) {
        logs.add(status.getPath());
      } else if (!name.startsWith("_") && !name.startsWith(".")) {
        plain.add(status.getPath());
      }
    }
    plain.addAll(logs);
    return plain;
  }

  /** Moves a file or a tree; where that is no single step, an earlier attempt may have begun it. */
  private void move(Path from, Path to) throws IOException {
    if (files.exists(to)) {
      if (files.exists(from) && files.getFileStatus(from).isDirectory()) {
        for (FileStatus inside : files.listStatus(from)) {
          move(inside.getPath(), new Path(to, inside.getPath().getName()));
        }
      }
    } else if (!files.rename(from, to)) {
      throw new IOException("%s could not be renamed to %s".formatted(from, to));
    }
  }

  /** Returns whether an output directory has been published. */
  public static boolean isPublished(Path output, Configuration configuration) throws IOException {
    return output.getFileSystem(configuration).exists(new Path(output, SUCCESS));
  }
}
