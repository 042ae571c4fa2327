package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.cli.Main;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ApplicationNameTest {

  private static String name(String... settings) {
    SparkConf conf = new SparkConf(false);
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      conf.set(pair[0], pair[1]);
    }
    ApplicationName.setIfMissing(conf, "digits");
    return conf.get("spark.app.name");
  }

  @Test
  void aJobIsNamedForItsModel() {
    assertEquals("nightjar digits", name());
  }

  @Test
  void anotherNameIsItsUsers() {
    assertEquals("tonight", name("spark.app.name=tonight"));
    assertEquals("tonight.jar", name("spark.app.name=tonight.jar", "spark.jars=/opt/nightjar.jar"));
  }

  /** It does so where nobody has given --name. */
  @Test
  void aNameThatSparkSubmitMakesUpIsNobodys() {
    for (String made :
        List.of("spark.app.name=" + Main.class.getName(), "spark.app.name=nightjar.jar")) {
      assertEquals(
          "nightjar digits", name(made, "spark.jars=hdfs:///lib/a.jar,file:/opt/nightjar.jar"));
    }
  }
}
