package io.nightjar.owner;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.BlockFileName;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.VerifiedBlocks;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.RecordId;
import io.nightjar.records.ResultWriter;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Everything that the data owner does in a job, wave by wave and round by round.
 *
 * <p>Every step may be asked for again: what is committed stays, and what an earlier process left
 * half done is made up from the exchange. Different waves may be worked on by different threads.
 */
public final class OwnerEngine implements AutoCloseable {

  private final Plan plan;
  private final DataOwner owner;
  private final JobExchange exchange;
  private final BlockFormat format;
  private final StagedRecords records;
  private final ResultStore results;
  private final boolean keep;
  private final OwnerListener listener;
  private final WorkerPool pool;
  private final Map<Integer, OpenWave> open = new ConcurrentHashMap<>();
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesDown = new LongAdder();

  /** A wave in work: its batches, and how many rounds' results they have taken. */
  private static final class OpenWave {
    private final List<DataOwnerBatch> batches;
    private int accepted;

    OpenWave(List<DataOwnerBatch> batches) {
      this.batches = batches;
    }
  }

  /**
   * How the engine works.
   *
   * @param threads how many threads encrypt and decrypt
   * @param mostBlockBytes the most native memory that reading one block may take
   * @param keep whether blocks stay that nobody will read again
   */
  public record Options(int threads, long mostBlockBytes, boolean keep) {}

  /**
   * Creates the engine of one job.
   *
   * @param owner holds the key, which stays the caller's
   * @param records all of the job's, which stay the caller's
   * @param exchange is where blocks go and come from
   * @param results is where predictions go
   * @param listener hears of every step
   */
  public OwnerEngine(
      DataOwner owner,
      StagedRecords records,
      JobExchange exchange,
      ResultStore results,
      Options options,
      OwnerListener listener) {
    this.plan = owner.plan();
    this.owner = owner;
    this.exchange = exchange;
    this.format = owner.format(options.mostBlockBytes());
    this.records = records;
    this.results = results;
    this.keep = options.keep();
    this.listener = listener;
    this.pool = new WorkerPool("nightjar-owner", options.threads());
  }

  /**
   * Uploads a round of a wave, unless it has been.
   *
   * @return the committed manifest
   * @throws ExchangeException if the results that it is made of are not as they must be
   */
  public Manifest upload(Wave wave, int round) throws IOException, InterruptedException {
    long start = PhaseTimes.now();
    String source = "";
    Optional<Manifest> below = Optional.empty();
    if (round > 0) {
      below = Optional.of(results(wave, round - 1));
      source = below.get().digest();
    }
    Optional<Manifest> done = exchange.manifest(wave.index(), round, Direction.UP, source);
    if (done.isEmpty()) {
      exchange.clear(wave.index(), round, Direction.UP);
    }
    owner.times().addSince(Phase.EXCHANGE, start);
    if (done.isEmpty()) {
      List<FileDigest> files =
          below.isPresent() ? uploadAgain(wave, round, below.get()) : uploadRecords(wave);
      start = PhaseTimes.now();
      Manifest manifest =
          Manifest.of(exchange.job(), wave.index(), round, Direction.UP, source, files);
      exchange.commit(manifest);
      done = Optional.of(manifest);
      if (round > 0 && !keep) {
        retire(wave, round - 1);
      }
      owner.times().addSince(Phase.EXCHANGE, start);
    }
    bytesUp.add(done.get().bytes());
    listener.uploaded(wave, round);
    return done.get();
  }

  /**
   * Removes the blocks of a round whose results have been uploaded again. Its manifests stay: they
   * say that it has been.
   */
  private void retire(Wave wave, int round) throws IOException {
    exchange.removeBlocks(wave.index(), round, Direction.UP);
    if (isResumedWithoutPast()) {
      exchange.removeBlocks(wave.index(), round, Direction.DOWN);
    }
  }

  /** Returns whether a batch can go on from the last results alone. */
  private boolean isResumedWithoutPast() {
    return plan.residualSources().isEmpty();
  }

