package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ModelRoundTripTest {

  @Property
  void whatIsWrittenIsReadBack(@ForAll long seed) {
    Model model = RandomModels.model(seed);
    Written written = Written.of(model);

    Model read = written.read();

    assertEquals(model, read);
    assertEquals(model.hashCode(), read.hashCode());
    assertEquals(written, Written.of(read));
  }

  /** If a kind of model were never drawn, the property above would say nothing about it. */
  @Test
  void randomModelsAreOfEveryKind() {
    Set<String> layers = new TreeSet<>();
    Set<String> columns = new TreeSet<>();
    Set<Posterior.Kind> kinds = EnumSet.noneOf(Posterior.Kind.class);
    Set<Task> tasks = EnumSet.noneOf(Task.class);
    for (int seed = 0; seed < 500; seed++) {
      Model model = RandomModels.model(seed);
      model.architecture().layers().forEach(l -> layers.add(l.getClass().getSimpleName()));
      model
          .architecture()
          .input()
          .columns()
          .forEach(c -> columns.add(c.getClass().getSimpleName() + c.features()));
      kinds.add(model.posterior().kind());
      tasks.add(model.architecture().task());
    }

    assertEquals(38, layers.size(), layers.toString());
    assertTrue(
        columns.containsAll(
            Set.of("NumberColumn1", "NumberColumn2", "CategoryColumn1", "CategoryColumn2")),
        columns.toString());
    assertEquals(EnumSet.allOf(Posterior.Kind.class), kinds);
    assertEquals(EnumSet.allOf(Task.class), tasks);
  }

  @Property
  void numbersAreReadBackExactly(@ForAll double low, @ForAll double high) throws IOException {
    Range range = new Range(Math.min(low, high), Math.max(low, high));
    Architecture architecture =
        new Architecture(
            "m",
            Task.REGRESSION,
            new InputSpec(Shape.flat(1), range, List.of()),
            List.of(new Dense("fc", 1, 1, false)),
            List.of(),
            Map.of());
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    ModelWriter.writeArchitecture(architecture, json);

    assertEquals(architecture, Written.readArchitecture(json.toByteArray()));
  }

  @Test
  void theTextIsForPeopleToo() {
    String json = new String(Written.of(SmallModel.model()).json(), StandardCharsets.UTF_8);

    assertEquals(SmallModel.JSON, json);
  }

  @Test
  void theDataOfTensorsIsAligned() {
    byte[] tensors = Written.of(SmallModel.model()).tensors();
    long headerBytes = ByteBuffer.wrap(tensors).order(ByteOrder.LITTLE_ENDIAN).getLong();

    assertEquals(0, headerBytes % 8);
  }
}
