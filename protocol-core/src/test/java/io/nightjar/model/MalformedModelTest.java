package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nightjar.network.Network;
import io.nightjar.testing.Slow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests that any bytes either are a valid model or are refused with an {@link
 * InvalidModelException}.
 */
class MalformedModelTest {

  private static final int MUTATIONS = 50_000;
  private static final byte[] JSON = SmallModel.JSON.getBytes(StandardCharsets.UTF_8);
  private static final byte[] TENSORS = Written.of(SmallModel.model()).tensors();

  @Slow
  @Test
  void mutationsOfModelJsonAreReadOrRefused() {
    Mutator mutator = new Mutator(new Random(20240901));
    List<byte[]> whole = new ArrayList<>(List.of(JSON));
    for (int seed = 0; seed < 200; seed++) {
      whole.add(Written.of(RandomModels.model(seed)).json());
    }
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] json = mutator.mutate(whole.get(i % 2 == 0 ? 0 : i / 2 % whole.size()));
      if (modelJsonReadsOrIsRefused(json)) {
        read++;
      }
    }

    assertTrue(read > 100 && read < MUTATIONS / 2, read + " were read");
  }

  @Slow
  @Test
  void mutationsOfThePosteriorAreReadOrRefused() {
    Mutator mutator = new Mutator(new Random(20240902));
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      if (posteriorReadsOrIsRefused(mutator.mutate(TENSORS))) {
        read++;
      }
    }

    assertTrue(read > 100 && read < MUTATIONS / 2, read + " were read");
  }

  @Test
  void headersThatAnnounceGibibytesAreRefusedWithoutAllocatingThem() {
    long gibibyte = 1L << 30;
    int weights = (int) (gibibyte / 4);
    String json =
        """
        {"format": "nightjar-model", "version": 1, "name": "m", "task": "regression",
         "input": {"shape": [16384], "range": [0, 1]},
         "layers": [{"name": "fc", "type": "dense", "inputs": 16384, "outputs": 16384, "bias": false}]}
        """;
    byte[] tensors =
        TensorBytes.file(
            "{" + TensorBytes.entry("fc.weight", "F32", "[16384,16384]", 0, gibibyte) + "}",
            new byte[1000]);

    assertEquals(weights, 16384 * 16384);
    assertRefusedWithin(
        8 << 20,
        "posterior.safetensors: Tensor \"fc.weight\" of layer \"fc\": the file ends after 1000 of "
            + "its 1073741824 bytes",
        () -> new Written(json.getBytes(StandardCharsets.UTF_8), tensors).read());
  }

  @Test
  void aHeaderLengthIsNotBelieved() {
    byte[] lengthOnly =
        ByteBuffer.allocate(9)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(4 << 20)
            .put((byte) '{')
            .array();

    assertRefusedWithin(
        2 << 20,
        "posterior.safetensors: The file ends after 1 of the 4194304 bytes of the header",
        () -> new Written(JSON, lengthOnly).read());
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(1 << 20);

    assertRefusedWithin(
        32 << 20,
        "model.json: line 1, column 10: name is an array: it must be a string",
        () -> Written.readArchitecture("{\"name\": " + deep));
    byte[] header = TensorBytes.file("{\"a\":{\"shape\":" + deep, new byte[0]);
    assertRefusedWithin(
        32 << 20,
        "posterior.safetensors: Header: line 1, column 16: The shape of tensor \"a\" is an array: "
            + "it must be an integer",
        () -> new Written(JSON, header).read());
  }

  @Test
  void longTextIsRefusedAndNotRepeatedInFull() {
    String longText = "x".repeat(1 << 20);

    for (String json :
        new String[] {
          "{\"name\": \"" + longText,
          "{\"" + longText,
          "{\"version\": " + "1".repeat(1 << 20) + "}",
          longText,
          SmallModel.JSON.replace("leakyRelu", "x".repeat(4000)),
          SmallModel.JSON.replace("\"relu\"", "\"" + "x".repeat(4000) + "\""),
          SmallModel.JSON.replace("slope", "x".repeat(4000)),
        }) {
      String message =
          assertThrows(InvalidModelException.class, () -> Written.readArchitecture(json))
              .getMessage();
      assertTrue(message.length() < 1000, message);
    }
  }

  @Test
  void aLayerWithManyKeysIsRefusedEarly() {
    String keys =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "\"k" + i + "\": 1")
            .collect(Collectors.joining(",", "{", "}"));

    assertRefusedWithin(
        64 << 20,
        "model.json: line 1, column 299: layers[0] has more than 32 keys",
        () -> Written.readArchitecture("{\"layers\": [" + keys + "]}"));
  }

  @Test
  void anEndlessFileIsRefusedAtTheLimit() {
    ReadLimits limits = new ReadLimits(1000, 1000, 1000);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return ' ';
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) ' ');
            return length;
          }
        };

    assertRefused(
        "model.json: The file is longer than the 1000 bytes that are read at most",
        () -> ModelReader.readArchitecture(endless, limits));
    InputStream tensors = new SequenceInputStream(new ByteArrayInputStream(TENSORS), endless);
    assertThrows(
        InvalidModelException.class,
        () -> ModelReader.read(new ByteArrayInputStream(JSON), tensors, ReadLimits.defaults()));
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < TENSORS.length; length++) {
      byte[] cut = Arrays.copyOf(TENSORS, length);
      assertThrows(InvalidModelException.class, () -> new Written(JSON, cut).read());
    }
    int end = SmallModel.JSON.lastIndexOf('}');
    for (int length = 0; length <= end; length++) {
      byte[] cut = Arrays.copyOf(JSON, length);
      assertThrows(InvalidModelException.class, () -> Written.readArchitecture(cut));
    }
  }

  /** Reads {@code model.json}; what is read must survive being written. */
  static boolean modelJsonReadsOrIsRefused(byte[] json) {
    try {
      Architecture architecture = Written.readArchitecture(json);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ModelWriter.writeArchitecture(architecture, out);
      assertEquals(architecture, Written.readArchitecture(out.toByteArray()));
      Network.quantised(architecture);
      return true;
    } catch (InvalidModelException e) {
      assertTrue(e.getMessage().startsWith("model.json: "), e.getMessage());
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the small model's posterior; what is read must survive being written. */
  static boolean posteriorReadsOrIsRefused(byte[] tensors) {
    try {
      Model model = new Model(SmallModel.ARCHITECTURE, readPosterior(tensors));
      assertEquals(model.posterior(), readPosterior(Written.of(model).tensors()));
      return true;
    } catch (InvalidModelException e) {
      assertTrue(e.getMessage().startsWith("posterior.safetensors: "), e.getMessage());
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Posterior readPosterior(byte[] tensors) throws IOException {
    return ModelReader.readPosterior(
        SmallModel.ARCHITECTURE, new ByteArrayInputStream(tensors), ReadLimits.defaults());
  }

  private static void assertRefusedWithin(long bytes, String message, Executable action) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(message, action);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(allocated < bytes, allocated + " bytes allocated");
  }
}
