package io.nightjar.exchange;

import org.apache.hadoop.fs.LocalFileSystem;

/** Local files without Hadoop's checksum files beside them: blocks have digests of their own. */
public final class PlainLocalFileSystem extends LocalFileSystem {

  /** For Hadoop, by name. */
  public PlainLocalFileSystem() {
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }
}
