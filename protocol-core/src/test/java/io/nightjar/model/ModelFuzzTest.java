package io.nightjar.model;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes at all, on from the inputs in the test resources. */
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
