package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {

  private static final byte[] NONE = {};

  @Property(tries = 50)
  void whatIsWrittenIsReadBack(@ForAll @IntRange(min = 0, max = 50_000) int size)
      throws IOException {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i * 0.37f - 5;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z \"quoted\"", new Tensor(List.of(size), values));
    tensors.put("a", new Tensor(List.of(), new float[] {-0f}));
    tensors.put("none", new Tensor(List.of(3, 0), new float[0]));
    TensorFile file = new TensorFile(tensors, Map.of("format", "pt"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(file, out);

    TensorFile read = read(out.toByteArray());

    assertEquals(file, read);
    assertEquals(List.of("z \"quoted\"", "a", "none"), List.copyOf(read.tensors().keySet()));
  }

  @Test
  void everyTypeOfRealNumberIsRead() throws IOException {
    byte[] f64 = little(16).putDouble(1.5).putDouble(Float.MAX_VALUE).array();
    byte[] f32 = little(8).putFloat(-1.4E-45f).putFloat(3.25f).array();
    byte[] f16 = little(4).putShort((short) 0x3555).putShort((short) 0xfbff).array();
    byte[] bf16 = little(4).putShort((short) 0x3f80).putShort((short) 0xc049).array();
    byte[] bytes =
        new TensorBytes()
            .add("f64", "F64", List.of(2), f64)
            .add("f32", "F32", List.of(2, 1), f32)
            .add("f16", "F16", List.of(1, 2), f16)
            .add("bf16", "BF16", List.of(2), bf16)
            .build();

    Map<String, Tensor> tensors = read(bytes).tensors();

    assertArrayEquals(new float[] {1.5f, Float.MAX_VALUE}, tensors.get("f64").values());
    assertArrayEquals(new float[] {-1.4E-45f, 3.25f}, tensors.get("f32").values());
    assertArrayEquals(new float[] {0.33325195f, -65504}, tensors.get("f16").values());
    assertArrayEquals(new float[] {1, -3.140625f}, tensors.get("bf16").values());
  }

  /** The header may list tensors in any order; they are kept in the order of their data. */
  @Test
  void tensorsAreInTheOrderOfTheirData() throws IOException {
    String header =
        "{%s,%s}"
            .formatted(
                TensorBytes.entry("second", "F32", "[1]", 4, 8),
                TensorBytes.entry("first", "F32", "[1]", 0, 4));

    Map<String, Tensor> tensors =
        read(TensorBytes.file(header + "   ", little(8).putFloat(1).putFloat(2).array())).tensors();

    assertEquals(List.of("first", "second"), List.copyOf(tensors.keySet()));
    assertArrayEquals(new float[] {2}, tensors.get("second").values());
  }

  @Test
  void anEmptyFileOfTensorsIsOne() throws IOException {
    assertEquals(new TensorFile(Map.of(), Map.of()), read(TensorBytes.file("{}", NONE)));
  }

  static Stream<Arguments> badEntries() {
    return Stream.of(
        arguments(
            TensorBytes.entry("w", "I32", "[1]", 0, 4),
            "The dtype of tensor \"w\" is \"I32\": it must be F64, F32, F16 or BF16"),
        arguments(
            TensorBytes.entry("w", "f32", "[1]", 0, 4),
            "The dtype of tensor \"w\" is \"f32\": it must be F64, F32, F16 or BF16"),
        arguments(
            "'w':{'dtype':'F32','shape':[1]}",
            "line 1, column 32: The key \"data_offsets\" is missing in tensor \"w\""),
        arguments(
            "'w':{}", "line 1, column 7: The key \"data_offsets\" is missing in tensor \"w\""),
        arguments(
            "'w':{'dtype':'F32','shape':[1],'offsets':[0,4]}",
            "line 1, column 43: Unknown key \"offsets\" in tensor \"w\""),
        arguments(
            "'w':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}",
            "line 1, column 21: The key \"dtype\" in tensor \"w\" is given more than once"),
        arguments(
            "'w':{'dtype':4,'shape':[1],'data_offsets':[0,4]}",
            "line 1, column 15: The dtype of tensor \"w\" is 4: it must be a string"),
        arguments(
            "'w':{'dtype':'F32','shape':1,'data_offsets':[0,4]}",
            "line 1, column 29: The shape of tensor \"w\" is 1: it must be an array"),
        arguments(
            "'w':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}",
            "line 1, column 30: The shape of tensor \"w\" has -1: it must not be negative"),
        arguments(
            "'w':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}",
            "line 1, column 30: The shape of tensor \"w\" is 1.0: it must be an integer"),
        arguments(
            "'w':{'dtype':'F32','shape':[[1]],'data_offsets':[0,4]}",
            "line 1, column 30: The shape of tensor \"w\" is an array: it must be an integer"),
        arguments(
            "'w':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1],'data_offsets':[0,4]}",
            "line 1, column 46: The shape of tensor \"w\" has more than 8 numbers"),
        arguments(
            "'w':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}",
            "line 1, column 30: The shape of tensor \"w\" is 99999999999999999999: "
                + "it is too large"),
        arguments(
            TensorBytes.entry("w", "F32", "[4294967296,4294967296]", 0, 4),
            "The shape of tensor \"w\" is [4294967296, 4294967296]: that is too large"),
        arguments(
            TensorBytes.entry("w", "F32", "[65536,65536]", 0, 4),
            "The shape of tensor \"w\" is [65536, 65536]: that is too large"),
        arguments(
            TensorBytes.entry("w", "F64", "[9223372036854775807]", 0, 4),
            "The shape of tensor \"w\" is [9223372036854775807]: that is too large"),
        arguments(
            TensorBytes.entry("w", "F32", "[2]", 0, 4),
            "The data_offsets of tensor \"w\" are 0 and 4: shape [2] of F32 takes up 8 bytes"),
        arguments(
            TensorBytes.entry("w", "F32", "[0]", 0, 4),
            "The data_offsets of tensor \"w\" are 0 and 4: shape [0] of F32 takes up 0 bytes"),
        arguments(
            TensorBytes.entry("w", "F32", "[1]", 4, 0),
            "The data_offsets of tensor \"w\" are 4 and 0: shape [1] of F32 takes up 4 bytes"),
        arguments(
            "'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}",
            "line 1, column 53: The data_offsets of tensor \"w\" has more than 2 numbers"),
        arguments(
            "'w':{'dtype':'F32','shape':[1],'data_offsets':[0]}",
            "line 1, column 51: The data_offsets of tensor \"w\" are [0]: "
                + "they must be two, begin and end"),
        arguments("'w':7", "line 1, column 6: tensor \"w\" is 7: it must be an object"),
        arguments(
            "'__metadata__':{'a':1}", "line 1, column 22: The metadata is 1: it must be a string"),
        arguments(
            TensorBytes.entry("w", "F32", "[1]", 0, 4)
                + ","
                + TensorBytes.entry("w", "F32", "[1]", 4, 8),
            "line 1, column 55: The key \"w\" is given more than once"));
  }

  @ParameterizedTest
  @MethodSource("badEntries")
  void anEntryThatIsNotOneIsRefusedByTensor(String entries, String message) {
    byte[] file = TensorBytes.file("{" + entries.replace('\'', '"') + "}", new byte[64]);

    assertRefused("Header: " + message, () -> read(file));
  }

  static Stream<Arguments> badLayouts() {
    return Stream.of(
        arguments(
            TensorBytes.entry("a", "F32", "[1]", 4, 8),
            "Tensor \"a\" begins at byte 4 of the data, but the tensor before it ends at 0: "
                + "there is a hole"),
        arguments(
            TensorBytes.entry("a", "F32", "[1]", 0, 4)
                + ","
                + TensorBytes.entry("b", "F32", "[1]", 8, 12),
            "Tensor \"b\" begins at byte 8 of the data, but the tensor before it ends at 4: "
                + "there is a hole"),
        arguments(
            TensorBytes.entry("a", "F32", "[2]", 0, 8)
                + ","
                + TensorBytes.entry("b", "F32", "[1]", 4, 8),
            "Tensor \"b\" begins at byte 4 of the data, but the tensor before it ends at 8: "
                + "they overlap"),
        arguments(
            TensorBytes.entry("a", "F32", "[2]", 0, 8)
                + ","
                + TensorBytes.entry("b", "F32", "[2]", 0, 8),
            "Tensor \"b\" begins at byte 0 of the data, but the tensor before it ends at 8: "
                + "they overlap"),
        arguments(
            TensorBytes.entry("a", "F32", "[1]", 9223372036854775800L, 9223372036854775804L),
            "Tensor \"a\" begins at byte 9223372036854775800 of the data, but the tensor before "
                + "it ends at 0: there is a hole"),
        arguments(
            TensorBytes.entry("a", "F64", "[134217729]", 0, 1073741832),
            "Tensor \"a\" ends at byte 1073741832 of the data: at most 1073741824 are read"),
        arguments(
            TensorBytes.entry("a", "F32", "[17]", 0, 68),
            "Tensor \"a\": the file ends after 64 of its 68 bytes"),
        arguments(
            TensorBytes.entry("a", "F32", "[100000000]", 0, 400000000),
            "Tensor \"a\": the file ends after 64 of its 400000000 bytes"),
        arguments(
            TensorBytes.entry("a", "F32", "[15]", 0, 60),
            "There are bytes after the 60 of the last tensor"),
        arguments(
            TensorBytes.entry("a", "I64", "[8]", 0, 64),
            "Tensor \"a\" has dtype I64: it must be F64, F32, F16 or BF16"));
  }

  @ParameterizedTest
  @MethodSource("badLayouts")
  void tensorsFillTheDataWithoutHolesAndWithoutOverlap(String entries, String message) {
    assertRefused(message, () -> read(TensorBytes.file("{" + entries + "}", new byte[64])));
  }

  @Test
  void aFileWithoutAWholeHeaderIsRefused() {
    assertRefused(
        "0 bytes are no safetensors file: it begins with 8 bytes of length", () -> read(NONE));
    assertRefused(
        "7 bytes are no safetensors file: it begins with 8 bytes of length",
        () -> read(new byte[7]));
    assertRefused("The header does not begin with '{'", () -> read(new byte[8]));
    assertRefused("The header does not begin with '{'", () -> read(TensorBytes.file(" {}", NONE)));
    assertRefused(
        "The file ends after 2 of the 3 bytes of the header",
        () -> read(little(10).putLong(3).put((byte) '{').put((byte) '}').array()));
    assertRefused(
        "The header is 4194305 bytes long: at most 4194304 are read",
        () -> read(little(8).putLong((4 << 20) + 1).array()));
    assertRefused(
        "The header is 18446744073709551615 bytes long: at most 4194304 are read",
        () -> read(little(8).putLong(-1).array()));
  }

  @Test
  void aHeaderThatIsNotJsonIsRefused() {
    assertRefused(
        "Header: There is something after the end of the JSON object"
            .replace("There", "line 1, column 3: There"),
        () -> read(TensorBytes.file("{}{}", NONE)));
    byte[] notUtf8 = "{\"a?\":1}".getBytes(StandardCharsets.ISO_8859_1);
    notUtf8[3] = (byte) 0xff;
    assertRefused("Header: It is not UTF-8 text", () -> read(TensorBytes.file(notUtf8, NONE)));
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedByTensorAndIndex() {
    assertRefused(
        "Tensor \"w\" has NaN at [1]: it must be finite as a 32-bit number",
        () -> read(new TensorBytes().add("w", List.of(2), 1, Double.NaN).build()));
    assertRefused(
        "Tensor \"w\" has Infinity at [0]: it must be finite as a 32-bit number",
        () -> read(new TensorBytes().add("w", List.of(1), 1 / 0.0).build()));
    assertRefused(
        "Tensor \"w\" has 1.0E39 at [0]: it must be finite as a 32-bit number",
        () ->
            read(
                new TensorBytes()
                    .add("w", "F64", List.of(), little(8).putDouble(1e39).array())
                    .build()));
  }

  @Test
  void limitsHold() {
    byte[] file = new TensorBytes().add("w", List.of(2), 1, 2).build();
    int headerBytes = file.length - 16;

    assertRefused(
        "The header is %d bytes long: at most %d are read".formatted(headerBytes, headerBytes - 1),
        () -> read(file, new ReadLimits(0, headerBytes - 1, 8)));
    assertRefused(
        "Tensor \"w\" ends at byte 8 of the data: at most 7 are read",
        () -> read(file, new ReadLimits(0, headerBytes, 7)));
  }

  @Test
  void aTensorHasAsManyValuesAsItsShapeSays() {
    assertRefused(
        "2 values for a tensor of shape [3]: there must be 3",
        () -> new Tensor(List.of(3), new float[2]));
    assertRefused(
        "Shape [65536, 65536]: out of range",
        () -> new Tensor(List.of(65536, 65536), new float[0]));
    assertRefused("Shape [-1]: out of range", () -> new Tensor(List.of(-1), new float[0]));
    assertEquals("Tensor[2, 1]", new Tensor(Arrays.asList(2, 1), new float[2]).toString());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorFile read(byte[] file) throws IOException {
    return read(file, ReadLimits.defaults());
  }

  private static TensorFile read(byte[] file, ReadLimits limits) throws IOException {
    return Safetensors.read(new ByteArrayInputStream(file), limits);
  }
}
