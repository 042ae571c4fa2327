package io.nightjar.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.model.Architecture;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Concat;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Pad;
import io.nightjar.model.Range;
import io.nightjar.model.Recall;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.View;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private static Architecture of(Layer... layers) {
    return new Architecture(
        "m",
        Task.REGRESSION,
        new InputSpec(new Shape(2, 4, 4), new Range(0, 1), List.of()),
        List.of(layers),
        List.of(),
        Map.of());
  }

  private static Conv2d conv(String name, int inputs, int outputs) {
    return new Conv2d(name, inputs, outputs, 3, 1, 1, 1, true);
  }

  @Test
  void aBranchUploadsWhatItBeginsWithAgain() {
    Architecture architecture =
        of(
            conv("stem", 2, 3),
            new Relu("relu"),
            conv("left", 3, 2),
            new Recall("again", "relu"),
            View.reshape("view", new Shape(3, 2, 8)),
            View.reshape("back", new Shape(3, 4, 4)),
            conv("right", 3, 4),
            new Concat("both", "left"),
            new Flatten("flat"),
            new Dense("head", 96, 2, true),
            new Recall("records", "input"),
            new Flatten("flat2"),
            new Dense("skip", 32, 2, true),
            new ResidualAdd("sum", "head"));

    Network network = Network.of(architecture);

    assertEquals(
        List.of("input", "relu", "relu", "both", "input"),
        network.rounds().stream().map(NetworkRound::source).toList());
    assertEquals(List.of("relu", "both"), Network.quantised(architecture));
    assertEquals(
        List.of("relu", "again, view, back", "both, flat", "records, flat2", "sum"),
        network.rounds().stream()
            .map(round -> String.join(", ", round.activations().stream().map(Layer::name).toList()))
            .toList());
    assertEquals(new Shape(6, 4, 4), architecture.shapes().get("both"));
  }

  @Test
  void whatPutsOtherNumbersInHasARangeOfItsOwn() {
    Network network =
        Network.of(
            of(
                new Pad("pad", List.of(1, 1, 1, 1), Pad.Mode.CONSTANT, 7),
                new Conv2d("conv", 2, 3, 3, 1, 0, 1, true),
                new Flatten("flat"),
                new Dense("head", 48, 2, true)));

    assertEquals("pad", network.rounds().get(0).source());
    assertEquals("conv", network.rounds().get(1).source());
  }

  @Test
  void nothingFoldsIntoWhatABranchReads() {
    Layer[] layers = {
      conv("conv", 2, 3),
      new BatchNorm("norm", 3, 1e-5),
      new Relu("relu"),
      new ResidualAdd("sum", "conv"),
      new Flatten("flat"),
      new Dense("head", 48, 2, true)
    };
    assertEquals(
        List.of("conv", "norm", "head"),
        Network.of(of(layers)).rounds().stream().map(round -> round.step().title()).toList());

    layers[3] = new ResidualAdd("sum", "norm");
    assertEquals(
        List.of("conv + norm", "head"),
        Network.of(of(layers)).rounds().stream().map(round -> round.step().title()).toList());
  }
}
