package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.paillier.PaillierEncryptor;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.keys.PaillierKeys;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.lattice.LatticeFormat;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.Travel;
import io.nightjar.protocols.Protocols;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

/** What travels between processes arrives as it was sent, and what must not travel does not. */
class NightjarKryoTest {

  private static final HeParameters INTEGERS =
      HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 40), 1L << 16);

  private static final HeParameters REALS =
      HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(44, 44, 44), 0);

  private static final PaillierParameters PAILLIER = new PaillierParameters(512, 20);

  private static SerializerInstance kryo() {
    return new KryoSerializer(
            new SparkConf(false)
                .set("spark.kryo.registrationRequired", "true")
                .set("spark.kryo.registrator", NightjarKryo.class.getName()))
        .newInstance();
  }

  private static ByteBuffer serialise(Object value) {
    return kryo().serialize(value, ClassTag$.MODULE$.apply(Object.class));
  }

  private static Object travel(Object value) {
    return kryo().deserialize(serialise(value), ClassTag$.MODULE$.apply(Object.class));
  }

  private static HeContext context(HeParameters parameters) {
    return LatticeFormat.of(parameters).context(ExecutorResources.shared());
  }

  @Property
  void labelsTravel(
      @ForAll long high,
      @ForAll long low,
      @ForAll @LongRange(min = 0, max = 1L << 40) long batch,
      @ForAll @IntRange(min = 0, max = 200) int round,
      @ForAll @IntRange(min = 0, max = 63) int draw,
      @ForAll @IntRange(min = 0, max = 100_000) int firstCiphertext) {
    BlockLabel label = new BlockLabel(new UUID(high, low), batch, round, draw, firstCiphertext);

    assertEquals(label, travel(label));
  }

  @Property(tries = 50)
  void blocksOfIntegersTravel(
      @ForAll @IntRange(min = 1, max = 5) int ciphertexts,
      @ForAll @IntRange(min = 1, max = 64) int records,
      @ForAll boolean ntt,
      @ForAll Random random)
      throws IOException {
    long[] values = random.longs((long) ciphertexts * records, -100, 100).toArray();
    HeContext context = context(INTEGERS);
    try (SecretKey key = SecretKey.generate(context);
        CipherBlock block =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerColumns(ciphertexts, records, values),
                    Packing.COEFFICIENTS,
                    ntt ? Form.NTT : Form.COEFFICIENT)) {
      assertTravels(block);
    }
  }

  @Property(tries = 50)
  void blocksOfRealNumbersTravel(
      @ForAll @IntRange(min = 1, max = 5) int ciphertexts,
      @ForAll @IntRange(min = 1, max = 32) int records,
      @ForAll Random random)
      throws IOException {
    double[] values = random.doubles((long) ciphertexts * records, -1, 1).toArray();
    HeContext context = context(REALS);
    try (SecretKey key = SecretKey.generate(context);
        CipherBlock block =
            new BlockEncryptor(context, key)
                .encrypt(new RealColumns(ciphertexts, records, values), 0x1p30)) {
      assertTravels(block);
    }
  }

  private static void assertTravels(CipherBlock block) throws IOException {
    try (CipherBlock arrived = (CipherBlock) travel(block)) {
      assertEquals(block.parameters(), arrived.parameters());
      assertEquals(block.shape(), arrived.shape());
      assertEquals(block.records(), arrived.records());
      assertArrayEquals(bytes(block), bytes(arrived));
    }
  }

  private static byte[] bytes(CipherBlock block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BlockCodec(context(block.parameters())).write(block, BlockLabel.NONE, out);
    return out.toByteArray();
  }

  /** The properties above are about them, and whoever makes another type portable adds one. */
  @Test
  void noOtherBlocksAreSaidToTravel() {
    assertEquals(Set.of(CipherBlock.class), portable());
  }

  private static Stream<Travel> travels() {
    return Protocols.all().stream().map(Protocol::travel);
  }

  private static Set<Class<?>> portable() {
    return travels()
        .flatMap(travel -> travel.portable().stream())
        .map(Travel.Portable::type)
        .collect(Collectors.toSet());
  }

  @Property(tries = 50)
  void jobsTravel(@ForAll byte[] json, @ForAll byte[] posterior, @ForAll String plan) {
    BroadcastJob job =
        new BroadcastJob(
            new UUID(1, 2), plan, json, posterior, new byte[] {1, 2, 3}, new byte[] {4, 5});

    BroadcastJob arrived = (BroadcastJob) travel(job);

    assertEquals(job.job(), arrived.job());
    assertEquals(job.plan(), arrived.plan());
    assertArrayEquals(json, arrived.modelJson());
    assertArrayEquals(posterior, arrived.posterior());
    assertArrayEquals(job.secret(), arrived.secret());
    assertArrayEquals(job.publicKey(), arrived.publicKey());
    job.wipe();
    assertArrayEquals(new byte[3], job.secret());
  }

  /** Everything of the schemes, and of a job, that is to stay where it is. */
  @Test
  void secretsAndWhatLivesInNativeMemoryStay() {
    try (LatticeSecret lattice = (LatticeSecret) new LatticeKeys(INTEGERS).draw();
        PaillierSecret paillier = (PaillierSecret) new PaillierKeys(PAILLIER).draw();
        JobSecret secret = JobSecret.fresh();
        EncryptedBlock block =
            new PaillierEncryptor(paillier.key())
                .encrypt(new IntegerColumns(1, 1, new long[] {1}))) {
      List<Object> all =
          List.of(
              secret,
              lattice,
              lattice.key(),
              lattice.context(),
              paillier,
              paillier.key(),
              EncryptionSeed.fresh(),
              paillier.key().publicKey(),
              block);
      for (Object stays : all) {
        for (Object sent : List.of(stays, new Object[] {stays})) {
          assertStays(() -> serialise(sent));
        }
      }
      assertEquals(
          confined(), all.stream().map(Object::getClass).collect(Collectors.toSet()), "confined");
    }
  }

  private static Set<Class<?>> confined() {
    Set<Class<?>> confined = new HashSet<>(Set.of(JobSecret.class));
    travels().forEach(travel -> confined.addAll(travel.confined()));
    return confined;
  }

  /** Nor does anybody get one by sending what looks like it. */
  @Test
  void whatStaysIsNotReadEither() {
    for (Class<?> type : confined()) {
      Kryo kryo = new Kryo();
      kryo.setReferences(false);
      new NightjarKryo().registerClasses(kryo);
      Output out = new Output(64);
      kryo.writeClass(out, type);
      out.writeLong(17);

      assertStays(() -> kryo.readClassAndObject(new Input(out.toBytes())));
    }
  }

  private static void assertStays(Runnable attempt) {
    Exception refusal = assertThrows(RuntimeException.class, attempt::run);
    assertTrue(refusal.getMessage().contains("stays in its process"), refusal.getMessage());
  }

  private record OfNobody(int number) {}

  @Test
  void whatNobodyRegisteredDoesNotTravel() {
    try (LatticeSecret secret = (LatticeSecret) new LatticeKeys(INTEGERS).draw();
        PublicKey key = secret.key().publicKey(secret.context())) {
      for (Object unknown : List.of(new OfNobody(17), key, secret.publicKey(), INTEGERS)) {
        Exception refusal = assertThrows(RuntimeException.class, () -> serialise(unknown));
        assertTrue(refusal.getMessage().contains("is not registered"), refusal.getMessage());
      }
    }
  }
}
