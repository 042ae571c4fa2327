package io.nightjar.owner;

import io.nightjar.exchange.BlockFileWriter;
import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.results.PartWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The threads of this process, which do all of the data owner's work. */
public final class ThreadWorkers implements OwnerWorkers {

  /** So many files a thread writes of the uploads of a wave, if there are so many. */
  private static final int FILES_PER_THREAD = 2;

  private final BatchSteps steps;
  private final ResultStore results;
  private final OwnerListener listener;
  private final int draws;
  private final int rounds;
  private final int mostFiles;
  private final WorkerPool pool;
  private final Map<Integer, OpenWave> open = new ConcurrentHashMap<>();

  /** A wave in work: its batches, and how many rounds' results they have taken. */
  private static final class OpenWave {
    private final List<DataOwnerBatch> batches;
    private int accepted;

    OpenWave(List<DataOwnerBatch> batches) {
      this.batches = batches;
    }
  }

  /**
   * Starts the threads.
   *
   * @param results is where predictions go
   * @param listener hears of them
   */
  public ThreadWorkers(BatchSteps steps, ResultStore results, OwnerListener listener, int threads) {
    this.steps = steps;
    this.results = results;
    this.listener = listener;
    this.draws = steps.owner().plan().draws();
    this.rounds = steps.owner().plan().rounds().size();
    this.mostFiles = FILES_PER_THREAD * threads;
    this.pool = new WorkerPool("nightjar-owner", threads);
  }

  @Override
  public List<Section> upload(Wave wave) throws IOException, InterruptedException {
    return open(wave, (piece, uploads) -> steps.write(uploads, piece.batch(), piece.draw()));
  }

  /** Opens a wave and uploads it; a thread has the records of one batch in memory at a time. */
  private List<Section> open(Wave wave, Uploading<Piece> uploading)
      throws IOException, InterruptedException {
    DataOwnerBatch[] batches = new DataOwnerBatch[wave.batches()];
    List<Integer> places = IntStream.range(0, wave.batches()).boxed().toList();
    List<Section> written =
        write(
            wave,
            0,
            places,
            (place, uploads) -> {
              batches[place] = steps.open(wave.firstBatch() + place);
              uploading.write(new Piece(batches[place], 0), uploads);
            });
    open.put(wave.index(), new OpenWave(List.of(batches)));
    return written;
  }

  @Override
  public List<Section> uploadAgain(Wave wave, int round, Results below)
      throws IOException, InterruptedException {
    OpenWave current = waitingFor(wave, round - 1, below);
    Map<BatchDraw, List<Section>> sections = byDraw(below.of(round - 1));
    List<Section> written =
        write(
            wave,
            round,
            pieces(current),
            (piece, uploads) -> {
              accept(wave, round - 1, sections, piece);
              steps.write(uploads, piece.batch(), piece.draw());
            });
    current.accepted = round;
    return written;
  }

  @Override
  public List<Section> repeat(Wave wave, Manifest made, Results below)
      throws IOException, InterruptedException {
    int round = made.round();
    Map<BatchDraw, List<Section>> uploads = byDraw(made);
    Uploading<Piece> again = (piece, writer) -> repeat(writer, uploads, piece);
    if (round == 0) {
      return open(wave, again);
    }
    OpenWave current = waitingFor(wave, round - 1, below);
    accept(wave, current, round - 1, below);
    return write(wave, round, pieces(current), again);
  }

  private void repeat(BlockFileWriter writer, Map<BatchDraw, List<Section>> made, Piece piece)
      throws IOException {
    Section before = made.get(piece.key()).get(0); // a manifest has all
    steps.repeat(writer, piece.batch(), piece.draw(), before);
  }

  /** Makes uploads of something. */
  private interface Uploading<T> {
    void write(T piece, BlockFileWriter uploads) throws IOException;
  }

  /** Makes uploads of pieces, a few files of consecutive ones at a time. */
  private <T> List<Section> write(Wave wave, int round, List<T> pieces, Uploading<T> uploading)
      throws IOException, InterruptedException {
    try (WorkerPool.Work<List<Section>> work = pool.begin()) {
      int count = Math.min(mostFiles, pieces.size());
      for (int file = 0; file < count; file++) {
        int from = (int) ((long) pieces.size() * file / count);
        int to = (int) ((long) pieces.size() * (file + 1) / count);
        work.add(
            () -> {
              try (BlockFileWriter uploads = steps.uploads(wave, round)) {
                for (T piece : pieces.subList(from, to)) {
                  uploading.write(piece, uploads);
                }
                return steps.finish(uploads);
              }
            });
      }
      return work.await().stream().flatMap(List::stream).toList();
    }
  }

