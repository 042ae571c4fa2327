package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what becomes of Hadoop's way to say that a disk is full, which is an error. */
class PlainLocalFileSystemTest {

  @TempDir private Path directory;

  /** A file whose disk has room for no byte. */
  private static final class Full extends OutputStream {
    private final IOException failure;

    Full(String message) {
      failure = new IOException(message);
    }

    @Override
    public void write(int oneByte) {
      throw error();
    }

    @Override
    public void flush() {
      throw error();
    }

    /** Its constructor is Hadoop's own. */
    private FSError error() {
      try {
        var constructor = FSError.class.getDeclaredConstructor(Throwable.class);
        constructor.setAccessible(true);
        return constructor.newInstance(failure);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private String said(String failure) {
    PlainFileStream stream = new PlainFileStream(new Full(failure), directory.resolve("file"));
    IOException written =
        assertThrows(IOException.class, () -> stream.write(new byte[] {1, 2}, 0, 2));
    IOException flushed = assertThrows(IOException.class, stream::flush);
    assertEquals(written.getMessage(), flushed.getMessage());
    return written.getMessage();
  }

  @Test
  void aFullDiskIsAnExceptionThatNamesIt() {
    String said = said("No space left on device");

    assertTrue(
        said.matches(
            "The file system at /\\S* \\(.+\\) is full \\(.+ of .+ free\\) and has no room for %s; the same command again goes on when there is"
                .formatted(directory.resolve("file"))),
        said);
  }

  @Test
  void anythingElseIsWhatItWas() {
    assertEquals("Input/output error", said("Input/output error"));
  }

  @Test
  void whatIsWrittenIsThereAndCanBeOnTheDisk() throws IOException {
    FileSystem files =
        FileSystem.newInstance(directory.toUri(), HadoopFiles.configuration(new Configuration()));
    var path = new org.apache.hadoop.fs.Path(directory.resolve("new/file").toUri());
    byte[] content = {1, 2, 3};

    try (FSDataOutputStream out = files.create(path)) {
      assertTrue(out.hasCapability(StreamCapabilities.HSYNC));
      out.write(content);
      out.hsync();
    }

    assertArrayEquals(content, Files.readAllBytes(directory.resolve("new/file")));
  }
}
