package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapred.JobConf;
import org.junit.jupiter.api.Test;

class TaskConfigurationTest {

  private static final Path EXCHANGE = new Path("s3a://bucket/exchange");

  private final Configuration all = new JobConf(); // which brings the defaults of MapReduce

  @Test
  void whatSomebodySetReachesTasksWhateverItIsFor() {
    all.set("yarn.own", "1");
    all.set("mapreduce.task.io.sort.mb", "17");
    all.set("fs.gs.own", "2");

    Configuration needed = TaskConfiguration.of(all, EXCHANGE);

    assertEquals("1", needed.get("yarn.own"));
    assertEquals("17", needed.get("mapreduce.task.io.sort.mb"));
    assertEquals("2", needed.get("fs.gs.own"));
  }

  @Test
  void defaultsOfTheExchangesFileSystemReachTasksAndThoseOfOthersDoNot() {
    assertTrue(all.get("fs.s3a.impl").length() > 0 && all.get("fs.ftp.host.port").length() > 0);

    Configuration needed = TaskConfiguration.of(all, EXCHANGE);

    assertEquals(all.get("fs.s3a.impl"), needed.get("fs.s3a.impl"));
    assertEquals(all.getRaw("hadoop.tmp.dir"), needed.getRaw("hadoop.tmp.dir"));
    assertNull(needed.get("fs.ftp.host.port"));
  }

  /** Its settings are called after the cloud. */
  @Test
  void defaultsForAzureReachTasksOfAnExchangeThere() {
    String key = "fs.azure.buffer.dir";
    assertEquals(
        all.getRaw(key),
        TaskConfiguration.of(all, new Path("abfss://c@a.dfs.core.windows.net/x")).getRaw(key));
    assertNull(TaskConfiguration.of(all, EXCHANGE).getRaw(key));
  }

  @Test
  void mostEntriesStayAtHome() {
    Path hdfs = new Path("hdfs://cluster/exchange");
    assertTrue(2 * size(TaskConfiguration.of(all, hdfs)) < size(all));
    assertNull(TaskConfiguration.of(all, EXCHANGE).get("mapreduce.job.reduces"));
  }

  @Test
  void localFilesNeedHardlyAny() {
    Path local = new Path("file:/exchange");
    all.set("hadoop.own", "3");

    Configuration needed = TaskConfiguration.of(all, local);

    assertEquals("3", needed.get("hadoop.own"));
    assertEquals(all.get("file.blocksize"), needed.get("file.blocksize"));
    assertNull(needed.get("ipc.client.ping"));
    assertTrue(20 * size(needed) < size(all), size(needed) + " of " + size(all));
  }

  private static long size(Configuration configuration) {
    return StreamSupport.stream(configuration.spliterator(), false).count();
  }
}
