package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.buckets.Bucket;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds in an object store though others write there at the same time. */
class ObjectStoreTest {

  private static final UUID JOB = new UUID(7, 8);
  private static final JobDescription ORDER =
      SampleOrders.of(JOB, "ab".repeat(32), "cd".repeat(32), 100, 10, 1);
  private static final String UP = "jobs/%s/wave-00000/round-00/up.json".formatted(JOB);
  private static final byte[] OLD = bytes("old");
  private static final byte[] NEW = bytes("new");

  /** So short that a renewal is due at once. */
  private static final Duration RENEWAL = Duration.ofMillis(1);

  private final Configuration configuration = Bucket.configuration();
  private final Bucket bucket = Bucket.create();
  private final Path path = new Path(bucket.uri("file"));
  private FileSystem files;

  @BeforeEach
  void open() throws IOException {
    files = path.getFileSystem(configuration);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] there() throws IOException {
    return HadoopFiles.read(files, path, 100).orElseThrow();
  }

  private Path root() {
    return new Path(bucket.uri(""));
  }

  @Test
  void ofTwoWhoCreateAFileAtTheSameTimeOneHearsThatItIsThere() throws Exception {
    bucket.before("put", "file", () -> assertTrue(HadoopFiles.create(files, path, OLD)));

    assertFalse(HadoopFiles.create(files, path, NEW));

    assertArrayEquals(OLD, there());
    assertFalse(HadoopFiles.create(files, path, NEW));
  }

  @Test
  void whoCreatedAFileAndHeardNoAnswerHasCreatedIt() throws Exception {
    bucket.losesAnswers("file");

    assertTrue(HadoopFiles.create(files, path, NEW));

    assertEquals(1, bucket.lostAnswers());
    assertArrayEquals(NEW, there());
  }

  /** To close a stream is to publish what was written. */
  @Test
  void blocksThatAreNotFinishedBecomeNoObject() throws Exception {
    bucket.losesAnswers(".*njb"); // which it would have to, had anything been sent
    HeParameters parameters = HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44), 1L << 20);
    try (HeContext context = HeContext.open(parameters);
        SecretKey key = SecretKey.generate(context);
        BlockFileWriter writer = new BlockFileWriter(files, root());
        CipherBlock block =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerColumns(1, 3, new long[] {1, 5, -9}),
                    Packing.COEFFICIENTS,
                    Form.COEFFICIENT)) {
      writer.write(new BlockLabel(JOB, 7, 1, 2, 0), block, new BlockCodec(context));
    }

    assertEquals(0, bucket.lostAnswers());
    assertEquals(List.of(), bucket.keys());
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsReadAsItWasOrAsItIs() throws Exception {
    HadoopFiles.write(files, path, OLD);
    bucket.before("get", "file", () -> HadoopFiles.writeAnew(files, path, NEW));

    assertArrayEquals(NEW, there());

    bucket.before("get", "file", () -> files.delete(path, false));
    assertEquals(Optional.empty(), HadoopFiles.read(files, path, 100));
  }

  @Test
  void aFileThatChangedIsNotReplaced() throws Exception {
    HadoopFiles.write(files, path, OLD);
    bucket.before("put", "file", () -> HadoopFiles.writeAnew(files, path, bytes("other")));

    assertFalse(HadoopFiles.replace(files, path, Optional.of(OLD), NEW));

    assertArrayEquals(bytes("other"), there());
    assertFalse(HadoopFiles.replace(files, path, Optional.of(OLD), NEW));
    bucket.losesAnswers("file");
    assertTrue(HadoopFiles.replace(files, path, Optional.of(bytes("other")), NEW));
    assertArrayEquals(NEW, there());
  }

  private static Manifest uploads(String name) {
    String file = name + ".0123456789abcdef.njb";
    Section blocks = new Section(name, file, 0, 1, "ef".repeat(32), "");
    return Manifest.of(ORDER, 0, 0, Direction.UP, "", List.of(blocks));
  }

  private JobExchange dataOwner() throws IOException {
    return JobExchange.of(new Path(root(), "jobs/" + JOB), configuration, ORDER)
        .as(SampleOrders.DATA_OWNER);
  }

  private static final Manifest FIRST = uploads("batch-0000000.draw-00.col-00000");
  private static final Manifest SECOND = uploads("batch-0000001.draw-00.col-00000");

  @ParameterizedTest
  @ValueSource(strings = {".sig", ""})
  void ofTwoProcessesThatCommitAtTheSameTimeBothGoOnWithOne(String written) throws Exception {
    JobExchange one = dataOwner();
    bucket.before("put", UP + written, () -> assertEquals(FIRST, dataOwner().commit(FIRST)));

    assertEquals(FIRST, one.commit(SECOND));

    assertEquals(Optional.of(FIRST), one.manifest(0, 0, Direction.UP));
  }

  @Test
  void aSignatureWhoseProcessDiedBeforeItsFileWasThereIsInNobodysWay() throws Exception {
    JobExchange dying = dataOwner();
    bucket.before(
        "put",
        UP,
        () -> {
          throw new IOException("it dies");
        });
    assertThrows(IOException.class, () -> dying.commit(FIRST));

    assertEquals(SECOND, dataOwner().commit(SECOND));

    assertEquals(Optional.of(SECOND), dataOwner().manifest(0, 0, Direction.UP));
  }

  @Test
  void aForgedManifestIsNotInTheWayOfTheOwners() throws Exception {
    JobExchange forger =
        JobExchange.of(new Path(root(), "jobs/" + JOB), configuration, ORDER)
            .as(SampleOrders.MODEL_OWNER);
    Manifest unused = forger.commit(FIRST);
    assertEquals(Optional.empty(), dataOwner().manifest(0, 0, Direction.UP));

    assertEquals(SECOND, dataOwner().commit(SECOND));

    assertEquals(Optional.of(SECOND), dataOwner().manifest(0, 0, Direction.UP));
  }

  private Lease take(long server) throws IOException, InterruptedException {
    return Lease.take(
        new Path(root(), "serve.json"),
        configuration,
        new Lease.Holder(new UUID(server, server), "", who -> who),
        RENEWAL);
  }

  @Test
  void ofTwoServersThatBeginAtTheSameTimeOneServes() throws Exception {
    bucket.before("put", "serve.json", () -> take(1).renew());

    assertThrows(InUseException.class, () -> take(2));
  }

  @Test
  void ofTwoServersThatTakeALeaseOverOneServes() throws Exception {
    take(1);
    bucket.before("put", "serve.json", () -> take(2).renew());

    assertThrows(InUseException.class, () -> take(3));
  }

  @Test
  void aServerThatLostItsLeaseWhileItRenewedItEnds() throws Exception {
    Lease held = take(1);
    Thread.sleep(RENEWAL.toMillis());
    bucket.before("put", "serve.json", () -> take(2).renew());

    assertThrows(InUseException.class, held::renew);
  }

  @Test
  void aJobThatAListingDoesNotShowIsFoundLaterAndKnownOnesAreNotGone() throws Exception {
    bucket.showsLate("jobs/.*");
    HadoopFiles.write(files, new Path(root(), "jobs/%s/job.json".formatted(JOB)), NEW);
    Exchange exchange = new Exchange(root(), configuration);

    assertEquals(List.of(JOB), exchange.jobs(List.of(JOB)));
    bucket.showsLate("jobs/never-seen.*");
    assertEquals(List.of(JOB), exchange.jobs(List.of()));
    assertTrue(new Exchange(root(), configuration).marks(JOB).remove());
    assertEquals(List.of(), exchange.jobs(List.of(JOB)));
  }
}
