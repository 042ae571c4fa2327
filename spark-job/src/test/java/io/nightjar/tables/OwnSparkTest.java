package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nightjar.job.TestJobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SecurityManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what a Spark for records does to the process that another is started in afterwards. */
class OwnSparkTest {

  private static String secret() throws IOException {
    return new String(
        UserGroupInformation.getCurrentUser()
            .getCredentials()
            .getSecretKey(SecurityManager.SECRET_LOOKUP_KEY()),
        StandardCharsets.UTF_8);
  }

  @Test
  void nobodyElseHasItsSecretAndTheClusterThatComesNextHasItsOwn(@TempDir Path directory)
      throws Exception {
    String shared = "what the machines of a cluster share";
    String[] settings =
        SmallSpark.with("spark.authenticate=true", "spark.authenticate.secret=" + shared);
    try (OwnSpark spark = OwnSpark.local("records", TestJobs.in(directory).settings(settings))) {
      assertEquals("true", spark.session().conf().get("spark.authenticate"));
      assertNotEquals(shared, secret());
    }

    assertEquals(shared, secret());
  }

  @Test
  void itsPortsAreClosedToOthersWithoutSettings(@TempDir Path directory) throws Exception {
    try (OwnSpark spark =
        OwnSpark.local("records", TestJobs.in(directory).settings(SmallSpark.with()))) {
      assertEquals("true", spark.session().conf().get("spark.authenticate"));
    }
  }
}
