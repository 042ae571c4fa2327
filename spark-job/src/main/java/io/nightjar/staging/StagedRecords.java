package io.nightjar.staging;

import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordIds;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The records of a job, batch by batch, in any order. Only the batch that is asked for is in
 * memory. It is safe to use from many threads.
 */
public final class StagedRecords implements RecordIds, AutoCloseable {

  private static final int MOST_INDEX_BYTES = 1 << 30;

  private static final Map<UUID, StagedRecords> OPEN = new ConcurrentHashMap<>();

  private final UUID name = UUID.randomUUID();

  private final Path directory;
  private final FileSystem files;
  private final StagingKey key;
  private final StagedIndex index;
  private final List<List<Piece>> batches;
  private final Map<Integer, FileCipher> ciphers = new ConcurrentHashMap<>();

  private StagedRecords(Path directory, FileSystem files, StagingKey key, StagedIndex index) {
    this.directory = directory;
    this.files = files;
    this.key = key;
    this.index = index;
    this.batches = index.batches();
    OPEN.put(name, this);
  }

  private static Path indexPath(Path directory) {
    return new Path(directory, "index.njst");
  }

  /** Writes the index of a directory, after which its records are staged. */
  static StagedRecords commit(Path directory, FileSystem files, StagingKey key, StagedIndex index)
      throws IOException {
    FileCipher cipher = FileCipher.fresh(key);
    byte[] header = cipher.header();
    byte[] sealed = cipher.seal(0, ExchangeJson.write(index));
    byte[] all = Arrays.copyOf(header, header.length + sealed.length);
    System.arraycopy(sealed, 0, all, header.length, sealed.length);
    HadoopFiles.writeDurable(files, indexPath(directory), all);
    return new StagedRecords(directory, files, key, index);
  }

  /**
   * Opens a directory, if records were staged in it.
   *
   * @param key what they were sealed under; closed with this
   * @throws StagingException if they were sealed under another key, or are damaged
   */
  static Optional<StagedRecords> open(Path directory, Configuration configuration, StagingKey key)
      throws IOException {
    FileSystem files = directory.getFileSystem(configuration);
    Path path = indexPath(directory);
    Optional<byte[]> bytes = HadoopFiles.read(files, path, MOST_INDEX_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    int header = Math.min(FileCipher.HEADER_BYTES, bytes.get().length);
    try {
      byte[] json =
          FileCipher.of(Arrays.copyOf(bytes.get(), header), key)
              .open(0, Arrays.copyOfRange(bytes.get(), header, bytes.get().length));
      StagedIndex index = ExchangeJson.read(json, StagedIndex.class);
      return Optional.of(new StagedRecords(directory, files, key, index));
    } catch (StagingException | ExchangeException e) {
      throw new StagingException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Returns what they were staged from. */
  public String source() {
    return index.source();
  }

  /** Returns the columns of their ids as Spark writes them; empty if they are not of a table. */
  public String idSchema() {
    return index.idSchema();
  }

  /** Returns the version of the table that they are of; empty if it has none. */
  public String snapshot() {
    return index.snapshot();
  }

  /** Returns how many records a batch holds, but for the last. */
  public int batchSize() {
    return index.batchSize();
  }

  /** Returns what is known of the records. */
  public RecordCensus census() {
    return index.census();
  }

  /** Returns a batch. */
  public RecordBatch read(long batch) throws IOException {
    return new RecordBatch(ids(batch), values(batch));
  }

  /** Returns the ids of a batch. */
  public List<RecordId> ids(long batch) throws IOException {
    List<RecordId> ids = new ArrayList<>();
    for (Piece piece : pieces(batch)) {
      ids.addAll(
          checked(
              batch,
              piece,
              () -> IdCodec.decode(open(piece, piece.number(), piece.offset(), piece.ids()))));
    }
    return ids;
  }

  /** Returns the values of a batch. */
  public RealColumns values(long batch) throws IOException {
    List<RealColumns> parts = new ArrayList<>();
    for (Piece piece : pieces(batch)) {
      long offset = piece.offset() + piece.ids();
      parts.add(
          checked(
              batch,
              piece,
              () -> ColumnCodec.decode(open(piece, piece.number() + 1, offset, piece.values()))));
    }
    return parts.size() == 1 ? parts.get(0) : joined(parts);
  }

  private static RealColumns joined(List<RealColumns> parts) {
    int columns = parts.get(0).columns();
    int records = parts.stream().mapToInt(RealColumns::records).sum();
    double[] values = new double[columns * records];
    int at = 0;
    for (RealColumns part : parts) {
      for (int k = 0; k < columns; k++) {
        System.arraycopy(
            part.values(), k * part.records(), values, k * records + at, part.records());
      }
      at += part.records();
    }
    return new RealColumns(columns, records, values);
  }

  /** Returns the values of the first records, up to so many, of the first batch. */
  public RealColumns first(int most) throws IOException {
    RealColumns all = values(0);
    int count = Math.min(most, all.records());
    double[] values = new double[all.columns() * count];
    for (int k = 0; k < all.columns(); k++) {
      System.arraycopy(all.values(), k * all.records(), values, k * count, count);
    }
    return new RealColumns(all.columns(), count, values);
  }

  @Override
  public void visit(Consumer<RecordId> visitor) throws IOException {
    for (long batch = 0; batch < batches.size(); batch++) {
      ids(batch).forEach(visitor);
    }
  }

  private List<Piece> pieces(long batch) {
    return batches.get(Math.toIntExact(batch));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T checked(long batch, Piece piece, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (StagingException | EOFException | FileNotFoundException e) {
      files.delete(indexPath(directory), false); // nothing is staged any more
      throw new StagingException(
          "Batch %d of the staged records in %s cannot be read (%s): run the command again, which stages them anew"
              .formatted(batch, StagedFile.path(directory, piece.file()), e.getMessage()),
          e);
    }
  }

  private byte[] open(Piece piece, long number, long offset, int length) throws IOException {
    byte[] sealed = new byte[length];
    try (FSDataInputStream in = files.open(StagedFile.path(directory, piece.file()))) {
      FileCipher cipher = ciphers.get(piece.file());
      if (cipher == null) {
        byte[] header = new byte[FileCipher.HEADER_BYTES];
        in.readFully(0, header);
        cipher = FileCipher.of(header, key);
        ciphers.put(piece.file(), cipher);
      }
      in.readFully(offset, sealed);
      return cipher.open(number, sealed);
    }
  }

  boolean isUnder(StagingKey other) {
    return key == other;
  }

  /** Returns the records that this process has open under a name. */
  static Optional<StagedRecords> find(UUID name) {
    return Optional.ofNullable(OPEN.get(name));
  }

  /**
   * Returns these as tasks are told of them.
   *
   * @param access how those in other processes get at them, if they can
   */
  public StagingPlace place(Optional<StagingAccess> access) {
    return new StagingPlace(name, directory, access);
  }

  @Override
  public void close() {
    OPEN.remove(name);
    key.close();
  }

  @Override
  public String toString() {
    return "StagedRecords[%d records]".formatted(index.records());
  }
}