  /** One draw of a batch. */
  private record Piece(DataOwnerBatch batch, int draw) {
    BatchDraw key() {
      return new BatchDraw(batch.number(), draw);
    }
  }

  private List<Piece> pieces(OpenWave wave) {
    return wave.batches.stream()
        .flatMap(batch -> IntStream.range(0, draws).mapToObj(draw -> new Piece(batch, draw)))
        .toList();
  }

  private record BatchDraw(long batch, int draw) {}

  private static Map<BatchDraw, List<Section>> byDraw(Manifest manifest) {
    return manifest.sections().stream()
        .collect(
            Collectors.groupingBy(
                section -> {
                  BlockName name = BlockName.parse(section.name());
                  return new BatchDraw(name.batch(), name.draw());
                }));
  }

  private void accept(Wave wave, int round, Map<BatchDraw, List<Section>> sections, Piece piece)
      throws IOException {
    steps.accept(
        wave, round, sections.getOrDefault(piece.key(), List.of()), piece.batch(), piece.draw());
  }

  @Override
  public void finish(Wave wave, Results below) throws IOException, InterruptedException {
    OpenWave current = waitingFor(wave, rounds - 1, below);
    accept(wave, current, rounds - 1, below);
    write(wave, current);
    open.remove(wave.index());
  }

  /**
   * Returns the batches of a wave where they wait for the results of a round, whichever process has
   * brought them there.
   */
  private OpenWave waitingFor(Wave wave, int round, Results below)
      throws IOException, InterruptedException {
    OpenWave current = open.get(wave.index());
    if (current == null && steps.isResumedWithoutPast()) {
      current = open(wave, number -> steps.resume(number, round));
      current.accepted = round;
    } else if (current == null) {
      current = open(wave, steps::open);
    }
    while (current.accepted < round) {
      accept(wave, current, current.accepted, below);
    }
    return current;
  }

  /** Opens a batch. */
  private interface Opener {
    DataOwnerBatch open(long number) throws IOException;
  }

  private OpenWave open(Wave wave, Opener opener) throws IOException, InterruptedException {
    try (WorkerPool.Work<DataOwnerBatch> work = pool.begin()) {
      for (long number = wave.firstBatch(); number < wave.endBatch(); number++) {
        long batch = number;
        work.add(() -> opener.open(batch));
      }
      List<DataOwnerBatch> batches = new ArrayList<>();
      work.handOver(batches::add);
      OpenWave opened = new OpenWave(batches);
      open.put(wave.index(), opened);
      return opened;
    }
  }

  /** Takes the results of a round. */
  private void accept(Wave wave, OpenWave current, int round, Results below)
      throws IOException, InterruptedException {
    Map<BatchDraw, List<Section>> sections = byDraw(below.of(round));
    try (WorkerPool.Work<Boolean> work = pool.begin()) {
      for (Piece piece : pieces(current)) {
        work.add(
            () -> {
              accept(wave, round, sections, piece);
              return true;
            });
      }
      work.await();
    }
    current.accepted = round + 1;
  }

  /**
   * Writes the predictions of one batch while those of the next are being made. Those of a poisoned
   * batch are left out.
   */
  private void write(Wave wave, OpenWave current) throws IOException, InterruptedException {
    PartFiles parts = results.parts();
    String file = parts.named("part-%05d".formatted(wave.index()));
    try (WorkerPool.Work<Predicted> work = pool.begin();
        PartWriter writer = parts.open(file)) {
      for (DataOwnerBatch batch : current.batches) {
        work.add(
            () -> new Predicted(batch.number(), steps.ids(batch.number()), batch.predictions()));
      }
      work.handOver(made -> write(writer, made));
      long start = PhaseTimes.now();
      writer.commit();
      results.finish(wave, List.of(parts.finished(file, file)));
      steps.owner().times().addSince(Phase.RECORDS, start);
    }
  }

  private record Predicted(long batch, List<RecordId> ids, Optional<Predictions> predictions) {}

  private void write(PartWriter writer, Predicted made) throws IOException {
    if (made.predictions().isEmpty()) {
      return;
    }
    long start = PhaseTimes.now();
    long firstRecord = made.batch() * steps.exchange().job().batchSize();
    listener.predicted(firstRecord, made.ids(), made.predictions().get());
    writer.write(firstRecord, made.predictions().get());
    steps.owner().times().addSince(Phase.RECORDS, start);
  }

  @Override
  public long bytesDown() {
    return steps.bytesDown();
  }

  /** Stops the threads; whatever is committed stays for others to go on from. */
  @Override
  public void close() {
    pool.close();
    open.clear();
  }
}
