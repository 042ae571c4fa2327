package io.nightjar.records;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;

/** A temporary folder with the inputs of a test, deleted in the end. */
final class Folder implements Closeable {

  static final Configuration CONF = new Configuration();

  private final Path root;

  Folder() {
    try {
      root = Files.createTempDirectory("nightjar-records");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path local(String name) {
    return root.resolve(name);
  }

  org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(root.resolve(name).toUri());
  }

  /** Writes text as it is. */
  org.apache.hadoop.fs.Path text(String name, String text) {
    return bytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  org.apache.hadoop.fs.Path lines(String name, String... lines) {
    return text(name, String.join("\n", lines) + "\n");
  }

  org.apache.hadoop.fs.Path bytes(String name, byte[] bytes) {
    try {
      Files.createDirectories(local(name).getParent());
      Files.write(local(name), bytes);
      return path(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
