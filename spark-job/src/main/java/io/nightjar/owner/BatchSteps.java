package io.nightjar.owner;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.BlockFileWriter;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.VerifiedBlocks;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.RecordId;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * What the data owner does with one batch, between its staged records and the exchange. It is safe
 * to use from many threads.
 */
public final class BatchSteps {

  private final DataOwner owner;
  private final StagedRecords records;
  private final JobExchange exchange;
  private final BlockFormat format;
  private final LongAdder bytesDown = new LongAdder();

  /**
   * Creates the steps of a job.
   *
   * @param owner holds the key, which stays the caller's
   * @param records all of the job's, which stay the caller's
   * @param exchange is where blocks go and come from
   * @param mostBlockBytes the most native memory that reading one block may take
   */
  public BatchSteps(
      DataOwner owner, StagedRecords records, JobExchange exchange, long mostBlockBytes) {
    this.owner = owner;
    this.records = records;
    this.exchange = exchange;
    this.format = owner.format(mostBlockBytes);
  }

  /** Returns the party that they are steps of. */
  public DataOwner owner() {
    return owner;
  }

  JobExchange exchange() {
    return exchange;
  }

  /** Returns whether a batch can go on from the last results alone. */
  public boolean isResumedWithoutPast() {
    return owner.plan().jointSources().isEmpty();
  }

  /** Opens a batch with its records. */
  public DataOwnerBatch open(long number) throws IOException {
    long start = PhaseTimes.now();
    RealColumns values = records.values(number);
    owner.times().addSince(Phase.RECORDS, start);
    return owner.open(number, values);
  }

  /** Opens a batch that waits for the results of a round and needs nothing of what was before. */
  public DataOwnerBatch resume(long number, int round) {
    return owner.resume(number, exchange.job().records(number), round);
  }

  /** Returns the ids of a batch. */
  public List<RecordId> ids(long number) throws IOException {
    long start = PhaseTimes.now();
    List<RecordId> ids = records.ids(number);
    owner.times().addSince(Phase.RECORDS, start);
    return ids;
  }

  /** Returns what writes the uploads of a round. */
  public BlockFileWriter uploads(Wave wave, int round) {
    return exchange.writer(wave.index(), round, Direction.UP);
  }

  /** Writes the next upload of a draw. */
  public void write(BlockFileWriter uploads, DataOwnerBatch batch, int draw) throws IOException {
    EncryptionName name = EncryptionName.draw(batch.next(draw));
    try (Message message = batch.upload(name)) {
      write(uploads, name, message);
    }
  }

  /**
   * Writes the next upload of a draw as it was made before.
   *
   * @throws ExchangeException if it cannot be made again
   */
  public void repeat(BlockFileWriter uploads, DataOwnerBatch batch, int draw, Section made)
      throws IOException {
    EncryptionName name = new EncryptionName(made.nonce(), batch.next(draw));
    Optional<Message> again =
        batch.uploadAgain(name, message -> digest(message).equals(made.blake3()));
    if (again.isEmpty()) {
      throw new ExchangeException(
          "The upload %s is damaged in the exchange and cannot be made again as it was: remove the output to start anew"
              .formatted(made.name()));
    }
    try (Message message = again.get()) {
      write(uploads, name, message);
    }
  }

  private void write(BlockFileWriter uploads, EncryptionName name, Message message)
      throws IOException {
    long start = PhaseTimes.now();
    uploads.write(name, message.block(), format);
    owner.times().addSince(Phase.EXCHANGE, start);
  }

  /** Returns the hash of the bytes of a message, which go nowhere. */
  private String digest(Message message) {
    Blake3 digest = new Blake3();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      format.writeBlock(message.block(), message.label(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns what was written. */
  public List<Section> finish(BlockFileWriter uploads) throws IOException {
    long start = PhaseTimes.now();
    List<Section> sections = uploads.finish();
    owner.times().addSince(Phase.EXCHANGE, start);
    return sections;
  }

  /**
   * Takes one draw's results of a round.
   *
   * @throws ExchangeException if they are not all there, or not as they must be
   */
  public void accept(Wave wave, int round, List<Section> results, DataOwnerBatch batch, int draw)
      throws IOException {
    boolean complete = false;
    for (Section section : results) {
      complete |= accept(wave, round, section, batch, draw);
    }
    if (!complete) {
      throw new ExchangeException(
          "The results of wave %d, round %d lack ciphertexts of batch %d, draw %d"
              .formatted(wave.index(), round, batch.number(), draw));
    }
  }

  /** Takes some ciphertexts of a draw's results, and returns whether the draw is complete. */
  private boolean accept(Wave wave, int round, Section section, DataOwnerBatch batch, int draw)
      throws IOException {
    long start = PhaseTimes.now();
    long inBatch = 0;
    boolean complete = false;
    Consumer<BlockFormat.Header> check = header -> check(header, batch, draw);
    try (VerifiedBlocks blocks =
        exchange.open(wave.index(), round, Direction.DOWN, section, format, check)) {
      while (blocks.hasNext()) {
        BlockFormat.Read read = blocks.next();
        long taken = PhaseTimes.now();
        try (EncryptedBlock block = read.block()) {
          complete |= batch.accept(read.header().label(), block);
        }
        inBatch += PhaseTimes.now() - taken;
      }
    } catch (ProtocolException e) {
      throw new ExchangeException("%s is refused: %s".formatted(section.name(), e.getMessage()), e);
    } catch (CryptoException e) {
      Path path = new Path(exchange.blocks(wave.index(), round, Direction.DOWN), section.file());
      throw new ExchangeException("%s: %s".formatted(path, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    bytesDown.add(section.bytes());
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

  /** Returns how many bytes of results were read. */
  public long bytesDown() {
    return bytesDown.sum();
  }
}
