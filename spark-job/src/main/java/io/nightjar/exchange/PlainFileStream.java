package io.nightjar.exchange;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/**
 * A local file that is written. Hadoop throws an {@link FSError} when a disk is full, which nobody
 * handles; this throws a {@link NoSpaceException}.
 */
final class PlainFileStream extends FilterOutputStream implements StreamCapabilities, Syncable {

  private final Path file;

  /** Something that is done to a file. */
  private interface Step {
    void take() throws IOException;
  }

  PlainFileStream(OutputStream stream, Path file) {
    super(stream);
    this.file = file;
  }

  /** Returns what is to be thrown in the place of an error. */
  static IOException exception(FSError e, Path file) {
    return NoSpaceException.of(
        e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e),
        file);
  }

  private void plainly(Step step) throws IOException {
    try {
      step.take();
    } catch (FSError e) {
      throw exception(e, file);
    } catch (IOException e) {
      throw NoSpaceException.of(e, file);
    }
  }

  @Override
  public void write(int oneByte) throws IOException {
    plainly(() -> out.write(oneByte));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    plainly(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    plainly(out::flush);
  }

  @Override
  public void hflush() throws IOException {
    if (out instanceof Syncable syncable) {
      plainly(syncable::hflush);
    }
  }

  @Override
  public void hsync() throws IOException {
    if (out instanceof Syncable syncable) {
      plainly(syncable::hsync);
    }
  }

  @Override
  public boolean hasCapability(String capability) {
    return out instanceof StreamCapabilities capable && capable.hasCapability(capability);
  }

  @Override
  public void close() throws IOException {
    plainly(out::close);
  }
}
