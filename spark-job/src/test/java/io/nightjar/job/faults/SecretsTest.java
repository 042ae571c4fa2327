package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.CheapIdentities;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestKeys;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.staging.StagingKey;
import io.nightjar.testing.Slow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A secret key and a job's secret stay where they are. */
@Slow
@ForEachProtocol
class SecretsTest {

  @Parameter private ProtocolProfile profile;

  private Path directory;
  private TestJobs jobs;
  private Path keys;
  private OwnerSecret owner;
  private JobSecret secret;
  private IdentitySecret identity;

  @BeforeEach
  void open(@TempDir Path place) throws IOException {
    directory = place;
    jobs = TestJobs.in(place, profile);
    keys = jobs.keys("keys");
    owner = profile.protocol().keys(jobs.plan()).draw();
    secret = JobSecret.ofSeed(TestJobs.seed());
    identity = IdentitySecret.draw(); // its own, because Spark closes what it cannot broadcast
  }

  @AfterEach
  void close() {
    secret.close();
    owner.close();
  }

  /** The key itself. */
  private Object key() {
    return owner instanceof PaillierSecret paillier
        ? paillier.key()
        : ((LatticeSecret) owner).key();
  }

  private static byte[] raw(OwnerSecret key) {
    return key instanceof PaillierSecret paillier
        ? paillier.key().toBytes(RawSecretAccess.granted())
        : ((LatticeSecret) key)
            .key()
            .toBytes(((LatticeSecret) key).context(), RawSecretAccess.granted());
  }

  /** What is made of the key. */
  private Object seed() {
    EncryptionName name = EncryptionName.draw(BlockLabel.NONE);
    return owner instanceof PaillierSecret paillier
        ? paillier.key().seed(name)
        : ((LatticeSecret) owner).seed(name);
  }

  private List<Object> all() {
    return List.of(owner, key(), seed(), secret, identity, StagingKey.draw());
  }

