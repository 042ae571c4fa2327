package io.nightjar.tables;

import io.nightjar.records.BatchGatherer;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordSetDigest;
import io.nightjar.records.TableCells;
import io.nightjar.staging.Piece;
import io.nightjar.staging.StagedFile;
import io.nightjar.staging.StagingPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/**
 * Stages the encoded rows of a task, which are in the order of their ids, in pieces of which none
 * goes over the end of a batch. If one is bad, it only counts from there on.
 */
final class WriteRows implements Function2<Integer, Iterator<Row>, Iterator<byte[]>> {

  private static final long serialVersionUID = 1;

  private final StagingPlace target; // null to write nothing
  private final long[] firsts;
  private final long limit;
  private final int batchSize;
  private final int width;
  private final int scaled;
  private final IdType idType;
  private final List<DataType> idTypes;
  private final String idColumns;

  /**
   * Creates the function.
   *
   * @param target where records go; without one they are only looked through
   * @param firsts the number of the first record of every task
   * @param limit how many records there are to be at the most
   * @param idTypes the types of the columns of ids
   */
  WriteRows(
      Optional<StagingPlace> target,
      long[] firsts,
      long limit,
      int batchSize,
      TableCells cells,
      IdType idType,
      List<DataType> idTypes,
      String idColumns) {
    this.target = target.orElse(null);
    this.firsts = firsts.clone();
    this.limit = limit;
    this.batchSize = batchSize;
    this.width = cells.width();
    this.scaled = cells.scaled();
    this.idType = idType;
    this.idTypes = List.copyOf(idTypes);
    this.idColumns = idColumns;
  }

  @Override
  public Iterator<byte[]> call(Integer task, Iterator<Row> rows) throws IOException {
    try (Writer writer = new Writer(file(), firsts[task])) {
      while (rows.hasNext()) {
        writer.take(rows.next());
      }
      return List.of(writer.finish().toBytes()).iterator();
    }
  }

  private Optional<StagedFile> file() throws IOException {
    int number = Math.toIntExact(TaskContext.get().taskAttemptId()); // of no other attempt
    return target == null ? Optional.empty() : Optional.of(target.target().create(number));
  }

  private final class Writer implements AutoCloseable {
    private final Optional<StagedFile> file;
    private final RecordSetDigest digest = new RecordSetDigest();
    private final long[] outside = new long[scaled];
    private final List<StagedPart.Fault> faults = new ArrayList<>();
    private long bad;
    private long next;
    private BatchGatherer piece;
    private Optional<RecordId> before = Optional.empty();

    Writer(Optional<StagedFile> file, long first) {
      this.file = file;
      this.next = first;
      this.piece = pieceFrom(first);
    }

    /** Returns what gathers records up to the end of a record's batch. */
    private BatchGatherer pieceFrom(long record) {
      return new BatchGatherer(width, (int) (batchSize - record % batchSize));
    }

    void take(Row row) throws IOException {
      Optional<RecordId> id = EncodeRows.id(idType, idTypes, row);
      if (!row.isNullAt(EncodeRows.COLUMN)) {
        fault(row, row.getString(EncodeRows.COLUMN), row.getString(EncodeRows.WHY));
      } else if (id.isPresent() && id.equals(before)) {
        fault(row, idColumns, "another row has the same id");
      } else if (bad == 0 && next < limit) {
        add(id.orElseThrow(), row);
      }
      before = id;
      next++;
    }

    private void fault(Row row, String column, String why) {
      bad++;
      if (faults.size() < StagedPart.MOST_FAULTS) {
        faults.add(new StagedPart.Fault(row.getLong(EncodeRows.POSITION), column, why));
      }
    }

    private void add(RecordId id, Row row) throws IOException {
      byte[] values = row.getAs(EncodeRows.VALUES);
      digest.add(id, values);
      ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(piece.row());
      if (!row.isNullAt(EncodeRows.OUTSIDE)) {
        IntBuffer columns = ByteBuffer.wrap(row.<byte[]>getAs(EncodeRows.OUTSIDE)).asIntBuffer();
        while (columns.hasRemaining()) {
          outside[columns.get()]++;
        }
      }
      piece.add(id);
      if (piece.isFull()) {
        write();
        piece = pieceFrom(next + 1);
      }
    }

    private void write() throws IOException {
      RecordBatch taken = piece.take();
      if (file.isPresent()) {
        file.get().add(taken);
      }
    }

    StagedPart finish() throws IOException {
      if (!piece.isEmpty() && bad == 0) {
        write();
      }
      List<Piece> pieces = file.isPresent() ? file.get().finish() : List.of();
      return new StagedPart(
          pieces,
          new StagedPart.Sum(digest.sum()),
          Arrays.stream(outside).boxed().toList(),
          faults,
          bad);
    }

    @Override
    public void close() throws IOException {
      if (file.isPresent()) {
        file.get().close();
      }
    }
  }
}
