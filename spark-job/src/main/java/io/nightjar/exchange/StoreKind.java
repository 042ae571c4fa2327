package io.nightjar.exchange;

import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;

/** A kind of file system: how a file gets its name there, and what is at stake when it does. */
enum StoreKind {

  /** Disks of this machine: a rename replaces what is there, a hard link never does. */
  LOCAL,

  /**
   * A file is written under another name and renamed in one step, which replaces nothing: HDFS, and
   * Azure's storage with directories ({@code abfss:}). What is not known is taken to be like that.
   */
  RENAMING,

  /**
   * Objects, as in S3 and Google's storage: a file is there when it is closed, whole, and replaces
   * what was there unless its writer says otherwise. To rename it is to copy it, and there are no
   * directories.
   */
  OBJECTS;

  /** Object stores whose connector does not say by itself that it is one. */
  private static final Set<String> OBJECT_STORES = Set.of("gs");

  /** Returns of which kind the file system is that a path is on. */
  static StoreKind of(FileSystem files, Path path) throws IOException {
    String scheme = files.getUri().getScheme();
    if (scheme.equals("file")) {
      return LOCAL;
    }
    boolean objects =
        OBJECT_STORES.contains(scheme)
            || files.hasPathCapability(path, CreateFileOptionKeys.FS_OPTION_CREATE_IN_CLOSE);
    return objects ? OBJECTS : RENAMING;
  }
}
