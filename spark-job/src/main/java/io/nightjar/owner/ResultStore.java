package io.nightjar.owner;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  private static final int MOST_LIST_BYTES = 1 << 26;

  private final Path output;
  private final Path published;
  private final FileSystem files;
  private final PartFiles parts;
  private final Optional<Publisher> publisher;

  /** Writes the results of a table. */
  public interface Publisher {

    /** Writes all results to a directory; what is there of an earlier attempt is replaced. */
    void write(List<Path> parts, Path directory) throws IOException;
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
      throw new IOException(
          "%s is damaged; nobody is answered twice for the same records, so there are no results: remove the output to start anew"
              .formatted(path),
          e);
    }
  }

  /** Moves all files to the output directory, and says there that they are all. */
  public void publish(List<Wave> waves) throws IOException {
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
      publish(all, publisher.get());
    } else {
      for (Part part : all) {
        move(new Path(parts.directory(), part.file()), new Path(output, part.name()));
      }
    }
    files.create(new Path(output, SUCCESS), true).close();
  }

  private void publish(List<Part> all, Publisher by) throws IOException {
    if (!files.exists(new Path(published, SUCCESS))) {
      by.write(
          all.stream().map(part -> new Path(parts.directory(), part.file())).toList(), published);
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
}
