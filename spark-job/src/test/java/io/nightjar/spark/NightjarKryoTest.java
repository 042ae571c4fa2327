package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.nightjar.draw.JobSecret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag$;

/** What travels between processes arrives as it was sent, and what must not travel does not. */
class NightjarKryoTest {

  private static final HeParameters PARAMETERS =
      HeParameters.insecureForTests(Scheme.BFV, 64, List.of(44, 40), 1L << 16);

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

  @Property
  void labelsTravel(
      @ForAll long high,
      @ForAll long low,
      @ForAll @LongRange(min = 0, max = 1L << 40) long batch,
      @ForAll @IntRange(min = 0, max = 200) int round,
      @ForAll @IntRange(min = 0, max = 63) int draw,
      @ForAll @IntRange(min = 0, max = 100_000) int column) {
    BlockLabel label = new BlockLabel(new UUID(high, low), batch, round, draw, column);

    assertEquals(label, travel(label));
  }

  @Property(tries = 50)
  void blocksTravel(
      @ForAll @IntRange(min = 1, max = 5) int columns,
      @ForAll @IntRange(min = 1, max = 64) int records,
      @ForAll boolean ntt,
      @ForAll Random random)
      throws IOException {
    HeContext context = ExecutorContexts.get(PARAMETERS);
    long[] values = random.longs((long) columns * records, -100, 100).toArray();
    try (SecretKey key = SecretKey.generate(context);
        CipherBlock block =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerColumns(columns, records, values),
                    Packing.COEFFICIENTS,
                    ntt ? Form.NTT : Form.COEFFICIENT);
        CipherBlock arrived = (CipherBlock) travel(block)) {
      assertEquals(block.parameters(), arrived.parameters());
      assertEquals(block.shape(), arrived.shape());
      assertEquals(block.records(), arrived.records());
      assertArrayEquals(bytes(context, block), bytes(context, arrived));
    }
  }

  private static byte[] bytes(HeContext context, CipherBlock block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BlockCodec(context).write(block, BlockLabel.NONE, out);
    return out.toByteArray();
  }

  @Property(tries = 50)
  void modelsTravel(@ForAll byte[] json, @ForAll byte[] posterior, @ForAll String plan) {
    BroadcastModel model =
        new BroadcastModel(
            new UUID(1, 2), plan, json, posterior, new byte[] {1, 2, 3}, new byte[] {4, 5});

    BroadcastModel arrived = (BroadcastModel) travel(model);

    assertEquals(model.job(), arrived.job());
    assertEquals(model.plan(), arrived.plan());
    assertArrayEquals(json, arrived.modelJson());
    assertArrayEquals(posterior, arrived.posterior());
    assertArrayEquals(model.secret(), arrived.secret());
    model.wipe();
    assertArrayEquals(new byte[3], model.secret());
  }

  @org.junit.jupiter.api.Test
  void secretsDoNotTravel() {
    HeContext context = ExecutorContexts.get(PARAMETERS);
    try (SecretKey key = SecretKey.generate(context);
        JobSecret secret = JobSecret.fresh()) {
      for (Object stays : new Object[] {key, secret, context}) {
        for (Object sent : new Object[] {stays, new Object[] {stays}}) {
          Exception refusal = assertThrows(RuntimeException.class, () -> serialise(sent));
          assertTrue(refusal.getMessage().contains("stays in its process"), refusal.getMessage());
        }
      }
    }
  }
}
