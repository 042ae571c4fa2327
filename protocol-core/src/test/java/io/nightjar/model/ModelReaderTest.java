package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests how {@code model.json} is read. */
class ModelReaderTest {

  @Test
  void theExampleInTheDocumentationIsRead() {
    Architecture architecture =
        Written.readArchitecture(
            """
            {
              "format": "nightjar-model",
              "version": 1,
              "name": "digits",
              "task": "classification",
              "input": {"shape": [1, 28, 28], "range": [0, 1]},
              "layers": [
                {"name": "conv1", "type": "conv2d", "inputChannels": 1, "outputChannels": 8, "kernel": 5},
                {"name": "bn1", "type": "batchNorm", "channels": 8},
                {"name": "relu1", "type": "relu"},
                {"name": "pool1", "type": "maxPool", "kernel": 2},
                {"name": "flatten", "type": "flatten"},
                {"name": "fc", "type": "dense", "inputs": 1152, "outputs": 10},
                {"name": "softmax", "type": "softmax"}
              ],
              "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
              "calibration": {"relu1": [0, 6.5], "pool1": [0, 6.5]}
            }
            """);

    assertEquals(
        new Architecture(
            "digits",
            Task.CLASSIFICATION,
            new InputSpec(new Shape(1, 28, 28), new Range(0, 1), List.of()),
            List.of(
                new Conv2d("conv1", 1, 8, 5, 1, 0, 1, true),
                new BatchNorm("bn1", 8, 1e-5),
                new Relu("relu1"),
                new MaxPool("pool1", 2, 2, 0),
                new Flatten("flatten"),
                new Dense("fc", 1152, 10, true),
                new Softmax("softmax")),
            IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
            Map.of("relu1", new Range(0, 6.5), "pool1", new Range(0, 6.5))),
        architecture);
  }

  @Test
  void everyKindOfLayerIsRead() {
    Architecture architecture =
        Written.readArchitecture(
            """
            {"version":1,"format":"nightjar-model","calibration":{},"layers":[
              {"type":"conv2d","name":"a","bias":false,"groups":2,"padding":1,"stride":2,"kernel":3,"outputChannels":2,"inputChannels":2},
              {"type":"residualAdd","name":"b","from":"a"},
              {"type":"multiply","name":"b2","from":"a"},
              {"type":"subtract","name":"b25","from":"a"},
              {"type":"concat","name":"b3","from":"a"},
              {"type":"recall","name":"b4","from":"b2"},
              {"type":"view","name":"b5","shape":[2,1,4],"sizes":[8],"strides":[-1],"offset":7},
              {"type":"view","name":"b6","shape":[2,2,2],"sizes":[8],"strides":[1]},
              {"type":"pad","name":"b7","padding":[0,0,0,1],"mode":"edge"},
              {"type":"pad","name":"b8","padding":0},
              {"type":"groupNorm","name":"b9","groups":2},
              {"type":"layerNorm","name":"b10","epsilon":1},
              {"type":"recall","name":"b11","from":"b"},
              {"type":"leakyRelu","name":"c"},
              {"type":"leakyRelu","name":"c2","slope":1},
              {"type":"averagePool","name":"d","kernel":2,"stride":1,"padding":1},
              {"type":"maxPool","name":"e","kernel":1},
              {"type":"maxPool","name":"e2","kernel":[1,2],"stride":1,"padding":[0,1,0,0],"dilation":[3,1],"ceil":true},
              {"type":"averagePool","name":"e3","kernel":[1,2],"padding":[0,1],"countPadding":false,"stride":1},
              {"type":"maxPool","name":"e4","kernel":[1,2],"stride":1},
              {"type":"sigmoid","name":"f"},{"type":"tanh","name":"g"},{"type":"gelu","name":"h"},
              {"type":"square","name":"i"},{"type":"relu","name":"j"},
              {"type":"quadratic","name":"j2","c":-0.5,"a":1e-3,"b":2},
              {"type":"batchNorm","name":"k","channels":2,"epsilon":0.5},
              {"type":"flatten","name":"l"},
              {"type":"dense","name":"m","bias":false,"outputs":1,"inputs":18}],
             "input":{"features":[],"range":[-1e3,2.5E+2],"shape":[2,3,3]},"task":"regression","name":"x","classes":[]}
            """
                .replace(
                    "\"calibration\":{}",
                    "\"calibration\":{"
                        + Stream.of("b", "c", "c2", "d", "e", "f", "g", "h", "i", "j", "j2")
                            .map(name -> "\"" + name + "\":[0,1]")
                            .collect(Collectors.joining(","))
                        + "}"));

    assertEquals(new Range(-1000, 250), architecture.input().range());
    assertEquals(
        List.of(
            new Conv2d("a", 2, 2, 3, 2, 1, 2, false),
            new ResidualAdd("b", "a"),
            new Multiply("b2", "a"),
            new Subtract("b25", "a"),
            new Concat("b3", "a"),
            new Recall("b4", "b2"),
            new View("b5", new Shape(2, 1, 4), 7, List.of(8), List.of(-1)),
            View.reshape("b6", new Shape(2, 2, 2)),
            new Pad("b7", List.of(0, 0, 0, 1), Pad.Mode.EDGE, 0),
            new Pad("b8", List.of(0, 0, 0, 0), Pad.Mode.CONSTANT, 0),
            new GroupNorm("b9", 2, 1e-5),
            new LayerNorm("b10", 1),
            new Recall("b11", "b"),
            new LeakyRelu("c", 0.01),
            new LeakyRelu("c2", 1),
            new AveragePool("d", 2, 1, 1),
            new MaxPool("e", 1, 1, 0),
            new MaxPool(
                "e2",
                new Window(new Window.Side(1, 1, 3, 0, 0), new Window.Side(2, 1, 1, 1, 0), true)),
            new AveragePool(
                "e3",
                new Window(new Window.Side(1, 1, 1, 0, 0), new Window.Side(2, 1, 1, 1, 1), false),
                false),
            new MaxPool(
                "e4",
                new Window(new Window.Side(1, 1, 1, 0, 0), new Window.Side(2, 1, 1, 0, 0), false)),
            new Sigmoid("f"),
            new Tanh("g"),
            new Gelu("h"),
            new Square("i"),
            new Relu("j"),
            new Quadratic("j2", 0.001, 2, -0.5),
            new BatchNorm("k", 2, 0.5),
            new Flatten("l"),
            new Dense("m", 18, 1, false)),
        architecture.layers());
  }

