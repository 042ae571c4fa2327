package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.crypto.paillier.ResiduePool;
import io.nightjar.exchange.Wave;
import io.nightjar.keys.KeysUnusableException;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over Paillier. */
class TwoPartyDnnJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory, ProtocolProfile.TWO_PARTY_DNN);
  }

  @Test
  void scoresAreThoseOfTheReference() throws Exception {
    Map<String, Object> report = Parties.score(jobs.scoring("out")).report();

    jobs.assertScored("out");
    assertEquals("2p-dnn", report.get("protocol"));
    Map<?, ?> margin = (Map<?, ?>) report.get("noiseMarginBits");
    double predicted = ((Number) margin.get("predicted")).doubleValue();
    double measured = ((Number) margin.get("measuredMin")).doubleValue();
    assertTrue(predicted <= measured && predicted >= 2, margin.toString());
  }

  @Slow
  @Test
  void aDamagedUploadEndsTheJobWhichGoesOnFromWhatWasCommitted() throws Exception {
    Path keys = jobs.keys("keys");
    Path exchange = directory.resolve("exchange");
    String[] pairs = {"spark.nightjar.exchange.dir=" + exchange.toUri()};
    ScoreRequest request = jobs.scoring("out", keys, pairs);

    RoundFailedException failure =
        assertThrows(RoundFailedException.class, () -> Parties.score(request, damaging(exchange)));

    assertTrue(failure.getMessage().contains("does not match its checksum"), failure.getMessage());
    damaging(exchange).uploaded(new Wave(2, 0, 0), 0); // which undoes it
    Parties.score(request);
    jobs.assertScored("out");
  }

  /** Changes a byte in the middle of every upload of the last wave's first round. */
  private static JobProgress damaging(Path exchange) {
    return new JobProgress() {
      @Override
      public void uploaded(Wave wave, int round) {
        if (wave.index() != 2 || round != 0) {
          return;
        }
        try {
          for (Path file : JobFiles.uploads(exchange, wave, round)) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  @Test
  void keysForAnotherPlanAndPublicKeysThatAreNoneAreRefused() throws Exception {
    Path keys = jobs.keys("keys");
    Path others = TestJobs.in(directory.resolve("lattice")).keys("keys");
    assertThrows(KeysUnusableException.class, () -> Parties.score(jobs.scoring("out", others)));

    Path publicKey = keys.resolve("public-key.bin");
    byte[] bytes = Files.readAllBytes(publicKey);
    bytes[bytes.length / 2] ^= 1;
    Files.write(publicKey, bytes);
    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> Parties.score(jobs.scoring("out", keys)));
    assertTrue(refusal.getMessage().contains("was changed on its way"), refusal.getMessage());
  }

  @Slow
  @Test
  void aDataOwnerWhoOrdersWithAKeyThatIsNoneIsRefused() throws Exception {
    Path exchange = Files.createDirectories(directory.resolve("exchange"));
    Path keys = jobs.keys("keys");
    CompletableFuture<Integer> serving =
        Parties.serving(jobs.serving(exchange.toUri().toString(), 1));
    Thread forging = new Thread(() -> forge(exchange), "forging");
    forging.setDaemon(true);
    forging.start();

    assertThrows(
        ProtocolException.class,
        () ->
            AgentJob.run(jobs.asking(exchange.toUri().toString(), keys, "out"), JobProgress.NONE));
    assertEquals(1, serving.get());
  }

  /** Cuts the public key of an order as soon as it is there. */
  private static void forge(Path exchange) {
    try {
      while (true) {
        try (Stream<Path> files = Files.walk(exchange)) {
          for (Path file : files.filter(path -> path.endsWith("public-key.bin")).toList()) {
            Files.write(file, new byte[17]);
            return;
          }
        }
      }
    } catch (IOException | UncheckedIOException e) { // a directory that moved meanwhile
      forge(exchange);
    }
  }

  @Slow
  @Test
  void noSecretLeavesTheProcess() throws Exception {
    try (PaillierSecretKey key =
            PaillierSecretKey.generate((PaillierParameters) jobs.plan().encryption());
        ResiduePool pool = new ResiduePool(key, 1);
        JavaSparkContext spark =
            SparkContexts.open("secrets", java.util.Optional.of("local[1]"), jobs.settings())) {
      byte[] raw = key.toBytes(RawSecretAccess.granted()); // Spark closes what it cannot keep
      for (Object stays : List.of(key, pool)) {
        Exception refusal = assertThrows(Exception.class, () -> spark.broadcast(stays));
        assertTrue(
            refusal.toString().contains("stays in its process")
                || String.valueOf(refusal.getCause()).contains("stays in its process"),
            refusal.toString());
      }
      assertThrows(
          Exception.class,
          () -> spark.parallelize(List.of(1)).map(x -> x + key.hashCode()).collect());
      assertThrows(
          JsonProcessingException.class, () -> new ObjectMapper().writeValueAsString(pool));
      String shown = new ObjectMapper().writeValueAsString(List.of(key.toString()));
      assertTrue(!shown.contains(java.util.HexFormat.of().formatHex(raw, 0, 16)));
    }
  }
}
