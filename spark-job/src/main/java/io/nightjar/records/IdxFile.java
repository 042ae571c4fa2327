package io.nightjar.records;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An IDX file of unsigned bytes, item after item.
 *
 * <p>The header is big-endian: two zero bytes, the type (8 for unsigned bytes), the number of
 * dimensions, and each dimension in 32 bits. The first dimension counts the items.
 */
final class IdxFile implements Closeable {

  private static final int UNSIGNED_BYTES = 0x08;
  private static final int MOST_DIMENSIONS = 3;

  private final Path file;
  private final DataInputStream in;
  private final List<Long> dimensions;
  private long read;

  private IdxFile(Path file, DataInputStream in, int least, int most) throws IOException {
    this.file = file;
    this.in = in;
    int magic = integer();
    int found = magic & 0xff;
    if (magic >>> 8 != UNSIGNED_BYTES || found < least || found > most) {
      throw new InvalidInputException(
          "%s begins with 0x%08x: an IDX file of unsigned bytes with %s begins with %s"
              .formatted(
                  Names.file(file),
                  magic,
                  most == 1 ? "labels" : "images",
                  most == 1 ? "0x00000801" : "0x00000802 or 0x00000803"));
    }
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < found; i++) {
      sizes.add(Integer.toUnsignedLong(integer()));
    }
    this.dimensions = List.copyOf(sizes);
  }

  /** Opens a file of labels: one byte each. */
  static IdxFile labels(FileSystem files, Path file) throws IOException {
    return open(files, file, 1, 1);
  }

  /** Opens a file of images, of one dimension or two each. */
  static IdxFile images(FileSystem files, Path file) throws IOException {
    return open(files, file, 2, MOST_DIMENSIONS);
  }

  private static IdxFile open(FileSystem files, Path file, int least, int most) throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(ContentStream.open(files, file)));
    try {
      return new IdxFile(file, in, least, most);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Returns how many items the header promises. */
  long count() {
    return dimensions.get(0);
  }

  /** Returns the size of each dimension of an item. */
  List<Long> item() {
    return dimensions.subList(1, dimensions.size());
  }

  /** Returns an item's dimensions, such as {@code "28x28"}. */
  String itemText() {
    return item().stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  /**
   * Reads the next item.
   *
   * @return false at the end, which must be that of the file too
   */
  boolean next(byte[] item) throws IOException {
    try {
      if (read == count()) {
        refuseTrailing();
        return false;
      }
      read++;
      in.readFully(item);
      return true;
    } catch (EOFException | ZipException e) {
      throw truncated(e);
    }
  }

  private void refuseTrailing() throws IOException {
    if (in.read() >= 0) {
      throw new InvalidInputException(
          "%s has more bytes than the %d items of its header: is it the right file, and whole?"
              .formatted(Names.file(file), count()));
    }
  }

  private int integer() throws IOException {
    try {
      return in.readInt();
    } catch (EOFException | ZipException e) {
      throw new InvalidInputException(
          "%s ends within its header: it is truncated".formatted(Names.file(file)), e);
    }
  }

  private InvalidInputException truncated(IOException cause) {
    return new InvalidInputException(
        "%s ends within row %d of %d: it is truncated or damaged"
            .formatted(Names.file(file), read, count()),
        cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