  /** Each case is the small model with one piece of text replaced. */
  static Stream<Arguments> invalid() {
    return Stream.of(
        arguments(
            "nightjar-model",
            "onnx",
            "line 2, column 13: format is \"onnx\": it must be \"nightjar-model\""),
        arguments(
            "\"version\": 1",
            "\"version\": 2",
            "line 3, column 14: version is 2: this program reads 1"),
        arguments(
            "\"version\": 1",
            "\"version\": \"1\"",
            "line 3, column 14: version is \"1\": it must be an integer"),
        arguments(
            "\"version\": 1",
            "\"version\": 1.0",
            "line 3, column 14: version is 1.0: it must be an integer"),
        arguments(
            "\"version\": 1",
            "\"version\": 100000000000000000000",
            "line 3, column 14: version is 100000000000000000000: it is too large"),
        arguments("  \"version\": 1,\n", "", "The key \"version\" is missing"),
        arguments("  \"format\": \"nightjar-model\",\n", "", "The key \"format\" is missing"),
        arguments("  \"name\": \"small\",\n", "", "The key \"name\" is missing"),
        arguments("  \"task\": \"classification\",\n", "", "The key \"task\" is missing"),
        arguments(
            "\"name\": \"small\"",
            "\"nmae\": \"small\"",
            "line 4, column 11: Unknown key \"nmae\"; did you mean \"name\"?"),
        arguments(
            "\"name\": \"small\"",
            "\"weights\": \"small\"",
            "line 4, column 14: Unknown key \"weights\""),
        arguments(
            "\"name\": \"small\"",
            "\"name\": null",
            "line 4, column 11: name is null: it must be a string"),
        arguments(
            "\"name\": \"small\"",
            "\"version\": 1",
            "line 4, column 3: The key \"version\" is given more than once"),
        arguments(
            "\"name\": \"small\"",
            "\"name\": \"a b\"",
            "Model name \"a b\": it must have from 1 to 100 characters out of A-Z, a-z, 0-9, '_', "
                + "'.' and '-'"),
        arguments(
            "classification",
            "Classification",
            "line 5, column 11: task is \"Classification\": it must be \"classification\" or "
                + "\"regression\""),
        arguments(
            "{\"shape\": [1, 4, 4], \"range\": [0.0, 1.0]}",
            "[]",
            "line 6, column 12: input is an array: it must be an object"),
        arguments(
            "\"shape\": [1, 4, 4], ",
            "",
            "line 6, column 32: The key \"shape\" is missing in input"),
        arguments(
            ", \"range\": [0.0, 1.0]",
            "",
            "line 6, column 31: The key \"range\" is missing in input"),
        arguments(
            "\"shape\": [1, 4, 4]",
            "\"shapes\": [1, 4, 4]",
            "line 6, column 23: Unknown key \"shapes\" in input; did you mean \"shape\"?"),
        arguments(
            "[1, 4, 4]",
            "[4, 4]",
            "line 6, column 27: input.shape is [4, 4]: it must be [features], or "
                + "[channels, height, width]"),
        arguments(
            "[1, 4, 4]",
            "[1, 1, 4, 4]",
            "line 6, column 32: input.shape[3] is 4: there are one or three sides from 1 to "
                + "1048576"),
        arguments(
            "[1, 4, 4]",
            "[1, 0, 4]",
            "line 6, column 26: input.shape[1] is 0: there are one or three sides from 1 to "
                + "1048576"),
        arguments(
            "[1, 4, 4]",
            "[1, 1048576, 4]",
            "line 6, column 36: Shape 1x1048576x4: every side must be at least 1, "
                + "and the product at most 1048576"),
        arguments(
            "[0.0, 1.0]",
            "[1, 0]",
            "line 6, column 47: Range [1.0, 0.0]: both ends must be finite, the lower one first"),
        arguments(
            "[0.0, 1.0]", "[0]", "line 6, column 44: input.range is [0.0]: it must be [low, high]"),
        arguments(
            "[0.0, 1.0]", "[0, 1, 2]", "line 6, column 49: input.range has more than two ends"),
        arguments(
            "[0.0, 1.0]",
            "[0, 1e400]",
            "line 6, column 46: input.range[1] is 1e400: it must be finite"),
        arguments(
            "[0.0, 1.0]",
            "[0, \"1\"]",
            "line 6, column 46: input.range[1] is \"1\": it must be a number"),
        arguments(
            "[0.0, 1.0]",
            "[0, NaN]",
            "line 6, column 46: input.range[1] is NaN: it must be finite"),
        arguments(
            "[0.0, 1.0]",
            "[-Infinity, 1]",
            "line 6, column 43: input.range[0] is -Infinity: it must be finite"),
        arguments(
            "[0.0, 1.0]}",
            "[0.0, 1.0], \"features\": [\"a\"]}",
            "line 6, column 71: 1 features for an input of shape 1x4x4: there must be 16, or none"),
        arguments(
            "\"conv2d\"",
            "\"conv\"",
            "line 8, column 144: layers[0].type is \"conv\": it must be one of [dense, conv2d, "
                + "batchNorm, averagePool, maxPool, flatten, residualAdd, subtract, multiply, matMul, concat, recall, view, pad, groupNorm, layerNorm, relu, leakyRelu, prelu,"
                + " clip, sigmoid, hardSigmoid, silu, hardSwish, tanh, elu, softplus, exp, log, sqrt, abs, reciprocal, affine, gelu, geluTanh, square, quadratic, softmax]; did you mean \"conv2d\"?"),
        arguments(
            "\"kernel\": 3",
            "\"kernal\": 3",
            "line 8, column 146: The key \"kernel\" is missing in layers[0]; is it \"kernal\"?"),
        arguments(
            "\"stride\": 1",
            "\"strides\": 1",
            "line 8, column 147: Unknown key \"strides\" in layers[0], which is of type \"conv2d\";"
                + " did you mean \"stride\"?"),
        arguments(
            "\"slope\": 0.1",
            "\"kernel\": 1",
            "line 10, column 54: Unknown key \"kernel\" in layers[2], which is of type "
                + "\"leakyRelu\""),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": 3.0",
            "line 8, column 148: layers[0].kernel is 3.0: it must be an integer"),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": 4294967299",
            "line 8, column 155: layers[0].kernel is 4294967299: it must be from -2147483648 to "
                + "2147483647"),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": [3, 3, 3]",
            "line 8, column 154: layers[0].kernel has 3 numbers: it must be one, or a list of 2"),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": [3, \"3\"]",
            "line 8, column 153: layers[0].kernel[1] is \"3\": it must be an integer"),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": [3, 3, 3, 3, 3]",
            "line 8, column 104: layers[0].kernel[4]: there are 4 numbers at the most"),
        arguments(
            "\"padding\": 0",
            "\"padding\": [0]",
            "line 8, column 148: layers[0].padding has 1 numbers: it must be one, or a list of 2 or 4"),
        arguments(
            "\"bias\": true",
            "\"bias\": [1]",
            "line 8, column 142: layers[0].bias is an array: it must be a string, a number, true or"
                + " false"),
        arguments(
            "\"kernel\": 3",
            "\"kernel\": 0",
            "line 8, column 146: Layer \"conv\": kernel is 0: it must be from 1 to 1024"),
        arguments(
            "\"bias\": true",
            "\"bias\": 1",
            "line 8, column 143: layers[0].bias is 1: it must be true or false"),
        arguments(
            "\"slope\": 0.1",
            "\"slope\": \"0.1\"",
            "line 10, column 57: layers[2].slope is \"0.1\": it must be a number"),
        arguments(
            "\"type\": \"leakyRelu\", \"slope\": 0.1",
            "\"type\": \"quadratic\", \"a\": 0.1, \"b\": 1",
            "line 10, column 59: The key \"c\" is missing in layers[2]"),
        arguments(
            "\"type\": \"leakyRelu\", \"slope\": 0.1",
            "\"type\": \"quadratic\", \"a\": -0, \"b\": 1, \"c\": 2",
            "line 10, column 66: Layer \"relu\": a is 0: without x^2 this is no activation"),
        arguments(
            "\"name\": \"fc\", ",
            "",
            "line 12, column 63: The key \"name\" is missing in layers[4]"),
        arguments(
            "{\"name\": \"flat\", \"type\": \"flatten\"}",
            "7",
            "line 11, column 5: layers[3] is 7: it must be an object"),
        arguments(
            "\"inputs\": 8", "\"inputs\": 9", "Layer \"fc\" takes 9 inputs, but its input has 8"),
        arguments(
            "[\"no\", \"yes\"]",
            "[\"no\", \"yes\", \"maybe\"]",
            "The last layer \"fc\" has 2 outputs for 3 classes: there must be one for each"),
        arguments(
            "[\"no\", \"yes\"]",
            "{}",
            "line 14, column 14: classes is an object: it must be an array"),
        arguments(
            "[\"no\", \"yes\"]",
            "[\"no\", true]",
            "line 14, column 21: classes[1] is \"true\": it must be a string"),
        arguments(
            "\"relu\": [",
            "\"rleu\": [",
            "There is a calibration range for \"rleu\", which is no layer; did you mean \"relu\"?"),
        arguments(
            "[-0.5, 6.25]",
            "[6.25, -0.5]",
            "line 16, column 24: Range [6.25, -0.5]: both ends must be finite, the lower one "
                + "first"),
        arguments(
            "[-0.5, 6.25]\n",
            "[-0.5, 6.25], \"relu\": [0, 1]\n",
            "line 16, column 27: The key \"relu\" in calibration is given more than once"));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void whatBreaksARuleIsRefusedAtItsPlace(String text, String replacement, String message) {
    assertTrue(SmallModel.JSON.contains(text), text);
    String json = SmallModel.JSON.replace(text, replacement);

    assertRefused("model.json: " + message, () -> Written.readArchitecture(json));
  }

  static Stream<Arguments> notJson() {
    return Stream.of(
        arguments("", "It is empty, not a JSON object"),
        arguments("  ", "It is empty, not a JSON object"),
        arguments("[]", "line 1, column 1: The text is an array: it must be an object"),
        arguments("7", "line 1, column 1: The text is 7: it must be an object"),
        arguments("{\"name\": \"a\"", "line 1, column 13: not valid JSON: the text ends here"),
        arguments(
            "{'name': 1}",
            "line 1, column 2: not valid JSON: Unexpected character (''' (code 39)): was expecting "
                + "double-quote to start field name"),
        arguments(
            SmallModel.JSON + "{}",
            "line 19, column 1: There is something after the end of the JSON object"));
  }

  @ParameterizedTest
  @MethodSource("notJson")
  void whatIsNotOneObjectIsRefused(String json, String message) {
    assertRefused("model.json: " + message, () -> Written.readArchitecture(json));
  }

  @Test
  void aFileBeyondTheLimitIsRefused() {
    int length = SmallModel.JSON.length();
    byte[] json = SmallModel.JSON.getBytes(StandardCharsets.UTF_8);
    ReadLimits tight = new ReadLimits(length - 1, 0, 0);

    assertRefused(
        "model.json: The file is longer than the %d bytes that are read at most"
            .formatted(length - 1),
        () -> ModelReader.readArchitecture(new ByteArrayInputStream(json), tight));
  }

  @Test
  void aFileAtTheLimitIsRead() throws IOException {
    byte[] json = SmallModel.JSON.getBytes(StandardCharsets.UTF_8);

    assertEquals(
        SmallModel.ARCHITECTURE,
        ModelReader.readArchitecture(
            new ByteArrayInputStream(json), new ReadLimits(json.length, 0, 0)));
  }

  @Test
  void aStreamThatFailsIsNotAnInvalidModel() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("unplugged");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };

    assertEquals(
        "unplugged",
        assertThrows(
                IOException.class,
                () -> ModelReader.readArchitecture(failing, ReadLimits.defaults()))
            .getMessage());
  }

  @Test
  void limitsAreNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> new ReadLimits(-1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ReadLimits(0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ReadLimits(0, 0, -1));
  }
}
