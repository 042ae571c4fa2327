package io.nightjar.model;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Gives the readers any bytes that a fuzzer makes from the inputs in the test resources. */
class ModelFuzzTest {

  @FuzzTest
  void modelJsonIsReadOrRefused(byte[] bytes) {
    boolean unused = MalformedModelTest.modelJsonReadsOrIsRefused(bytes);
  }

  @FuzzTest
  void thePosteriorIsReadOrRefused(byte[] bytes) {
    boolean unused = MalformedModelTest.posteriorReadsOrIsRefused(bytes);
  }
}