  /** The first upload; a thread has the records of one batch in memory at a time. */
  private List<FileDigest> uploadRecords(Wave wave) throws IOException, InterruptedException {
    List<FileDigest> files = Collections.synchronizedList(new ArrayList<>());
    open(
        wave,
        number -> {
          DataOwnerBatch batch = open(number);
          files.add(write(wave, 0, batch, 0));
          return batch;
        });
    return files;
  }

  /** A later upload, made of the results of the round before. */
  private List<FileDigest> uploadAgain(Wave wave, int round, Manifest below)
      throws IOException, InterruptedException {
    OpenWave current = waitingFor(wave, round - 1);
    Map<BatchDraw, List<FileDigest>> results = byDraw(below);
    try (WorkerPool.Work<FileDigest> work = pool.begin()) {
      for (DataOwnerBatch batch : current.batches) {
        for (int draw = 0; draw < plan.draws(); draw++) {
          int number = draw;
          work.add(
              () -> {
                accept(wave, round - 1, results, batch, number);
                return write(wave, round, batch, number);
              });
        }
      }
      List<FileDigest> files = work.await();
      current.accepted = round;
      return files;
    }
  }

  /** Makes predictions of the last round's results, unless they have been made. */
  public void finish(Wave wave) throws IOException, InterruptedException {
    if (!results.has(wave.index())) {
      int last = plan.rounds().size() - 1;
      OpenWave current = waitingFor(wave, last);
      accept(wave, current, last);
      write(wave, current);
    }
    open.remove(wave.index());
    listener.finished(wave);
  }

  /**
   * Writes the predictions of one batch while those of the next are being made. Those of a poisoned
   * batch are left out.
   */
  private void write(Wave wave, OpenWave current) throws IOException, InterruptedException {
    try (WorkerPool.Work<Predicted> work = pool.begin();
        ResultWriter writer = results.open(wave)) {
      for (DataOwnerBatch batch : current.batches) {
        work.add(() -> new Predicted(batch.number(), ids(batch.number()), batch.predictions()));
      }
      work.handOver(made -> write(writer, made));
      long start = PhaseTimes.now();
      writer.commit();
      results.finish(wave);
      owner.times().addSince(Phase.RECORDS, start);
    }
  }

  private record Predicted(long batch, List<RecordId> ids, Optional<Predictions> predictions) {}

  private void write(ResultWriter writer, Predicted made) throws IOException {
    if (made.predictions().isEmpty()) {
      return;
    }
    long start = PhaseTimes.now();
    long firstRecord = made.batch() * exchange.job().batchSize();
    listener.predicted(firstRecord, made.ids(), made.predictions().get());
    writer.write(results.ids(firstRecord, made.ids()), made.predictions().get());
    owner.times().addSince(Phase.RECORDS, start);
  }

  /** Returns the bytes that were uploaded. */
  public long bytesUp() {
    return bytesUp.sum();
  }

  /** Returns the bytes that came back. */
  public long bytesDown() {
    return bytesDown.sum();
  }

