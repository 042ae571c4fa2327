package io.nightjar.tables;

import io.nightjar.records.BatchGatherer;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordSetDigest;
import io.nightjar.records.TableCells;
import io.nightjar.staging.Piece;
import io.nightjar.staging.StagedFile;
import io.nightjar.staging.StagingPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;

/**
 * Checks and encodes the rows of a task, which are in the order of their ids, and stages them in
 * pieces of which none goes over the end of a batch. If one is bad, it only counts from there on.
 */
final class WriteRows implements Function2<Integer, Iterator<Row>, Iterator<byte[]>> {

  private static final long serialVersionUID = 1;

  private final StagingPlace target; // null to write nothing
  private final long[] firsts;
  private final long limit;
  private final int batchSize;
  private final RowEncoder encoder;

  /**
   * Creates the function.
   *
   * @param target where records go; without one they are only looked through
   * @param firsts the number of the first record of every task
   * @param limit how many records there are to be at the most
   */
  WriteRows(
      Optional<StagingPlace> target, long[] firsts, long limit, int batchSize, RowEncoder encoder) {
    this.target = target.orElse(null);
    this.firsts = firsts.clone();
    this.limit = limit;
    this.batchSize = batchSize;
    this.encoder = encoder;
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
    private final TableCells cells = encoder.cells();
    private final double[] skipped = new double[cells.width()];
    private final RecordSetDigest digest = new RecordSetDigest();
    private final List<StagedPart.Fault> faults = new ArrayList<>();
    private long bad;
    private long next;
    private Optional<long[]> outside = Optional.empty();
    private BatchGatherer piece;
    private Optional<RecordId> before = Optional.empty();

    Writer(Optional<StagedFile> file, long first) {
      this.file = file;
      this.next = first;
      this.piece = pieceFrom(first);
    }

    /** Returns what gathers records up to the end of a record's batch. */
    private BatchGatherer pieceFrom(long record) {
      return new BatchGatherer(cells.width(), (int) (batchSize - record % batchSize));
    }

    void take(Row row) throws IOException {
      Optional<RecordId> id = encoder.layout().id(row);
      boolean wanted = bad == 0 && next < limit;
      if (!wanted && outside.isEmpty()) {
        outside = Optional.of(cells.outside()); // of others it says nothing
      }
      double[] values = wanted ? piece.row() : skipped;
      Optional<TableCells.Fault> fault = fault(row, id, values);
      if (fault.isPresent()) {
        bad++;
        if (faults.size() < StagedPart.MOST_FAULTS) {
          faults.add(StagedPart.Fault.of(encoder.layout().position(row), fault.get()));
        }
      } else if (wanted) {
        add(id.orElseThrow(), values);
      }
      before = id;
      next++;
    }

    /** Encodes a row, or says what is wrong with it. */
    private Optional<TableCells.Fault> fault(Row row, Optional<RecordId> id, double[] values) {
      Optional<TableCells.Fault> fault = encoder.encode(row, cells, values);
      return fault.isEmpty() && id.equals(before)
          ? Optional.of(
              new TableCells.Fault(encoder.layout().idNames(), "another row has the same id"))
          : fault;
    }

    private void add(RecordId id, double[] values) throws IOException {
      digest.add(id, values);
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
          Arrays.stream(outside.orElseGet(cells::outside)).boxed().toList(),
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
