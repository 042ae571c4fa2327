package io.nightjar.ledger;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests the ledger in a directory of HDFS. */
@Slow
class HdfsLedgerTest extends LedgerLaws {

  @TempDir private static Path disk;

  private static MiniDFSCluster hdfs;

  private final String directory = "/not-there-yet/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    hdfs = new MiniDFSCluster.Builder(new Configuration(), disk.toFile()).numDataNodes(1).build();
    hdfs.waitActive();
  }

  @AfterAll
  static void stop() {
    hdfs.shutdown();
  }

  @Override
  String location() throws IOException {
    return hdfs.getFileSystem().getUri() + directory;
  }

  /** The ledger in a local directory, which takes the same steps, ends before every one. */
  @Override
  int stride() {
    return 3;
  }

  @Override
  void writeEarlier() throws IOException {
    FileSystem files = hdfs.getFileSystem();
    files.delete(new org.apache.hadoop.fs.Path(directory), true);
    for (String name : EarlierLedgers.FILES) {
      write(name, EarlierLedgers.file(name));
    }
  }

  @Override
  void writeLater() throws IOException {
    write("000000002.json", EarlierLedgers.LATER.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] bytes) throws IOException {
    HadoopFiles.write(hdfs.getFileSystem(), new org.apache.hadoop.fs.Path(directory, name), bytes);
  }
}