  @Test
  void javaDoesNotSerialiseThem() throws IOException {
    for (Object stays : all()) {
      try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
        assertThrows(NotSerializableException.class, () -> out.writeObject(stays));
      }
    }
  }

  @Test
  void jacksonFindsNothingInThem() throws IOException {
    ObjectMapper strict = new ObjectMapper();
    ObjectMapper lenient = new ObjectMapper().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
    for (Object stays : all()) {
      assertThrows(JsonProcessingException.class, () -> strict.writeValueAsString(stays));
      assertEquals("{}", lenient.writeValueAsString(stays));
    }
  }

  @Test
  void textDoesNotShowThem() {
    List<byte[]> needles = needles();
    for (Object stays : all()) {
      assertNowhere(needles, stays.toString().getBytes(StandardCharsets.UTF_8), "toString");
    }
  }

  @Test
  void sparkSendsThemNowhere() throws Exception {
    try (JavaSparkContext spark = jobs.spark()) {
      for (Object stays : all()) {
        assertRefused(() -> spark.broadcast(stays));
        assertRefused(() -> spark.parallelize(List.of(1)).map(x -> x + stays.hashCode()).collect());
        assertRefused(() -> spark.parallelize(List.of(stays)).count());
      }
    }
  }

  private static void assertRefused(Executable sending) {
    Throwable refusal = assertThrows(Throwable.class, sending);
    StringWriter story = new StringWriter();
    refusal.printStackTrace(new PrintWriter(story));
    assertTrue(
        story.toString().contains("stays in its process")
            || story.toString().contains("NotSerializableException")
            || story.toString().contains("Class is not registered: io.nightjar.identity.")
            || story.toString().contains("Class is not registered: io.nightjar.staging."),
        story.toString());
  }

  /** Everything that a job says or leaves behind, when it goes well and when it does not. */
  @Test
  void aJobLeavesNoTraceOfThem() throws Exception {
    List<byte[]> needles = needles();
    Path events = Files.createDirectories(directory.resolve("events"));
    Path exchange = directory.resolve("exchange");
    String[] pairs = {
      "spark.eventLog.enabled=true",
      "spark.eventLog.compress=false",
      "spark.eventLog.dir=" + events.toUri(),
      TestJobs.KEEP,
      "spark.nightjar.exchange.dir=" + exchange.toUri(),
      "spark.logConf=true"
    };
    StringWriter story = new StringWriter();
    try (Listening log = new Listening(Level.DEBUG)) {
      Parties.score(
          jobs.scoring("out", keys, pairs),
          Moment.evaluated(0, 0, () -> addKeyOf(directory.resolve("out"), needles)));
      Throwable failure =
          assertThrows(
              Exception.class,
              () -> Parties.score(jobs.scoring("failing", keys, pairs), damaging(exchange)));
      failure.printStackTrace(new PrintWriter(story));
      addKeyOf(directory.resolve("failing"), needles);
      assertNowhere(needles, log.text().getBytes(StandardCharsets.UTF_8), "the log");
    }

    assertNowhere(needles, story.toString().getBytes(StandardCharsets.UTF_8), "an exception");
    assertFiles(needles, events);
    assertFiles(needles, exchange);
    assertFiles(needles, directory.resolve("out"));
    assertFiles(needles, directory.resolve("failing"), "secret"); // which draws follow from
  }

  /** Adds the key of a job that is in work. */
  private void addKeyOf(Path output, List<byte[]> needles) throws IOException {
    try (OwnerSecret key =
        TestKeys.open(output, profile.protocol().keys(jobs.plan()), TestIdentities.of("keys"))) {
      addKey(key, needles);
    }
  }

  /** Changes the last byte of every upload of the last wave. */
  private static JobProgress damaging(Path exchange) {
    return new JobProgress() {
      @Override
      public void uploaded(Wave wave, int round) {
        if (wave.index() == 2) {
          try {
            for (Path file : JobFiles.uploads(exchange, wave, round)) {
              byte[] bytes = Files.readAllBytes(file);
              bytes[bytes.length - 1] ^= 1;
              Files.write(file, bytes);
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
      }
    };
  }

  /** Pieces of all secrets as they might be written. */
  private List<byte[]> needles() {
    List<byte[]> needles = new ArrayList<>();
    addKey(owner, needles);
    addAll(CheapIdentities.bytes(TestIdentities.of("keys")), needles);
    addAll(TestJobs.seed(), needles);
    needles.add(TestJobs.PASSPHRASE.getBytes(StandardCharsets.UTF_8));
    return needles;
  }

  private static void addKey(OwnerSecret secret, List<byte[]> needles) {
    byte[] key = raw(secret);
    addAll(key, needles);
    if (secret instanceof PaillierSecret) { // whose primes are numbers, one after the other
      int half = key.length / 2;
      for (int at : new int[] {0, half}) {
        needles.add(ascii(new BigInteger(1, key, at, half).toString()));
      }
    }
  }

  private static void addAll(byte[] raw, List<byte[]> needles) {
    for (int at : new int[] {0, raw.length / 4, raw.length / 2, raw.length - 24}) {
      byte[] piece = Arrays.copyOfRange(raw, Math.max(at, 0), Math.max(at, 0) + 24);
      if (varied(piece)) { // a run of zeros would be found anywhere
        needles.add(piece);
        needles.add(ascii(HexFormat.of().formatHex(piece)));
        needles.add(ascii(HexFormat.of().withUpperCase().formatHex(piece)));
        needles.add(ascii(Arrays.toString(piece).replaceAll("[\\[\\]]", "")));
        for (int shift = 0; shift < 3; shift++) {
          byte[] shifted = Arrays.copyOfRange(piece, shift, shift + 21);
          needles.add(ascii(Base64.getEncoder().encodeToString(shifted)));
        }
      }
    }
  }

  private static boolean varied(byte[] piece) {
    Map<Byte, Integer> counts = new TreeMap<>();
    for (byte b : piece) {
      counts.merge(b, 1, Integer::sum);
    }
    return counts.size() >= 4;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertFiles(List<byte[]> needles, Path root, String... but)
      throws IOException {
    int seen = 0;
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !List.of(but).contains(file.getFileName().toString()))
              .toList()) {
        assertNowhere(needles, Files.readAllBytes(file), file.toString());
        seen++;
      }
    }
    assertTrue(seen > 0, root.toString());
  }

  private static void assertNowhere(List<byte[]> needles, byte[] hay, String where) {
    String text = new String(hay, StandardCharsets.ISO_8859_1);
    for (byte[] needle : needles) {
      assertFalse(text.contains(new String(needle, StandardCharsets.ISO_8859_1)), where);
    }
  }
}
