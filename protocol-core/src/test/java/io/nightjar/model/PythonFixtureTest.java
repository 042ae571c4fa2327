package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads files that Python's safetensors wrote; src/test/python/make_model_fixtures.py makes them.
 */
class PythonFixtureTest {

  private static final String CONV = "features.0";
  private static final String NORM = "features.1";
  private static final String DENSE = "classifier";

  @ParameterizedTest
  @ValueSource(strings = {"own-f64", "own-bf16"})
  void ownNames(String file) throws IOException {
    assertEquals(
        Posterior.of(
            weights(
                new Gaussian(values(36, 1), magnitudes(36, 2)),
                new Gaussian(values(4, 3), magnitudes(4, 4)),
                new Gaussian(values(48, 11), magnitudes(48, 12)),
                new Gaussian(values(3, 13), magnitudes(3, 14)))),
        read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bayesian-torch-f32", "blitz-f32"})
  void namesOfBayesianLibraries(String file) throws IOException {
    assertEquals(
        Posterior.of(
            weights(
                new Gaussian(values(36, 1), softplus(values(36, 2))),
                new Gaussian(values(4, 3), softplus(values(4, 4))),
                new Gaussian(values(48, 11), softplus(values(48, 12))),
                new Gaussian(values(3, 13), softplus(values(3, 14))))),
        read(file));
  }

  @Test
  void ensemble() throws IOException {
    List<WeightSet> members = new ArrayList<>();
    for (int member = 0; member < 2; member++) {
      members.add(
          weights(
              new Point(values(36, 1 + member)),
              new Point(values(4, 3 + member)),
              new Point(values(48, 11 + member)),
              new Point(values(3, 13 + member))));
    }

    assertEquals(Posterior.ensemble(members), read("ensemble-f16"));
  }

  private static WeightSet weights(
      Parameter conv, Parameter convBias, Parameter dense, Parameter denseBias) {
    return new WeightSet(
        Map.of(CONV, conv, DENSE, dense),
        Map.of(CONV, convBias, DENSE, denseBias),
        Map.of(
            NORM,
            new BatchNormParameters(
                new Point(values(4, 5)),
                new Point(values(4, 6)),
                new Point(values(4, 7)),
                new Point(magnitudes(4, 8)))));
  }

  private static Posterior read(String file) throws IOException {
    try (InputStream json = open("model.json");
        InputStream tensors = open(file + ".safetensors")) {
      return ModelReader.read(json, tensors, ReadLimits.defaults()).posterior();
    }
  }

  private static InputStream open(String file) {
    return PythonFixtureTest.class.getResourceAsStream("python/" + file);
  }

  private static float[] values(int size, int salt) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = ((i * 7 + salt) % 33 - 16) / 16f;
    }
    return values;
  }

  private static float[] magnitudes(int size, int salt) {
    float[] values = values(size, salt);
    for (int i = 0; i < size; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  private static float[] softplus(float[] rho) {
    float[] stds = new float[rho.length];
    for (int i = 0; i < rho.length; i++) {
      stds[i] = (float) Math.log(1 + Math.exp(rho[i]));
    }
    return stds;
  }
}
