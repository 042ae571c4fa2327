package io.nightjar.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Settings with which Spark does not compile code for every query: it takes longer than to run it.
 */
final class SmallSpark {

  private static final List<String> SETTINGS =
      List.of(
          "spark.sql.shuffle.partitions=5",
          "spark.sql.adaptive.coalescePartitions.enabled=false",
          "spark.sql.codegen.wholeStage=false",
          "spark.sql.codegen.factoryMode=NO_CODEGEN");

  private SmallSpark() {}

  /** Returns these settings and others. */
  static String[] with(String... pairs) {
    List<String> all = new ArrayList<>(SETTINGS);
    all.addAll(Arrays.asList(pairs));
    return all.toArray(new String[0]);
  }
}