  /**
   * Returns the batches of a wave where they wait for the results of a round, whichever process has
   * brought them there.
   */
  private OpenWave waitingFor(Wave wave, int round) throws IOException, InterruptedException {
    OpenWave current = open.get(wave.index());
    if (current == null && isResumedWithoutPast()) {
      current = open(wave, number -> owner.resume(number, exchange.job().records(number), round));
      current.accepted = round;
    } else if (current == null) {
      current = open(wave, this::open);
    }
    while (current.accepted < round) {
      accept(wave, current, current.accepted);
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

  private DataOwnerBatch open(long number) throws IOException {
    long start = PhaseTimes.now();
    RealColumns values = records.values(number);
    owner.times().addSince(Phase.RECORDS, start);
    return owner.open(number, values);
  }

  private List<RecordId> ids(long number) throws IOException {
    long start = PhaseTimes.now();
    List<RecordId> ids = records.ids(number);
    owner.times().addSince(Phase.RECORDS, start);
    return ids;
  }

  /** Takes the results of a round. */
  private void accept(Wave wave, OpenWave current, int round)
      throws IOException, InterruptedException {
    Map<BatchDraw, List<FileDigest>> results = byDraw(results(wave, round));
    try (WorkerPool.Work<Boolean> work = pool.begin()) {
      for (DataOwnerBatch batch : current.batches) {
        for (int draw = 0; draw < plan.draws(); draw++) {
          int number = draw;
          work.add(
              () -> {
                accept(wave, round, results, batch, number);
                return true;
              });
        }
      }
      work.await();
    }
    current.accepted = round + 1;
  }

  private record BatchDraw(long batch, int draw) {}

  private static Map<BatchDraw, List<FileDigest>> byDraw(Manifest manifest) {
    return manifest.files().stream()
        .collect(
            Collectors.groupingBy(
                file -> {
                  BlockFileName name = BlockFileName.parse(file.name());
                  return new BatchDraw(name.batch(), name.draw());
                }));
  }

  /** The manifest of a round's results, which must be made from the round's uploads. */
  private Manifest results(Wave wave, int round) throws IOException {
    Manifest uploads =
        exchange
            .manifest(wave.index(), round, Direction.UP)
            .orElseThrow(() -> missing(wave, round, Direction.UP));
    return exchange
        .manifest(wave.index(), round, Direction.DOWN, uploads.digest())
        .orElseThrow(() -> missing(wave, round, Direction.DOWN));
  }

  private static ExchangeException missing(Wave wave, int round, Direction direction) {
    return new ExchangeException(
        "The manifest of wave %d, round %d, %s is missing, though later ones are there"
            .formatted(wave.index(), round, direction));
  }

  /** Takes one draw's results of a round. */
  private void accept(
      Wave wave,
      int round,
      Map<BatchDraw, List<FileDigest>> results,
      DataOwnerBatch batch,
      int draw)
      throws IOException {
    List<FileDigest> files = results.getOrDefault(new BatchDraw(batch.number(), draw), List.of());
    boolean complete = false;
    for (FileDigest file : files) {
      complete |= accept(wave, round, file, batch, draw);
    }
    if (!complete) {
      throw new ExchangeException(
          "The results of wave %d, round %d lack ciphertexts of batch %d, draw %d"
              .formatted(wave.index(), round, batch.number(), draw));
    }
  }

  /** Takes what one file holds of a draw's results, and returns whether the draw is complete. */
  private boolean accept(Wave wave, int round, FileDigest file, DataOwnerBatch batch, int draw)
      throws IOException {
    long start = PhaseTimes.now();
    long inBatch = 0;
    boolean complete = false;
    Consumer<BlockFormat.Header> check = header -> check(header, batch, draw);
    try (VerifiedBlocks blocks =
        exchange.open(wave.index(), round, Direction.DOWN, file, format, check)) {
      while (blocks.hasNext()) {
        BlockFormat.Read read = blocks.next();
        long taken = PhaseTimes.now();
        try (EncryptedBlock block = read.block()) {
          complete |= batch.accept(read.header().label(), block);
        }
        inBatch += PhaseTimes.now() - taken;
      }
    } catch (ProtocolException e) {
      throw new ExchangeException("%s is refused: %s".formatted(file.name(), e.getMessage()), e);
    } catch (CryptoException e) {
      Path path = new Path(exchange.blocks(wave.index(), round, Direction.DOWN), file.name());
      throw new ExchangeException("%s: %s".formatted(path, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    bytesDown.add(file.bytes());
    owner.times().add(Phase.EXCHANGE, PhaseTimes.now() - start - inBatch);
    return complete;
  }

  /** Checks a block's header before memory is taken for the block. */
  private static void check(BlockFormat.Header header, DataOwnerBatch batch, int draw) {
    if (header.label().draw() != draw) {
      throw new ProtocolException("it holds draw " + header.label().draw());
    }
    batch.check(header);
  }

  private FileDigest write(Wave wave, int round, DataOwnerBatch batch, int draw)
      throws IOException {
    try (Message message = batch.upload(draw)) {
      long start = PhaseTimes.now();
      FileDigest written = exchange.write(wave.index(), round, Direction.UP, message, format);
      owner.times().addSince(Phase.EXCHANGE, start);
      return written;
    }
  }

  /** Stops its threads; whatever is committed stays for another engine to go on from. */
  @Override
  public void close() {
    pool.close();
  }
}
