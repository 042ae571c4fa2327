package io.nightjar.bench;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.naive.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What an exchange takes, whatever is in it.
 *
 * @param fileSeconds to write a small file, and to open and read it
 * @param sectionSeconds what each section of a manifest adds to writing and reading it
 * @param sectionBytes how long a section is
 */
record ExchangeCosts(double fileSeconds, double sectionSeconds, double sectionBytes) {

  private static final double NANOS = 5e8;
  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final String DIGEST = "0f".repeat(32);

  /** Measures in a directory, which is left as it was. */
  static ExchangeCosts measure(java.nio.file.Path directory) throws IOException {
    Configuration configuration = HadoopFiles.configuration(new Configuration());
    Path root = new Path(directory.resolve("exchange").toUri());
    FileSystem files = root.getFileSystem(configuration);
    try (IdentitySecret owner = IdentitySecret.draw()) {
      JobDescription job =
          JobDescription.of(
              UUID.randomUUID(),
              DIGEST,
              owner.identity(),
              owner.identity(),
              DIGEST,
              new JobDescription.Cut(1, 1, 1),
              1);
      JobExchange exchange = JobExchange.of(root, configuration, job).as(owner);
      double few = manifest(exchange, FEW);
      double each = Math.max(0, (manifest(exchange, MANY) - few) / (MANY - FEW));
      double bytes =
          (double) (length(files, exchange, MANY) - length(files, exchange, FEW)) / (MANY - FEW);
      return new ExchangeCosts(file(files, root), each, bytes);
    } finally {
      files.delete(root, true);
    }
  }

  private static double manifest(JobExchange exchange, int sections) {
    return seconds(() -> commitAndRead(exchange, sections));
  }

  private static void commitAndRead(JobExchange exchange, int sections) throws IOException {
    exchange.retract(0, 0, Direction.UP);
    exchange.commit(Manifest.of(exchange.job(), 0, 0, Direction.UP, "", sections(sections)));
    if (exchange.manifest(0, 0, Direction.UP).isEmpty()) {
      throw new IOException("A manifest that has just been committed is gone");
    }
  }

  private static List<Section> sections(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            batch -> {
              String name = "batch-%07d.draw-00.col-00000".formatted(batch);
              String file = name + ".0123456789abcdef.njb";
              return new Section(name, file, 0, 1 << 23, DIGEST, "0f".repeat(16));
            })
        .toList();
  }

  private static long length(FileSystem files, JobExchange exchange, int sections)
      throws IOException {
    commitAndRead(exchange, sections);
    Path blocks = exchange.blocks(0, 0, Direction.UP);
    return files.getFileStatus(blocks.suffix(".json")).getLen();
  }

  private static double file(FileSystem files, Path root) {
    Path path = new Path(root, "file");
    byte[] bytes = new byte[1 << 12];
    return seconds(
        () -> {
          try (OutputStream out = files.create(path, true)) {
            out.write(bytes);
          }
          try (InputStream in = files.open(path)) {
            in.readAllBytes();
          }
        });
  }

  /** Something that is timed. */
  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) {
    return Timing.repeat(
            NANOS,
            () ->
                Timing.nanos(
                    () -> {
                      try {
                        work.run();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }))
        / 1e9;
  }
}
